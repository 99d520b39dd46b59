import { computeStatus } from './license.ts';
import type { License } from './license.ts';
import type { Activation } from './seats.ts';
import { isInGrace } from './terms.ts';

/** Best first. A verdict on several licenses takes the best code in this order. */
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
 * `is_valid` is about the license, `is_activated` about this instance, and `may_run` about both. `may_update` excludes
 * what only keeps running, so a maintained license is valid for its active instances and expired for all others.
 */
export type Verdict = {
  /** Null, like `is_activated`, when no instance was named. */
  may_run: boolean | null;
  may_update: boolean;
  is_valid: boolean;
  is_activated: boolean | null;
  code: VerdictCode;
};

/** `activation` is the instance's, in the license's present seat set. A suspended license keeps its activations. */
export function decideVerdict(
  license: License | undefined,
  activation: Activation | undefined,
  nowMs: number,
): Verdict {
  if (license === undefined) return invalid('product_not_on_key', false);
  const { policy, expires_at } = license;
  const is_activated = activation?.status === 'active';
  const status = computeStatus(license, nowMs);

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
 * The verdict on a license when no instance was named. A maintained license counts as expired: the caller may not be
 * one of its instances.
 */
export function decideLicenseVerdict(license: License | undefined, nowMs: number): Verdict {
  const { code, is_valid } = decideVerdict(license, undefined, nowMs);
  const known = { may_run: null, may_update: is_valid, is_valid, is_activated: null };
  if (license === undefined || code !== 'not_activated') return { ...known, code };
  return { ...known, code: isInGrace(license.expires_at, license.policy, nowMs) ? 'valid_in_grace' : 'valid' };
}

/** One verdict for a key whose product was not named: the best of its licenses, field by field. */
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

/** The answer to a call that named no instance. */
const anyTrue = (facts: readonly (boolean | null)[]): boolean | null =>
  facts.includes(null) ? null : facts.includes(true);

function invalid(code: VerdictCode, is_activated: boolean): Verdict {
  return { may_run: false, may_update: false, is_valid: false, is_activated, code };
}

function running(code: VerdictCode): Verdict {
  return { may_run: true, may_update: true, is_valid: true, is_activated: true, code };
}
