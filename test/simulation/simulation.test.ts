import { beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { jobs } from '../../lib/jobs.ts';
import { JOBS_NOT_RACED, NOT_RACED } from './pairs/not-raced.ts';
import { racePair } from './pairs/race.ts';
import { pairs, verbs, type Pair } from './pairs/verbs.ts';
import { graveFaults } from './prove.ts';
import { shrinkSeed } from './shrink.ts';
import { openBench, type Bench } from './tasks.ts';
import { runSeed } from './traffic.ts';
import { openContainer } from './world/container.ts';
import { ReachedPast } from './world/current.ts';
import { FAULTS, type FaultName } from './world/faults.ts';
import { newContainer, openHost, openWorld } from './world/world.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
}, 60_000);

const faults = Object.keys(FAULTS) as FaultName[];
const size = { days: 30, clients: 3, mostCalls: 20, faults };

function pairOf(one: string, other: string): Pair {
  const found = [one, other].map((name) => verbs.find((verb) => verb.name === name));
  const [first, second] = found;
  if (first === undefined || second === undefined) throw new Error('there is no such verb');
  return [first, second];
}

const race = (pair: Pair, tamper?: (typeof graveFaults)[number]['tamper']) =>
  racePair({ ...bench, prepared: new Map(), ...(tamper ? { tamper } : {}) }, pair, {
    ...{ seed: 1, mostOrders: 20, isExhaustive: false },
  });

describe('a seed', () => {
  test('is one run to the byte, and keeps every promise in bad weather', async () => {
    const other = await runSeed(bench.evaluate, bench.furnished, { seed: 8, ...size });
    const first = await runSeed(bench.evaluate, bench.furnished, { seed: 7, ...size });
    // In a service that ran nothing before: containers leave no state behind.
    const fresh = await openBench();
    const second = await runSeed(fresh.evaluate, fresh.furnished, { seed: 7, ...size });
    expect(first.promises).toEqual([]);
    expect(second.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
    expect(first.faults.size).toBeGreaterThan(5);
  }, 60_000);

  /** Seeds that once broke a promise, and what each of them showed. They are run always. */
  const KEPT = [
    { seed: 188, mostCalls: 58, showed: 'a publication that ran out of time was answered with 500' },
    { seed: 43, mostCalls: 60, showed: 'a client relied on a seat that another swap had given away' },
    { seed: 110, mostCalls: 60, showed: 'a client took an erasure that said it was not complete for the whole one' },
  ];
  test.each(KEPT)(
    'that once failed keeps every promise: $showed (seed $seed)',
    async ({ seed, mostCalls }) => {
      const failed = { seed, days: 60, clients: 4, mostCalls, faults };
      expect((await runSeed(bench.evaluate, bench.furnished, failed)).promises).toEqual([]);
    },
    60_000,
  );

  test('that breaks a promise is shrunk, and still breaks it', async () => {
    const [, missingEntry] = graveFaults;
    if (missingEntry === undefined) throw new Error('there are no faults');
    const failing = { seed: 3, ...size, faults: [], tamper: missingEntry.tamper };
    const { options, run } = await shrinkSeed(bench, failing);
    expect(options.mostCalls).toBeLessThan(size.mostCalls);
    expect(options.clients).toBe(1);
    expect(run.promises).not.toEqual([]);
  }, 60_000);
});

describe('a race of two verbs', () => {
  test('for the last seat has one winner in every order, and after every death', async () => {
    const raced = await race(pairOf('activate another site', 'activate a third site'));
    expect(raced).toMatchObject({ isSampled: false, broken: [] });
    expect(raced.orders).toBeGreaterThan(2);
    expect(raced.deaths).toBeGreaterThan(2);
  });

  test('oversells when the condition of a free seat is taken away', async () => {
    const [withoutSeatCondition] = graveFaults;
    const raced = await race(pairOf('activate another site', 'activate a third site'), withoutSeatCondition?.tamper);
    expect(raced.broken.length).toBeGreaterThan(0);
  });

  test('never shows sites a product as it was before it was changed', async () => {
    const raced = await race(pairOf('give the product another item id', 'draft a release'));
    expect(raced).toMatchObject({ broken: [] });
    expect(raced.orders).toBeGreaterThan(1);
  });

  test.each(['rotate the signing key', 'revoke the signing key'])(
    'never lets functions sign with older keys than those that are shown: renew and %s',
    async (change) => {
      expect(await race(pairOf('renew the signing keys', change))).toMatchObject({ broken: [] });
    },
  );

  test.each(['erase the customer', 'free the seat', 'archive the history of the cancelled license'])(
    'leaves a whole history and nothing of who was erased: archive a history and %s',
    async (other) => {
      const raced = await race(pairOf('archive the history of the cancelled license', other));
      expect(raced).toMatchObject({ broken: [] });
      expect(raced.orders).toBeGreaterThan(1);
      expect(raced.deaths).toBeGreaterThan(1);
    },
  );

  test('leaves no replay of a webhook endpoint that was deleted', async () => {
    expect(await race(pairOf('replay events to the endpoint', 'delete the endpoint'))).toMatchObject({ broken: [] });
  });

  test('is run for every writing route and every job, but for those that a reason is named for', () => {
    const raced = verbs.map((verb) => ('job' in verb ? verb.job : verb.operation));
    const writes = routes.filter(({ method, access }) => method !== 'GET' || access === 'note' || access === 'write');
    const all = [...writes.map(({ operation }) => operation), ...Object.keys(jobs)];
    const named = [...Object.keys(NOT_RACED), ...Object.keys(JOBS_NOT_RACED)];
    expect([...new Set([...raced, ...named])].sort()).toEqual(['operate', ...all].sort());
    expect(named.filter((name) => raced.includes(name))).toEqual([]);
  });

  test('is run for every two verbs that can meet', () => {
    const names = new Set(pairs.flatMap((pair) => pair.map(({ name }) => name)));
    expect(names.size).toBe(verbs.length);
  });
});

test('a container that reaches past its world is refused', async () => {
  const options = { evaluate: bench.evaluate, seed: 1, faults: [] };
  const host = openHost(openWorld(options), options, newContainer('console'));
  await expect(openContainer(bench.evaluate, 'console', host)).rejects.toThrow(ReachedPast);
});
