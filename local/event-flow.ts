import { countDown, moveTo, now } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';
import { callEvery, sleep } from '../lib/process/timers.ts';
import { isoSeconds } from '../lib/domain/time.ts';
import { jobs } from '../lib/jobs.ts';
import type { LocalBus } from './bus.ts';
import type { LocalStream } from './stream.ts';
import type { LocalWebhooks } from './webhooks.ts';

/** The result of the sweep's function. */
export type Swept = { visited: number; expired: number; announced: number; finished: boolean };
/** The result of the webhook sweep. */
export type SweptWebhooks = { queued: number; put_off: number; canceled: number; replayed: number };
type Invocation = { awsRequestId: string; getRemainingTimeInMillis: () => number };
export type WebhookSweepHandler = (event: unknown, context: Invocation) => Promise<SweptWebhooks>;
export type SweepHandler = (event: unknown, context: Invocation) => Promise<Swept>;

/**
 * The result of one tick. `events` counts the events on the bus since it began, from any source; `webhooks` counts
 * those that the webhook sweep sent besides.
 */
export type Ticked = {
  now: string;
  sweeps: Omit<Swept, 'finished'> & { runs: number; finished: boolean };
  events: number;
  webhooks: Pick<SweptWebhooks, 'queued' | 'put_off' | 'canceled' | 'replayed'>;
};

export type EventFlow = {
  /**
   * Moves the clock to a time, or leaves it; runs what is due and waits until every event is delivered and nothing is
   * left to send now. 'past' and nothing else when that time has gone by.
   */
  tick: (timeMs?: number) => Promise<Ticked | 'past'>;
  /** Makes the key set of proofs again. */
  renewKeys: () => Promise<unknown>;
  stop: () => Promise<void>;
};

/** A sweep that leaves something behind twice without getting anywhere is not called again before the next minute. */
const IDLE_RUNS = 2;

type Parts = {
  bus: LocalBus;
  stream: LocalStream | undefined;
  sweep: SweepHandler;
  /** The same sweep for a clock that was moved, when most of what lies in between is empty. */
  sweepAfterJump: SweepHandler;
  webhooks: LocalWebhooks;
  sweepWebhooks: WebhookSweepHandler;
  /** The daily job, which makes the key set of proofs again. */
  renewSigningKeys: (event: unknown, context: Invocation) => Promise<unknown>;
  /** Called when the clock was moved. */
  onMoved: () => void;
  onError: (error: unknown) => void;
};

/** Relay, rules and sweeps, tied together as the stacks do it. Without a stream, events stay in the journal. */
export function startEventFlow(parts: Parts): EventFlow {
  const { bus, stream, sweep, sweepAfterJump, webhooks, sweepWebhooks, renewSigningKeys, onMoved, onError } = parts;
  let last: Promise<unknown> = Promise.resolve();
  /** Runs one after the other, so that the answer of each contains only what it did. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const endSweeps = callEvery(jobs['sweep-due'].schedule.everyS * 1_000, () => {
    inTurn(async () => {
      await sweepAll(sweep);
      await sweepWebhooks({}, invocation('sweep-webhooks'));
    }).catch(onError);
  });
  // The queues of an earlier start are gone; what was in them stands in the table.
  inTurn(() => sweepWebhooks({ recover: true }, invocation('sweep-webhooks'))).catch(onError);
  const renewKeys = () => inTurn(() => renewSigningKeys({}, invocation('renew-signing-keys')));
  const endRenewals = callEvery(jobs['renew-signing-keys'].schedule.everyS * 1_000, () => {
    renewKeys().catch(onError);
  });
  return {
    renewKeys,
    tick: (timeMs) =>
      inTurn(async () => {
        if (timeMs !== undefined && !moveTo(timeMs)) return 'past';
        if (timeMs !== undefined) onMoved();
        const before = bus.received();
        if (timeMs !== undefined) await renewSigningKeys({}, invocation('renew-signing-keys'));
        const sweeps = await sweepAll(timeMs === undefined ? sweep : sweepAfterJump);
        await settle(bus, stream, webhooks);
        const { queued, put_off, canceled, replayed } = await sweepWebhooks({}, invocation('sweep-webhooks'));
        await settle(bus, stream, webhooks);
        return {
          now: isoSeconds(now()),
          sweeps,
          events: bus.received() - before,
          webhooks: { queued, put_off, canceled, replayed },
        };
      }),
    stop: async () => {
      endSweeps();
      endRenewals();
      await stream?.stop();
      await webhooks.stop();
      await bus.stop();
    },
  };
}

async function sweepAll(sweep: SweepHandler): Promise<Ticked['sweeps']> {
  const total = { runs: 0, visited: 0, expired: 0, announced: 0, finished: false };
  for (let idle = 0; idle < IDLE_RUNS && !total.finished;) {
    const { visited, expired, announced, finished } = await sweep({}, invocation('sweep-due'));
    total.runs += 1;
    total.visited += visited;
    total.expired += expired;
    total.announced += announced;
    total.finished = finished;
    idle = visited === 0 ? idle + 1 : 0;
  }
  return total;
}

function invocation(job: 'sweep-due' | 'sweep-webhooks' | 'renew-signing-keys'): Invocation {
  return { awsRequestId: randomUuid(), getRemainingTimeInMillis: countDown(jobs[job].timeoutS * 1_000) };
}

const LOOK_EVERY_MS = 20;

/** A consumer's writes cause further events, and so does sending webhooks. */
async function settle(bus: LocalBus, stream: LocalStream | undefined, webhooks: LocalWebhooks): Promise<void> {
  for (let seen = -1; seen !== bus.received() || !webhooks.isIdle();) {
    seen = bus.received();
    await stream?.idle();
    await bus.idle();
    while (!webhooks.isIdle()) await sleep(LOOK_EVERY_MS);
  }
}
