import { msOf } from './time.ts';

/** One license's messages to an endpoint follow each other in one of them; an endpoint keeps no more workers busy. */
export const LANES = 4;

/** The last ticket of a lane that was given out with a message, and the last whose message was handled. */
export type Lane = { issued: number; done: number };

/**
 * How many messages of an endpoint stand in the queue of first attempts, whether others wait in the table for a place
 * there, and how fast it has been answering.
 */
export type EndpointFlow = {
  lanes: readonly Lane[];
  /** When a ticket was last given out or handled. */
  moved_at: string | null;
  /** Counts how often a delivery began to wait; null while none does. */
  waiting: number | null;
  /** Until when one worker is bringing up what waits. */
  refilled_until: string | null;
  samples: readonly Sample[];
};

/** How long a receiver took, and when. */
export type Sample = { at: string; latency_ms: number };

export const NO_FLOW: EndpointFlow = {
  lanes: Array.from({ length: LANES }, () => ({ issued: 0, done: 0 })),
  moved_at: null,
  waiting: null,
  refilled_until: null,
  samples: [],
};

/**
 * A FIFO queue looks for free lanes only through its first 120,000 messages: so many at most stand in it for one
 * endpoint, and all others wait in the table. A lane of 16 is worked off within four minutes by the slowest receiver
 * that still answers, before anybody is woken by the age of the queue.
 */
export const MOST_QUEUED = 64;

const MINUTE_MS = 60_000;
/**
 * When nothing has moved for so long, the queue has lost what it held, or stands still for all: then the count is begun
 * anew.
 */
const STALLED_AFTER_MS = 15 * MINUTE_MS;

/** How many messages are in the queue, by the tickets given out. */
export function queuedIn({ lanes, moved_at }: EndpointFlow, nowMs: number): number {
  if (moved_at === null || nowMs - msOf(moved_at) > STALLED_AFTER_MS) return 0;
  return lanes.reduce((total, { issued, done }) => total + Math.max(0, issued - done), 0);
}

/** The next message has to wait in the table: the queue has no room for the endpoint, or others wait before it. */
export const hasToWait = (flow: EndpointFlow, nowMs: number, mostQueued: number): boolean =>
  flow.waiting !== null || queuedIn(flow, nowMs) >= mostQueued;

/** Messages wait, the queue is less than half full, and no worker brings them up already. */
export const isToRefill = (flow: EndpointFlow, nowMs: number, mostQueued: number): boolean =>
  flow.waiting !== null &&
  queuedIn(flow, nowMs) < mostQueued / 2 &&
  (flow.refilled_until === null || nowMs >= msOf(flow.refilled_until));

const KEPT_SAMPLES = 40;
const RECENT_MS = 24 * 60 * MINUTE_MS;

export const withSample = (samples: readonly Sample[], sample: Sample): Sample[] =>
  [...samples, sample].slice(-KEPT_SAMPLES);

/** Above this a receiver is shown to be slow. */
export const SLOW_MS = 5_000;

/** How long nineteen of twenty recent answers took at most; null where there were none. */
export function p95Of({ samples }: Pick<EndpointFlow, 'samples'>, nowMs: number): number | null {
  const sorted = samples
    .filter(({ at }) => nowMs - msOf(at) < RECENT_MS)
    .map(({ latency_ms }) => latency_ms)
    .sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null;
}
