import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Hono } from 'hono';
import { refusePastEdge } from '../http/edge.ts';
import type { ConsoleEnv } from './call.ts';

/** Serves the pages of the console behind the gateway: an event in, and the gateway's form of a response out. */
export const serveConsole =
  (app: Hono<ConsoleEnv>) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const refused = await refusePastEdge(event);
    if (refused !== undefined) return refused;
    const response = await app.fetch(toRequest(event), { event });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isPlain = response.headers.get('content-encoding') === null;
    const cookies = response.headers.getSetCookie();
    response.headers.delete('set-cookie');
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      ...(cookies.length > 0 ? { cookies } : {}),
      body: bytes.toString(isPlain ? 'utf8' : 'base64'),
      isBase64Encoded: !isPlain,
    };
  };

function toRequest(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, cookies, body, isBase64Encoded, requestContext } = event;
  const { method } = requestContext.http;
  const headers = new Headers(
    Object.entries(event.headers).filter((header): header is [string, string] => header[1] !== undefined),
  );
  if (cookies) headers.set('cookie', cookies.join('; '));
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  // The gateway has decoded the path. Its host is no part of a page: forms are compared with the one of the event.
  const url = `https://${requestContext.domainName}${encodeURI(rawPath)}${query}`;
  const sent =
    body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: bytesOf(body, isBase64Encoded) };
  return new Request(url, { method, headers, ...sent });
}

const bytesOf = (body: string, isBase64: boolean): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(body, isBase64 ? 'base64' : 'utf8'));
