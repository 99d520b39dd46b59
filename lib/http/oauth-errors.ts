import type { RefusalCode } from '../domain/refusal.ts';

/**
 * RFC 6749 §5.2's code and status for a refusal. It has no codes for limits and our own faults; those of §4.1.2.1 are
 * nearest.
 */
const ERRORS: Partial<Record<RefusalCode, readonly [status: number, error: string]>> = {
  grant_type_unsupported: [400, 'unsupported_grant_type'],
  scope_not_grantable: [400, 'invalid_scope'],
  api_key_missing: [401, 'invalid_client'],
  api_key_invalid: [401, 'invalid_client'],
  api_key_expired: [401, 'invalid_client'],
  address_not_allowed: [400, 'unauthorized_client'],
  brand_suspended: [400, 'unauthorized_client'],
  rate_limited: [429, 'temporarily_unavailable'],
  too_many_failures: [429, 'temporarily_unavailable'],
  busy: [503, 'temporarily_unavailable'],
  unavailable: [503, 'temporarily_unavailable'],
  internal_error: [500, 'server_error'],
};

export function findOAuthError(code: RefusalCode): { status: number; error: string } {
  const [status, error] = ERRORS[code] ?? [400, 'invalid_request'];
  return { status, error };
}
