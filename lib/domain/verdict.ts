import { statusAt } from './license.ts';
import type { License } from './license.ts';
import type { Activation } from './seats.ts';
import { isInGrace } from './terms.ts';

/** Best first: the order in which one verdict for several licenses chooses its code. */
export const VERDICT_CODES = [
  'valid',
  'valid_in_grace',
  'valid_maintained',
  'not_activated',
  'expired',
  'suspended',
  'cancelled',
  'product_not_on_key',
] as const;
export type VerdictCode = (typeof VERDICT_CODES)[number];

/**
 * `is_valid` speaks of the license, `is_activated` of this instance, `may_run` is both, and `may_update` leaves out what only keeps running. A maintained
 * license therefore counts as valid for the instances it is active on, and as expired for all others.
 */
export type Verdict = {
  code: VerdictCode;
  may_run: boolean;
  may_update: boolean;
  is_valid: boolean;
  is_activated: boolean;
};

/** `activation` is what is on record of this instance in the license's present seat set. Seats of a suspended license stay activated. */
export function verdictOf(license: License | undefined, activation: Activation | undefined, nowMs: number): Verdict {
  if (license === undefined) return invalid('product_not_on_key', false);
  const { policy, expires_at } = license;
  const is_activated = activation?.status === 'active';
  const status = statusAt(license, nowMs);

  if (status === 'cancelled') return invalid('cancelled', is_activated);
  if (status === 'suspended') return invalid('suspended', is_activated);
  const inGrace = isInGrace(expires_at, policy, nowMs);
  if (status === 'expired' && !inGrace) {
    const keepsRunning = is_activated && policy.expiration_strategy === 'maintain';
    return keepsRunning ? { ...running('valid_maintained'), may_update: false } : invalid('expired', is_activated);
  }
  if (!is_activated) return { code: 'not_activated', may_run: false, may_update: false, is_valid: true, is_activated };
  return running(inGrace ? 'valid_in_grace' : 'valid');
}

/** One verdict for a key whose product was not named: what is true of any license is true, and the code is the best one's. */
export function combineVerdicts(verdicts: readonly Verdict[]): Verdict {
  const code =
    VERDICT_CODES.find((candidate) => verdicts.some((verdict) => verdict.code === candidate)) ?? 'product_not_on_key';
  return {
    code,
    may_run: verdicts.some((verdict) => verdict.may_run),
    may_update: verdicts.some((verdict) => verdict.may_update),
    is_valid: verdicts.some((verdict) => verdict.is_valid),
    is_activated: verdicts.some((verdict) => verdict.is_activated),
  };
}

function invalid(code: VerdictCode, is_activated: boolean): Verdict {
  return { code, may_run: false, may_update: false, is_valid: false, is_activated };
}

function running(code: VerdictCode): Verdict {
  return { code, may_run: true, may_update: true, is_valid: true, is_activated: true };
}
