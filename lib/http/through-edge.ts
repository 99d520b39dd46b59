import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isOriginOpen, readOriginSecrets } from '../process/config.ts';

/** Headers that the edge adds to each call; `infra/edge-stack.ts` sets both. */
const SECRET = 'x-origin-secret';
const PUBLIC_HOST = 'x-public-host';

/** The answer to a call that went past the edge. It names no route: none is open here. */
const NOT_OPEN = {
  statusCode: 403,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: '{"type":"about:blank","title":"Forbidden","status":403,"detail":"Call the public address of the service."}',
} as const satisfies APIGatewayProxyStructuredResultV2;

/** Undefined for a call that is answered: one that came through the edge, and any other while the origin is open. */
export const refuseDirectCall = (event: APIGatewayProxyEventV2): typeof NOT_OPEN | undefined =>
  comesThroughEdge(event) || isOriginOpen() ? undefined : NOT_OPEN;

/**
 * False for a call that went past the edge. A call through it gets the caller's address and the public host, which only
 * the edge's secret makes credible, and loses the secret.
 */
function comesThroughEdge(event: APIGatewayProxyEventV2): boolean {
  const { [SECRET]: given = '', [PUBLIC_HOST]: host, ...headers } = event.headers;
  if (!readOriginSecrets().some((secret) => isSame(secret, given))) return false;
  const { http } = event.requestContext;
  event.headers = { ...headers, ...(host === undefined ? {} : { host }) };
  http.sourceIp = findViewer(headers['x-forwarded-for'], http.sourceIp);
  event.requestContext.domainName = host ?? event.requestContext.domainName;
  return true;
}

/** Hashes have one length, whatever was sent. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other));
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The address that the edge saw: it appends that to what the caller sent, and the gateway appends the edge's own.
 * Whatever stands before it is the caller's invention.
 */
function findViewer(forwarded: string | undefined, edge: string): string {
  const addresses = (forwarded ?? '').split(',').map((address) => address.trim());
  if (addresses.at(-1) === edge) addresses.pop();
  const viewer = addresses.at(-1) ?? '';
  return isIP(viewer) === 0 ? edge : viewer;
}
