import { openChance } from '../../../bench/chaos/chance.ts';
import { bucket, files, historyBucket } from '../../../lib/buckets.ts';
import { deadLetters } from '../../../lib/dead-letters.ts';
import { bus, queues as queueTable } from '../../../lib/jobs.ts';
import { openEngine } from '../engine/engine.ts';
import type { Store } from '../engine/store.ts';
import type { Evaluate } from './bundle.ts';
import { fractionOf, openContainer } from './container.ts';
import { ReachedPast } from './current.ts';
import { openStream } from './events.ts';
import { openWeather, type FaultName } from './faults.ts';
import { serveRequest } from './network.ts';
import type { Container, Host, Invoked, Request, Secrets, SimulatedWorld, Storage, Wait } from './parts.ts';
import { openQueues } from './queues.ts';
import { openScheduler } from './scheduler.ts';
import { openThroughput } from './throughput.ts';

export const TABLE = 'simulated';

export type WorldOptions = {
  evaluate: Evaluate;
  seed: number;
  faults: readonly FaultName[];
  startMs?: number;
  items?: ReturnType<Store['copy']>;
  storage?: Storage;
  secrets?: Secrets;
  /** Takes the place of the network, which delays, executes and answers. */
  onWait?: (wait: Wait) => void;
  /** Changes what containers send, to put a fault into the service. */
  tamper?: (request: Request) => Request;
};

const START = Date.parse('2026-01-05T08:00:00Z');

const ENVIRONMENT = {
  TABLE_NAME: TABLE,
  STAGE: 'local',
  LOG_LEVEL: 'ERROR',
  DATA_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:data-key',
  [bus.variables.name]: 'bus',
  [deadLetters.relay.variable]: 'https://queues.example/aside',
  [queueTable['webhook-first'].variable]: 'https://queues.example/webhook-first',
  [queueTable['webhook-retries'].variable]: 'https://queues.example/webhook-retries',
  [queueTable.imports.variable]: 'https://queues.example/imports',
  [bucket.variables.name]: 'packages',
  [files.variables.bucket]: 'files',
  [historyBucket.variables.bucket]: 'histories',
  [historyBucket.variables.afterMonths]: '1',
  BASE_URL: 'https://licenses.example',
};

/** The functions that make signing keys have more. */
const MAKES_KEYS = new Set(['renew-signing-keys', 'operate']);
const OF_KEYS = {
  SIGNING_KEYS_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:signing-keys',
  ROOT_KEY_ARNS: 'arn:aws:kms:eu-west-1:000000000000:key/root',
};

export function openWorld(options: WorldOptions): SimulatedWorld {
  const { seed, faults, items, startMs = START } = options;
  const chance = openChance(seed);
  const scheduler = openScheduler(startMs);
  const weather = openWeather(chance.below, faults);
  const containers = new Map<string, Container[]>();
  let failure: Error | undefined;
  const engine = openEngine({
    tableName: TABLE,
    nowMs: scheduler.nowMs,
    lagMs: () => (weather.isCalm || faults.length === 0 ? 0 : chance.below(2_000)),
    onChange: (change) => {
      world.throughput.takeInIndexes(change);
      world.stream.add(change);
    },
    ...(items === undefined ? {} : { items }),
  });
  const world: SimulatedWorld = {
    ...{ scheduler, chance, weather, engine, dataKey: 'k'.repeat(64), startMs },
    ...{ busEvents: [], attempts: [], arrivals: [], violations: [], story: [] },
    storage: new Map(options.storage),
    secrets: new Map(options.secrets),
    throughput: openThroughput(scheduler.nowMs, engine.store),
    stream: openStream(() => world),
    queues: openQueues(() => world),
    fail: (error) => {
      failure ??= error;
    },
    failure: () => failure,
    invoke: async (name, event, timeoutMs) => {
      const container = await findContainer(world, options, containers, name);
      return invokeIn(world, container, event, timeoutMs);
    },
  };
  return world;
}

export const newContainer = (name: string): Container => ({
  name,
  handle: () => Promise.reject(new Error('the container has not begun')),
  isBusy: true,
  isDead: false,
  onDeath: () => undefined,
});

/** A warm container that is free, or a cold one. */
async function findContainer(
  world: SimulatedWorld,
  options: WorldOptions,
  containers: Map<string, Container[]>,
  name: string,
): Promise<Container> {
  const known = (containers.get(name) ?? []).filter(({ isDead }) => !isDead);
  const free = known.find(({ isBusy }) => !isBusy);
  if (free !== undefined && !world.weather.strikes('a container begins cold')) return free;
  const container = newContainer(name);
  containers.set(name, [...known, container]);
  container.handle = await openContainer(options.evaluate, name, openHost(world, options, container));
  return container;
}

const CLOCKS_APART_MS = 3_000;

export function openHost(world: SimulatedWorld, options: WorldOptions, container: Container): Host {
  const { scheduler, chance } = world;
  const skewMs = options.faults.length === 0 ? 0 : chance.below(CLOCKS_APART_MS) - CLOCKS_APART_MS / 2;
  const after: Host['after'] = (ms, call) =>
    scheduler.after(ms, () => {
      if (!container.isDead) call();
    });
  return {
    nowMs: () => scheduler.nowMs() + skewMs,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          cancel();
          reject(abortError());
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort, { once: true });
      }),
    chance,
    fraction: fractionOf(chance),
    request: (request) => sendRequest(world, options, container, request),
    log: () => undefined,
    environment: { ...ENVIRONMENT, ...(MAKES_KEYS.has(container.name) ? OF_KEYS : {}) },
  };
}

const abortError = (): Error => Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });

function sendRequest(
  world: SimulatedWorld,
  options: WorldOptions,
  container: Container,
  sent: Request,
): Promise<unknown> {
  const request = options.tamper?.(sent) ?? sent;
  return new Promise((resolve, reject) => {
    const { signal } = request;
    let isOver = false;
    const abort = (): void => end(() => reject(abortError()));
    const end = (call: () => void): void => {
      if (isOver || container.isDead) return;
      isOver = true;
      // A signal walks through its listeners at each new one, and a sweep sends a thousand requests with one.
      signal?.removeEventListener('abort', abort);
      call();
    };
    const resume: Wait['resume'] = (outcome) =>
      end(() => ('error' in outcome ? reject(outcome.error) : resolve(outcome.answer)));
    if (signal?.aborted === true) {
      reject(abortError());
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const wait = { container, request, resume };
    if (options.onWait) options.onWait(wait);
    else deliver(world, wait);
  });
}

const SLOW_MS = 4_000;
const QUICK_MS = 8;

/** The network: a request arrives after a while, is executed, and its answer comes after another while. */
function deliver(world: SimulatedWorld, { container, request, resume }: Wait): void {
  const { scheduler, chance, weather } = world;
  const isSecret = request.service === 'secretsmanager';
  const delay = (): number =>
    weather.strikes('a request is late by seconds') || (isSecret && weather.strikes('the secret is slow'))
      ? chance.below(SLOW_MS)
      : chance.below(QUICK_MS);
  const diesAt = weather.strikes('a container dies at a wait') ? chance.below(2) : undefined;
  const kill = (): void => {
    container.isDead = true;
    world.story.push(`${timeOf(world)}  ${container.name} dies at ${request.operation}`);
    container.onDeath();
  };
  scheduler.after(delay(), () => {
    if (diesAt === 0) {
      kill();
      return undefined;
    }
    const outcome = serveRequest(world, request);
    scheduler.after(delay(), () => {
      if (diesAt === 1) kill();
      else resume(outcome);
    });
    return 'quiet';
  });
}

export const timeOf = ({ scheduler }: Pick<SimulatedWorld, 'scheduler'>): string =>
  new Date(scheduler.nowMs()).toISOString();

const JOB_MS = 60_000;

/** Functions that read with streams. */
const STREAMING = new Set(['inspect-package', 'run-import']);

function invokeIn(world: SimulatedWorld, container: Container, event: unknown, timeoutMs = JOB_MS): Promise<Invoked> {
  container.isBusy = true;
  const endsMs = world.scheduler.nowMs() + timeoutMs;
  const context = {
    awsRequestId: `request-${world.chance.below(2 ** 31)}`,
    getRemainingTimeInMillis: () => Math.max(0, endsMs - world.scheduler.nowMs()),
  };
  const streams = STREAMING.has(container.name) ? 1 : 0;
  world.scheduler.streaming += streams;
  return new Promise<Invoked>((resolve) => {
    container.onDeath = () => resolve({ kind: 'lost' });
    container.handle(event, context).then(
      (value) => {
        container.isBusy = false;
        resolve({ kind: 'answered', value });
      },
      (error: unknown) => {
        container.isBusy = false;
        if (error instanceof ReachedPast) world.fail(error);
        resolve({ kind: 'failed', error });
      },
    );
  }).finally(() => {
    world.scheduler.streaming -= streams;
  });
}
