import { isoSeconds } from './time.ts';
import type { AttemptTrigger, DeliveryStatus } from './webhook.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
/** What is waited before each attempt, counted from the attempt before: ten attempts in three days, so that a receiver may be down for a weekend. */
export const WAITS_S = [
  0,
  5,
  5 * MINUTE_S,
  30 * MINUTE_S,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_S),
] as const;
/** As much of a wait is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;

/** As much of a delivery as its schedule depends on. */
export type Standing = { status: DeliveryStatus; scheduled_attempts: number; next_attempt_at: string | null };

/** Whether a delivery has still to be sent by its schedule. */
export const isOpen = ({ status }: Pick<Standing, 'status'>): boolean => status === 'pending' || status === 'waiting';

/**
 * How a delivery stands after an attempt. A redelivery by hand is beside the schedule: when it fails, nothing has changed. A receiver that named a time is given that time.
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

/** Never shorter than asked. */
export const withJitter = (seconds: number, random: number): number => Math.ceil(seconds * (1 + JITTER * random));
