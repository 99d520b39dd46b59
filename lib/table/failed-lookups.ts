import type { Refusal } from '../domain/refusal.ts';
import type { FailureContext } from './failures.ts';

/**
 * Counts a look-up by a license key, if its refusal says that the key is unknown. What counts is loaded when it is
 * needed, so that the check starts without it.
 */
export async function afterFailedLookup(ctx: FailureContext, refusal: Refusal): Promise<Refusal> {
  if (refusal.code !== 'license_key_not_found') return refusal;
  const { afterFailure } = await import('./failures.ts');
  return afterFailure(ctx, 'license_key', refusal);
}
