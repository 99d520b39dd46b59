import { randomUUID } from 'node:crypto';
import { moveTo, now } from '../../lib/clock.ts';
import { isoSeconds } from '../../lib/domain/time.ts';
import type { LocalBus } from './bus.ts';
import type { LocalStream } from './stream.ts';

/** What the sweep's function tells of a run. */
export type Swept = { visited: number; expired: number; announced: number; finished: boolean };
export type SweepHandler = (event: unknown, context: { awsRequestId: string; getRemainingTimeInMillis: () => number }) => Promise<Swept>;

/** What one tick did. `events` came on the bus since it began, whatever brought them. */
export type Ticked = { now: string; sweeps: Omit<Swept, 'finished'> & { runs: number; finished: boolean }; events: number };

export type EventFlow = {
  /** Moves the clock to a time, or leaves it; runs what is due and waits until every event is delivered. 'past' and nothing else when that time has gone by. */
  tick: (timeMs?: number) => Promise<Ticked | 'past'>;
  stop: () => Promise<void>;
};

const SWEEP_EVERY_MS = 60_000;
const SWEEP_TIMEOUT_MS = 60_000;
/** A sweep that leaves something behind twice without getting anywhere is not called again before the next minute. */
const IDLE_RUNS = 2;

type Parts = { bus: LocalBus; stream: LocalStream | undefined; sweep: SweepHandler; onError: (error: unknown) => void };

/** Relay, rules and sweeps, tied together as the stack does it. Without a stream, events stay in the journal. */
export function startEventFlow({ bus, stream, sweep, onError }: Parts): EventFlow {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, so that the answer of each tells what it did and no more. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const timer = setInterval(() => {
    inTurn(() => sweepAll(sweep)).catch(onError);
  }, SWEEP_EVERY_MS).unref();
  return {
    tick: (timeMs) =>
      inTurn(async () => {
        if (timeMs !== undefined && !moveTo(timeMs)) return 'past';
        const before = bus.received();
        const sweeps = await sweepAll(sweep);
        await settle(bus, stream);
        return { now: isoSeconds(now()), sweeps, events: bus.received() - before };
      }),
    stop: async () => {
      clearInterval(timer);
      await stream?.stop();
      await bus.stop();
    },
  };
}

async function sweepAll(sweep: SweepHandler): Promise<Ticked['sweeps']> {
  const total = { runs: 0, visited: 0, expired: 0, announced: 0, finished: false };
  for (let idle = 0; idle < IDLE_RUNS && !total.finished;) {
    const deadline = performance.now() + SWEEP_TIMEOUT_MS;
    const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())) };
    const { visited, expired, announced, finished } = await sweep({}, context);
    total.runs += 1;
    total.visited += visited;
    total.expired += expired;
    total.announced += announced;
    total.finished = finished;
    idle = visited === 0 ? idle + 1 : 0;
  }
  return total;
}

/** What a consumer writes makes events of its own. */
async function settle(bus: LocalBus, stream: LocalStream | undefined): Promise<void> {
  for (let seen = -1; seen !== bus.received();) {
    seen = bus.received();
    await stream?.idle();
    await bus.idle();
  }
}
