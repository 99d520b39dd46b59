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
export type ArchiveHandler = (
  event: unknown,
  context: Invocation,
) => Promise<{ licenses: number; entries: number; left: number; finished: boolean }>;
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
  /** Histories of cancelled licenses that went into the archive. */
  archived: number;
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
  /** The daily job that archives histories of cancelled licenses. */
  archiveLicenses: ArchiveHandler;
  /** Called when the clock was moved. */
  onMoved: () => void;
  onError: (error: unknown) => void;
};

/** Relay, rules and sweeps, tied together as the stacks do it. Without a stream, events stay in the journal. */
export function startEventFlow(parts: Parts): EventFlow {
  const { bus, stream, sweep, webhooks, sweepWebhooks, renewSigningKeys, archiveLicenses, onMoved, onError } = parts;
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
  const endArchives = callEvery(jobs['archive-licenses'].schedule.everyS * 1_000, () => {
    inTurn(() => archiveAll(archiveLicenses)).catch(onError);
  });
  return {
    renewKeys,
    tick: (timeMs) =>
      inTurn(async () => {
        if (timeMs !== undefined && !moveTo(timeMs)) return 'past';
        if (timeMs !== undefined) onMoved();
        const before = bus.received();
        const done = await runDue(parts, timeMs !== undefined);
        return { now: isoSeconds(now()), events: bus.received() - before, ...done };
      }),
    stop: async () => {
      endSweeps();
      endRenewals();
      endArchives();
      await stream?.stop();
      await webhooks.stop();
      await bus.stop();
    },
  };
}

/** Runs everything that is due, once each. */
async function runDue(parts: Parts, isMoved: boolean): Promise<Omit<Ticked, 'now' | 'events'>> {
  const { bus, stream, webhooks } = parts;
  if (isMoved) await parts.renewSigningKeys({}, invocation('renew-signing-keys'));
  const sweeps = await sweepAll(isMoved ? parts.sweepAfterJump : parts.sweep);
  await settle(bus, stream, webhooks);
  const { queued, put_off, canceled, replayed } = await parts.sweepWebhooks({}, invocation('sweep-webhooks'));
  await settle(bus, stream, webhooks);
  const archived = await archiveAll(parts.archiveLicenses);
  return { sweeps, webhooks: { queued, put_off, canceled, replayed }, archived };
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

async function archiveAll(archive: ArchiveHandler): Promise<number> {
  for (let total = 0; ;) {
    const { licenses, left, finished } = await archive({}, invocation('archive-licenses'));
    total += licenses;
    if (finished || left > 0) return total;
  }
}

type ScheduledJob = 'sweep-due' | 'sweep-webhooks' | 'renew-signing-keys' | 'archive-licenses';

function invocation(job: ScheduledJob): Invocation {
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
