import type { License } from './license.ts';
import type { Activation } from './seats.ts';
import { DAY_MS, parseMs } from './time.ts';

/** The days without a check after which a seat may be swapped, when the policy says nothing. */
const DEFAULT_SWAP_AFTER_DAYS = 30;

type Seen = Pick<Activation, 'last_checked_at' | 'activated_at'>;

const readLastSeen = ({ last_checked_at, activated_at }: Seen): string => last_checked_at ?? activated_at;

/** Sorts the sites that were not seen for the longest time to the front; of two equals the older activation. */
export const byLastSeen = (a: Seen & { id: string }, b: Seen & { id: string }): number =>
  compare(readLastSeen(a), readLastSeen(b)) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** True if a site was not seen for so long that another one may have its seat. */
export function isIdle({ policy }: Pick<License, 'policy'>, activation: Seen, nowMs: number): boolean {
  const days = policy.swap_after_days === undefined ? DEFAULT_SWAP_AFTER_DAYS : policy.swap_after_days;
  return days !== null && nowMs - parseMs(readLastSeen(activation)) >= days * DAY_MS;
}
