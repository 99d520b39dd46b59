import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startBus, type LocalBus } from '../../local/bus.ts';
import { typeMatches } from '../../lib/domain/event-name.ts';
import { newId } from '../../lib/process/ids.ts';
import type { EventType } from '../../lib/events/catalog.ts';
import type { OutgoingEvent } from '../../lib/events/outgoing.ts';
import { openBus, type Bus } from '../../lib/relay/bus.ts';
import { replay, type Progress, type Replayed, type ReplayRequest } from '../../lib/relay/replay.ts';
import { journalWrite } from '../../lib/table/journal.ts';
import { PLATFORM, platformKeys } from '../../lib/table/keys.ts';
import { pickLicenseFields } from '../../lib/table/licenses.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { at, openStock, type Stock } from '../support/service/due-licenses.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { sampleLicense } from '../support/service/sample-license.ts';

const NOW = at('2027-02-01T00:00:00Z');
const SPAN = { from: '2026-12-30T00:00:00Z', to: '2027-01-02T23:59:59Z' };
let bus: LocalBus;
let faults: FaultProxy;
let stock: Stock;
const got: OutgoingEvent[] = [];
const folder = mkdtempSync(join(tmpdir(), 'license-service-replay-'));

beforeAll(async () => {
  bus = await startBus([{ name: 'test', handle: ({ detail }) => void got.push(detail) }], console.error);
  faults = await startFaultProxy(bus.endpoint);
  stock = await openStock();
  await transact<never>(stock.table(PLATFORM), [
    { put: { ...platformKeys.brandInList('wp-rocket'), id: newId(NOW), key_prefix: 'WPR' } },
  ]);
  const settings = {
    TABLE_NAME: stock.tableName,
    DYNAMODB_ENDPOINT: engineEndpoint(),
    EVENT_BUS_NAME: 'test',
    EVENT_BUS_ENDPOINT: faults.endpoint,
  };
  writeFileSync(
    join(folder, 'stack.json'),
    JSON.stringify({ ...settings, ASIDE_QUEUE_URL: `${faults.endpoint}/0/aside` }),
  );
  await fill();
});
beforeEach(() => {
  faults.tamper = undefined;
  faults.asked.length = 0;
  got.length = 0;
});
afterAll(async () => {
  await faults.stop();
  await bus.stop();
  rmSync(folder, { recursive: true });
});

type Announced = { brand: string; id: string; seq: number; type: EventType };
const announced: Announced[] = [];

async function tell(
  brand: string,
  id: string,
  seq: number,
  type: EventType,
  nowMs: number,
  notBefore = '',
): Promise<void> {
  const author = { brand, actor: { type: 'system', id: 'test' }, requestId: 'test', nowMs } as const;
  await transact<never>(stock.table(brand), [
    journalWrite(author, {
      type,
      entity: { type: 'license', id },
      license: pickLicenseFields(sampleLicense({ id })),
      seq,
      before: null,
      after: { expires_at: SPAN.to },
      notBefore,
    }),
  ]);
  announced.push({ brand, id, seq, type });
}

/**
 * Writes 20 licenses with four entries each, over three days. The third entry is in the same second as the second one,
 * although the clock of its writer is two minutes behind.
 */
async function fill(): Promise<void> {
  const licenses = Array.from({ length: 20 }, (_, i) => newId(at('2026-01-01T00:00:00Z') + i));
  await Promise.all(
    licenses.map(async (id, i) => {
      await tell('WPR', id, 1, 'license.provisioned', at('2026-12-30T10:00:00Z') + i * 700);
      const second = at('2026-12-31T23:59:59Z') + 900;
      await tell('WPR', id, 2, 'license.expiring', second);
      await tell('WPR', id, 3, 'license.renewed', second - 120_000, '2026-12-31T23:59:59Z');
      await tell('WPR', id, 4, 'license.expired', at('2027-01-02T23:59:59Z') + 999);
    }),
  );
  // Just outside the time span on both sides, and of a brand whose prefix is the beginning of this one's.
  await tell('WPR', newId(NOW), 1, 'license.provisioned', at('2026-12-29T23:59:59Z') + 999);
  await tell('WPR', newId(NOW), 1, 'license.provisioned', at('2027-01-03T00:00:00Z'));
  await tell('WP', newId(NOW), 1, 'license.provisioned', at('2026-12-30T10:00:00Z'));
}

function run(
  changes: Partial<ReplayRequest> = {},
  signal = new AbortController().signal,
  onSent: (progress: Progress) => void = () => undefined,
): Promise<Replayed> {
  const config = { region: 'eu-west-1', busName: 'test', busEndpoint: faults.endpoint, asideQueueUrl: '' };
  const request = {
    brand: { key_prefix: 'WPR', slug: 'wp-rocket' },
    ...SPAN,
    matches: () => true,
    rate: 10_000,
    dryRun: false,
    ...changes,
  };
  return replay({ bus: openBus(config), table: () => stock.table('WPR'), now: () => NOW }, request, {
    signal,
    onProgress: onSent,
    onRefused: (what) => expect(what).toBe(''),
  });
}

const idle = () => bus.idle();

test('a replay sends every entry of the time span and the brand, with its own id and replayed_at', async () => {
  const { kind, progress } = await run();
  await idle();
  expect([progress.sent, kind]).toEqual([80, 'finished']);
  expect(got).toHaveLength(80);
  expect(new Set(got.map(({ id }) => id)).size).toBe(80);
  for (const event of got)
    expect(event).toMatchObject({ replayed_at: '2027-02-01T00:00:00Z', brand: { slug: 'wp-rocket' } });
  const entries = await stock.journal();
  expect(
    got.every(({ id, seq, type }) =>
      entries.some((entry) => entry.id === id && entry.seq === seq && entry.type === type),
    ),
  ).toBe(true);
});

test('a replay keeps the order of time and seq despite wrong clocks, with one event per license and call', async () => {
  await run();
  await idle();
  expect(got.map(({ occurred_at }) => occurred_at)).toEqual(got.map(({ occurred_at }) => occurred_at).sort());
  const bySeq = Map.groupBy(got, ({ entity }) => entity.id);
  for (const events of bySeq.values()) expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  for (const { input } of faults.asked) {
    const entities = (input['Entries'] as { Detail: string }[]).map(
      ({ Detail }) => (JSON.parse(Detail) as OutgoingEvent).entity.id,
    );
    expect(new Set(entities).size).toBe(entities.length);
    expect(entities.length).toBeLessThanOrEqual(10);
  }
});

test('a replay sends only the requested types', async () => {
  await run({ matches: (type) => typeMatches(['license.expired', 'license.expiring'], type) });
  await idle();
  expect(new Set(got.map(({ type }) => type))).toEqual(new Set(['license.expiring', 'license.expired']));
  expect(got).toHaveLength(40);
});

describe('a replay of another brand', () => {
  const SPOILT = 'WPX';
  const replayTo = async (send: Bus): Promise<{ replayed: Replayed; refused: string[] }> => {
    const refused: string[] = [];
    const request = { brand: { key_prefix: SPOILT, slug: 'other' }, ...SPAN, matches: () => true, rate: 100 };
    const replayed = await replay(
      { bus: send, table: () => stock.table(SPOILT), now: () => NOW },
      { ...request, dryRun: false },
      {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        onRefused: (what) => void refused.push(what),
      },
    );
    return { replayed, refused };
  };
  beforeAll(async () => {
    const nowMs = at('2026-12-31T10:00:00Z');
    const author = { brand: SPOILT, actor: { type: 'system', id: 'test' }, requestId: 'test', nowMs } as const;
    for (const spoils of [false, true]) {
      const entity = { type: 'license', id: newId(NOW) } as const;
      const license = pickLicenseFields(sampleLicense({ id: entity.id }));
      const write = journalWrite(author, { type: 'license.renewed', entity, seq: 1, before: null, after: {}, license });
      const item = 'put' in write ? write.put : undefined;
      await transact<never>(stock.table(SPOILT), [item && spoils ? { put: { ...item, actor: 'nobody' } } : write]);
    }
  });

  test('names what cannot be read and what the bus refuses, and goes on', async () => {
    const { replayed, refused } = await replayTo((entries) =>
      Promise.resolve(entries.map(() => ({ kind: 'refused', reason: 'MalformedDetail' }))),
    );
    expect(replayed).toMatchObject({ kind: 'finished', progress: { sent: 0, refused: 2 } });
    expect(refused.toSorted()).toEqual([
      expect.stringMatching(/^WPX#.* cannot be read: actor$/),
      expect.stringMatching(/^license\.renewed of WPX#.*: MalformedDetail$/),
    ]);
  });

  test('stops with the reason of a fault of ours', async () => {
    const { replayed } = await replayTo(() => Promise.reject(new Error('a fault of ours')));
    expect(replayed).toMatchObject({ kind: 'stopped', reason: expect.stringContaining('a fault of ours') });
  });
});

test('a dry run counts the events and sends none', async () => {
  const { progress } = await run({ dryRun: true });
  expect([progress.sent, progress.byType.get('license.renewed'), faults.asked.length]).toEqual([80, 20, 0]);
});

test('a replay loses no event and keeps the order if the bus is unavailable or refuses part of a call', async () => {
  let calls = 0;
  faults.tamper = async ({ input }, forward) => {
    calls += 1;
    if (calls % 5 === 1) return 'lost';
    if (calls % 5 !== 3) return forward();
    const entries = input['Entries'] as unknown[];
    const [last] = entries.slice(-1);
    if (entries.length === 1) return forward();
    const answer = await forward({ Entries: entries.slice(0, -1) });
    const body = JSON.parse(answer.body) as { Entries: unknown[] };
    expect(last).toBeDefined();
    return {
      status: 200,
      body: JSON.stringify({ FailedEntryCount: 1, Entries: [...body.Entries, { ErrorCode: 'ThrottlingException' }] }),
    };
  };
  expect(await run({ from: '2026-12-31T00:00:00Z', to: '2026-12-31T23:59:59Z' })).toMatchObject({
    progress: { sent: 40 },
  });
  await idle();
  for (const events of Map.groupBy(got, ({ entity }) => entity.id).values())
    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
});

test('an interrupted replay returns its last second, and a replay from there sends the rest', async () => {
  const interrupt = new AbortController();
  const first = await run({}, interrupt.signal, ({ sent }) => {
    if (sent >= 25) interrupt.abort();
  });
  expect(first).toMatchObject({ kind: 'stopped', reason: 'interrupted' });
  expect(first.progress.sent).toBeLessThan(80);
  await run({ from: first.progress.at });
  await idle();
  expect(new Set(got.map(({ id }) => id)).size).toBe(80);
});

test('a replay sends no more events per second than its rate', async () => {
  const started = performance.now();
  await run({ rate: 40, from: '2026-12-31T00:00:00Z', to: '2026-12-31T23:59:59Z' });
  // The last call of ten need not be waited for.
  expect(performance.now() - started).toBeGreaterThan(700);
});

async function command(
  args: readonly string[],
  onOutput?: (kill: () => void) => void,
): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, ['bin/replay.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.once('data', () => onOutput?.(() => child.kill('SIGINT')));
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<unknown[]>,
  ]);
  return { code, out, err };
}

test('the replay command prints a token at Ctrl-C, resumes with it, and refuses an unknown brand', async () => {
  const local = ['--local', '--local-dir', folder];
  const span = ['--from', '2026-12-30', '--to', '2027-01-02', '--type', 'license.*'];
  const [stopped, unknown] = await Promise.all([
    command([...local, '--brand', 'wp-rocket', ...span, '--rate', '20'], (kill) => kill()),
    command([...local, '--brand', 'nobody', ...span]),
  ]);
  expect(unknown).toMatchObject({ code: 1, err: 'There is no brand "nobody" (--brand).\n' });
  expect(stopped.code).toBe(1);
  const token = /--local --resume (\S+)/.exec(stopped.err)?.[1] ?? '';
  expect(await command([...local, '--resume', token, '--rate', '1000'])).toMatchObject({ code: 0, err: '' });
  await idle();
  expect(new Set(got.map(({ id }) => id)).size).toBe(80);
});
