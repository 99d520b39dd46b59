import { computeStatus, type License } from './license.ts';
import type { Activation } from './seats.ts';
import { computeGraceEnd, isInGrace } from './terms.ts';
import { isDue } from './time.ts';

/** The rules of a check, in the order in which it applies them. */
export const EXPLAINED_RULES = ['key', 'product', 'status', 'expiry', 'grace', 'maintenance', 'instance'] as const;
export type ExplainedRule = (typeof EXPLAINED_RULES)[number];

/** One rule of a check: whether it holds, and the fact that decides it. */
export type Link = { rule: ExplainedRule; holds: boolean; because: string };

/** The items that a check reads. `instance` is undefined when none was named. */
export type Explained = {
  license: License;
  /** The last four characters of the license key. */
  ending: string;
  /** The key answers for this product with this license, and not with a later one. */
  isOnKey: boolean;
  instance: { identifier: string; activation: Activation | undefined } | undefined;
};

/** The reasons for a verdict, in the order of the rules. What a check no longer looks at is left out. */
export function explainVerdict({ license, ending, isOnKey, instance }: Explained, nowMs: number): Link[] {
  const { name } = license.product;
  const because = isOnKey
    ? `The license is for ${name}.`
    : `For ${name} the license key now answers with another license.`;
  const status = explainStatus(license, nowMs);
  const chain: Link[] = [
    { rule: 'key', holds: true, because: `The license key that ends in ${ending} carries this license.` },
    { rule: 'product', holds: isOnKey, because },
    status,
  ];
  if (!status.holds) return chain;
  const expiry = explainExpiry(license, nowMs);
  const isOver = expiry.at(-1)?.holds === false;
  return [...chain, ...expiry, ...(isOver || instance === undefined ? [] : [explainInstance(instance)])];
}

const STATUSES = {
  cancelled: 'The license has been cancelled for good.',
  suspended: 'The license is suspended.',
  valid: 'The license is neither suspended nor cancelled.',
  expired: 'The license is neither suspended nor cancelled.',
} as const;

function explainStatus(license: License, nowMs: number): Link {
  const status = computeStatus(license, nowMs);
  return { rule: 'status', holds: status === 'valid' || status === 'expired', because: STATUSES[status] };
}

function explainExpiry({ expires_at, starts_on_activation, policy }: License, nowMs: number): Link[] {
  if (expires_at === null) {
    const because =
      starts_on_activation === null
        ? 'The license is for life.'
        : 'The time of the license begins with its first activation.';
    return [{ rule: 'expiry', holds: true, because }];
  }
  if (!isDue(expires_at, nowMs))
    return [{ rule: 'expiry', holds: true, because: `The license expires at ${expires_at}.` }];
  const days = policy.grace_days ?? 0;
  const inGrace = isInGrace(expires_at, policy, nowMs);
  const end = String(computeGraceEnd(expires_at, policy));
  const expired: Link = { rule: 'expiry', holds: false, because: `The license expired at ${expires_at}.` };
  const grace: Link = {
    rule: 'grace',
    holds: inGrace,
    because: days === 0 ? 'There is no grace period.' : `The grace period ${inGrace ? 'ends' : 'ended'} at ${end}.`,
  };
  if (inGrace) return [expired, grace];
  const keeps = policy.expiration_strategy === 'maintain';
  const maintenance: Link = {
    rule: 'maintenance',
    holds: keeps,
    because: keeps
      ? 'The policy lets active sites keep what they run, without updates.'
      : 'The policy stops sites when the license is over.',
  };
  return [expired, grace, maintenance];
}

function explainInstance({ identifier, activation }: NonNullable<Explained['instance']>): Link {
  if (activation === undefined)
    return { rule: 'instance', holds: false, because: `The license was never active on ${identifier}.` };
  const holds = activation.status === 'active';
  const since = holds ? activation.activated_at : (activation.deactivated_at ?? activation.activated_at);
  const state = holds ? 'has been active' : 'has not been active';
  return { rule: 'instance', holds, because: `The license ${state} on ${identifier} since ${since}.` };
}
