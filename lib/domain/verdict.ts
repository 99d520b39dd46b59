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
  /** Null when no instance was named, as is `is_activated`. */
  may_run: boolean | null;
  may_update: boolean;
  is_valid: boolean;
  is_activated: boolean | null;
  code: VerdictCode;
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
  if (!is_activated) return { may_run: false, may_update: false, is_valid: true, is_activated, code: 'not_activated' };
  return running(inGrace ? 'valid_in_grace' : 'valid');
}

/**
 * The verdict on a license alone, when no instance was named. What only keeps running on the instances it is active on is expired, as the license itself is:
 * nobody can say that this caller is one of them.
 */
export function verdictOfLicense(license: License | undefined, nowMs: number): Verdict {
  const { code, is_valid } = verdictOf(license, undefined, nowMs);
  const known = { may_run: null, may_update: is_valid, is_valid, is_activated: null };
  if (license === undefined || code !== 'not_activated') return { ...known, code };
  return { ...known, code: isInGrace(license.expires_at, license.policy, nowMs) ? 'valid_in_grace' : 'valid' };
}

/** One verdict for a key whose product was not named: what is true of any license is true, and the code is the best one's. */
export function combineVerdicts(verdicts: readonly Verdict[]): Verdict {
  const code =
    VERDICT_CODES.find((candidate) => verdicts.some((verdict) => verdict.code === candidate)) ?? 'product_not_on_key';
  return {
    may_run: anyTrue(verdicts.map(({ may_run }) => may_run)),
    may_update: verdicts.some((verdict) => verdict.may_update),
    is_valid: verdicts.some((verdict) => verdict.is_valid),
    is_activated: anyTrue(verdicts.map(({ is_activated }) => is_activated)),
    code,
  };
}

/** Of a call that named no instance, none of them is known. */
const anyTrue = (facts: readonly (boolean | null)[]): boolean | null =>
  facts.includes(null) ? null : facts.includes(true);

function invalid(code: VerdictCode, is_activated: boolean): Verdict {
  return { may_run: false, may_update: false, is_valid: false, is_activated, code };
}

function running(code: VerdictCode): Verdict {
  return { may_run: true, may_update: true, is_valid: true, is_activated: true, code };
}
