import type { Refusal } from '../domain/refusal.ts';
import { buildProblem, type Problems } from './common-problems.ts';
import { jsonText, NOTHING_ALLOWED, SECURITY_HEADERS, type Result } from './respond.ts';

/** A refusal as it is answered (RFC 9457). It is apart because most answers are none. */
export function toProblemResult(
  known: Problems,
  refusal: Refusal,
  requestId: string,
  own: Record<string, string>,
): Result {
  const body = buildProblem(known, refusal, requestId);
  return {
    statusCode: body.status,
    headers: {
      ...SECURITY_HEADERS,
      'x-request-id': requestId,
      ...own,
      'content-security-policy': NOTHING_ALLOWED,
      'content-type': 'application/problem+json',
      ...retryAfter(refusal),
      ...allow(refusal),
      ...(body.status === 401 ? challenge(refusal) : {}),
    },
    body: jsonText(body),
  };
}

/** A 401 says how to come in (RFC 9110 §15.5.2). */
const challenge = ({ code }: Refusal): Record<string, string> => ({
  'www-authenticate': code === 'license_key_required' ? 'Basic realm="license key"' : 'Bearer',
});
const retryAfter = ({ facts }: Refusal): Record<string, string> =>
  'retry_after_seconds' in facts ? { 'retry-after': String(facts.retry_after_seconds) } : {};
const allow = ({ facts }: Refusal): Record<string, string> =>
  'allowed' in facts ? { allow: facts.allowed.join(', ') } : {};
