import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { randomUuid } from '../process/random.ts';
import type { Answer } from '../table/once.ts';

export type Result = APIGatewayProxyStructuredResultV2;

/** A file that is sent as it is, such as the API page. `policy` is its Content-Security-Policy. */
export type Page = {
  kind: 'page';
  status: 200 | 302 | 304;
  page: string | Buffer;
  contentType: string;
  policy?: string;
  headers: Record<string, string>;
};

/** Headers on every answer. An API's answers are never framed, sniffed, cached or referred from. */
export const SECURITY_HEADERS = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;
export const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";

/**
 * An incoming request id is kept when it is short and plain enough for a header and a log line, and contains no
 * credential of ours; else a new one is made. Few callers send one, so what looks for credentials is loaded then.
 */
export async function readRequestId(event: APIGatewayProxyEventV2): Promise<string> {
  const incoming = event.headers['x-request-id'];
  if (incoming === undefined) return randomUuid();
  const { isPlainRequestId } = await import('./given-request-id.ts');
  return isPlainRequestId(incoming) ? incoming : randomUuid();
}

export function toResult(outcome: Answer | Page, requestId: string, own: Record<string, string>): Result {
  const headers = { ...SECURITY_HEADERS, 'x-request-id': requestId, ...own };
  if (outcome.kind === 'page') return pageResult(outcome, headers);
  const replayed = outcome.replayed === true ? { 'idempotent-replayed': 'true' } : {};
  const etag = outcome.etag === undefined ? {} : { etag: outcome.etag };
  return {
    statusCode: outcome.created === true ? 201 : 200,
    headers: {
      ...headers,
      'content-security-policy': NOTHING_ALLOWED,
      'content-type': 'application/json',
      ...replayed,
      ...etag,
    },
    body: jsonText(outcome.body),
  };
}

/** The gateway takes bytes in base64. A 304 has no content and so no type. */
function pageResult({ status, page, contentType, policy = NOTHING_ALLOWED, headers }: Page, shared: object): Result {
  return {
    statusCode: status,
    headers: {
      ...shared,
      'content-security-policy': policy,
      ...(status === 304 ? {} : { 'content-type': contentType }),
      ...headers,
    },
    body: typeof page === 'string' ? page : page.toString('base64'),
    isBase64Encoded: typeof page !== 'string',
  };
}

/** A body ends with a newline, so that a terminal shows its prompt on a line of its own. */
export const jsonText = (body: unknown): string => `${JSON.stringify(body)}\n`;
