import { DAY_MS, MINUTE_MS, SECOND_MS, parseMs } from './time.ts';

/**
 * The number of lanes. One license's messages to an endpoint follow each other in one lane, so an endpoint occupies at
 * most this many workers.
 */
export const LANES = 4;

/** The last ticket of a lane that was issued with a message, and the last whose message was handled. */
export type Lane = { issued: number; done: number };

/**
 * The state of an endpoint's messages in the queue of first attempts: how many are in it, whether others wait in the
 * table for room, and how fast the endpoint answers.
 */
export type EndpointFlow = {
  lanes: readonly Lane[];
  /** The time at which a ticket was last issued or handled. */
  moved_at: string | null;
  /** Counts the times that a delivery began to wait; null while none waits. */
  waiting: number | null;
  /** One worker moves waiting messages to the queue until this time. */
  refilled_until: string | null;
  samples: readonly Sample[];
};

/** A receiver's response time, and the second since 1970 in which it was measured. */
export type Sample = { at_s: number; latency_ms: number };

export const NO_FLOW: EndpointFlow = {
  lanes: Array.from({ length: LANES }, () => ({ issued: 0, done: 0 })),
  moved_at: null,
  waiting: null,
  refilled_until: null,
  samples: [],
};

/**
 * A FIFO queue looks for free lanes only in its first 120,000 messages, so an endpoint has at most this many in it; the
 * others wait in the table. Even the slowest receiver that still answers empties a lane of 16 within four minutes,
 * before the alarm on the queue's age.
 */
export const MOST_QUEUED = 64;

/** After this long without progress the queue has lost its messages, or is stalled for all: counting starts over. */
const STALLED_AFTER_MS = 15 * MINUTE_MS;

/** The number of messages in the queue, by the tickets issued. */
export function queuedIn({ lanes, moved_at }: EndpointFlow, nowMs: number): number {
  if (moved_at === null || nowMs - parseMs(moved_at) > STALLED_AFTER_MS) return 0;
  return lanes.reduce((total, { issued, done }) => total + Math.max(0, issued - done), 0);
}

/**
 * True when the next message has to wait in the table: the queue has no room for the endpoint, or others wait before
 * it.
 */
export const hasToWait = (flow: EndpointFlow, nowMs: number, mostQueued: number): boolean =>
  flow.waiting !== null || queuedIn(flow, nowMs) >= mostQueued;

/** True when messages wait, the queue is less than half full, and no other worker is refilling it. */
export const isToRefill = (flow: EndpointFlow, nowMs: number, mostQueued: number): boolean =>
  flow.waiting !== null &&
  queuedIn(flow, nowMs) < mostQueued / 2 &&
  (flow.refilled_until === null || nowMs >= parseMs(flow.refilled_until));

const KEPT_SAMPLES = 40;
const RECENT_MS = DAY_MS;

export const addSample = (samples: readonly Sample[], sample: Sample): Sample[] =>
  [...samples, sample].slice(-KEPT_SAMPLES);

/** A receiver above this is shown as slow. */
export const SLOW_MS = 5_000;

/** The 95th percentile of recent response times; null when there are none. */
export function computeP95({ samples }: Pick<EndpointFlow, 'samples'>, nowMs: number): number | null {
  const sorted = samples
    .filter(({ at_s }) => nowMs - at_s * SECOND_MS < RECENT_MS)
    .map(({ latency_ms }) => latency_ms)
    .sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null;
}
