import { HOUR_S, MINUTE_S, isoSeconds } from './time.ts';
import type { AttemptTrigger, DeliveryStatus } from './webhook.ts';

/**
 * The waits before each attempt, counted from the one before: ten attempts in three days, so that a receiver may be
 * down for a weekend.
 */
export const WAITS_S = [
  0,
  5,
  5 * MINUTE_S,
  30 * MINUTE_S,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_S),
] as const;
/** Up to this share of a wait is added at random, so that messages that failed together are not retried together. */
const JITTER = 0.2;

/** The part of a delivery that its schedule depends on. */
export type Standing = { status: DeliveryStatus; scheduled_attempts: number; next_attempt_at: string | null };

/** True when the schedule still has an attempt for the delivery. */
export const isOpen = ({ status }: Pick<Standing, 'status'>): boolean => status === 'pending' || status === 'waiting';

/**
 * Applies the outcome of an attempt to a delivery. A failed redelivery by hand changes nothing, as it is not part of
 * the schedule. A time that the receiver named is respected.
 * @param random from 0 to 1.
 */
export function afterAttempt(
  previous: Standing,
  made: { trigger: AttemptTrigger; isDelivered: boolean; retryAfterSeconds?: number | undefined },
  { nowMs, random }: { nowMs: number; random: number },
): Standing {
  const { status, scheduled_attempts, next_attempt_at } = previous;
  const isScheduled = made.trigger !== 'redelivery';
  const count = scheduled_attempts + (isScheduled ? 1 : 0);
  if (made.isDelivered) return { status: 'delivered', scheduled_attempts: count, next_attempt_at: null };
  if (!isScheduled) return { status, scheduled_attempts, next_attempt_at };
  const wait = WAITS_S[count];
  if (wait === undefined) return { status: 'exhausted', scheduled_attempts: count, next_attempt_at: null };
  const seconds = Math.max(withJitter(wait, random), made.retryAfterSeconds ?? 0);
  return { status: 'waiting', scheduled_attempts: count, next_attempt_at: isoSeconds(nowMs + seconds * 1000) };
}

/** Never shorter than the receiver asked for. */
export const withJitter = (seconds: number, random: number): number => Math.ceil(seconds * (1 + JITTER * random));
