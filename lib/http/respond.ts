import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { randomUuid } from '../process/random.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { mayHoldCredential } from '../domain/secret-text.ts';
import type { Answer } from '../table/once.ts';
import { buildProblem, type Problems } from './common-problems.ts';

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

/** On every answer. An API's answers are never framed, sniffed, cached or referred from. */
const SECURITY_HEADERS = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;
const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";
/** A 401 says how to come in (RFC 9110 §15.5.2). */
const challenge = ({ code }: Refusal): Record<string, string> => ({
  'www-authenticate': code === 'license_key_required' ? 'Basic realm="license key"' : 'Bearer',
});
const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * An incoming request id is kept when it is short and plain enough for a header and a log line, and contains no
 * credential of ours; else a new one is made.
 */
export function readRequestId(event: APIGatewayProxyEventV2): string {
  const incoming = event.headers['x-request-id'];
  return incoming !== undefined && SANE_REQUEST_ID.test(incoming) && !mayHoldCredential(incoming)
    ? incoming
    : randomUuid();
}

export function toResult(
  known: Problems,
  outcome: Answer | Refusal | Page,
  requestId: string,
  rates: Record<string, string>,
): Result {
  const headers = { ...SECURITY_HEADERS, 'x-request-id': requestId, ...rates };
  if (isRefusal(outcome)) {
    const body = buildProblem(known, outcome, requestId);
    const more = { ...retryAfter(outcome), ...allow(outcome), ...(body.status === 401 ? challenge(outcome) : {}) };
    return {
      statusCode: body.status,
      headers: {
        ...headers,
        'content-security-policy': NOTHING_ALLOWED,
        'content-type': 'application/problem+json',
        ...more,
      },
      body: jsonText(body),
    };
  }
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

const retryAfter = ({ facts }: Refusal): Record<string, string> =>
  'retry_after_seconds' in facts ? { 'retry-after': String(facts.retry_after_seconds) } : {};
const allow = ({ facts }: Refusal): Record<string, string> =>
  'allowed' in facts ? { allow: facts.allowed.join(', ') } : {};
