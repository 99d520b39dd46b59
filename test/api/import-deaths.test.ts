import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock } from '../support/run/clock.ts';
import type { ImportContext } from '../../lib/commands/import/row.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { workOnImport } from '../../lib/imports/work.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { openVault } from '../../lib/process/vault.ts';
import { changeImport } from '../../lib/table/imports.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { jobs } from '../../lib/jobs.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import {
  freshRow,
  importedItems,
  jsonLine,
  startImport,
  startImports,
  type Imports,
} from '../support/service/import-files.ts';
import { bringRow, openImport, sampleRow, undoRow } from '../support/service/import-rows.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import type { StoredItem } from '../support/table/whole-table.ts';

let proxy: FaultProxy;
/** The way past the proxy, for the thousands of requests that it does not change. */
let direct: Wire;
let service: Service;
let imports: Imports;
beforeAll(async () => {
  const engine = engineEndpoint();
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  announceEngineEndpoint(engine);
  direct = sdkWire({
    endpoint: engine,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  imports = await startImports(service);
});
afterAll(() => proxy.stop());

class Death extends Error {}

/** The same context for a worker that dies at its n-th request: before it is sent, or before its answer arrives. */
function dyingAt(ctx: ImportContext, at: number, when: 'before' | 'after'): { ctx: ImportContext; sent: () => number } {
  let sent = 0;
  const wire: Wire = async (operation, input, signal) => {
    sent += 1;
    // Two requests may be on their way at once.
    const isLast = sent === at;
    if (isLast && when === 'before') throw new Death();
    const answer = await ctx.table.wire(operation, input, signal);
    if (isLast) throw new Death();
    return answer;
  };
  return { ctx: { ...ctx, table: { ...ctx.table, wire } }, sent: () => sent };
}

/**
 * The same context past the proxy, which notes the partitions that it writes to. A scan would read all other brands'
 * items too.
 */
function noting(ctx: ImportContext): { ctx: ImportContext; partitions: Set<string> } {
  const partitions = new Set<string>();
  const wire: Wire = (operation, input, signal) => {
    if (/Write|Update/.test(operation))
      for (const [, pk = ''] of JSON.stringify(input).matchAll(/"pk":\{"S":"([^"]+)"\}/g)) partitions.add(pk);
    return direct(operation, input, signal);
  };
  return { ctx: { ...ctx, table: { ...ctx.table, wire } }, partitions };
}

/** The licenses, keys and seats of these partitions, without what differs between two brands. */
async function contentOf(partitions: ReadonlySet<string>): Promise<string[]> {
  const items: StoredItem[] = [];
  for (const pk of partitions) {
    const query = {
      TableName: service.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    };
    for await (const page of paginateQuery({ client: service.documents }, query))
      items.push(...((page.Items ?? []) as StoredItem[]).filter(({ sk }) => /^(?:license$|key$|seat#)/.test(sk)));
  }
  return items
    .map(({ sk, status, seats_used, seat_limit, seq, license_count, instance_identifier }) =>
      JSON.stringify({
        kind: sk.split('#')[0],
        status,
        seats_used,
        seat_limit,
        seq,
        license_count,
        instance_identifier,
      }),
    )
    .sort();
}

/** A worker dies in `run`, after it has done `before`. */
type Case = { before?: (ctx: ImportContext) => Promise<unknown>; run: (ctx: ImportContext) => Promise<unknown> };
const cases: [string, Case][] = [
  [
    'a row that fits into one transaction',
    { run: (ctx) => bringRow(ctx, sampleRow('death-key-1', 3, { external_id: 'o-1' })) },
  ],
  ['a row with more seats than a transaction holds', { run: (ctx) => bringRow(ctx, sampleRow('death-key-2', 110)) }],
  [
    'a row that changes a key and adds more seats than a transaction holds',
    {
      before: (ctx) => bringRow({ ...ctx, importId: 'earlier' }, sampleRow('death-key-3', 1)),
      run: (ctx) => bringRow({ ...ctx, onConflict: 'update' }, sampleRow('death-key-3', 70, { seat_limit: 9 })),
    },
  ],
  [
    'an undo of a key with many seats',
    {
      before: (ctx) => bringRow(ctx, sampleRow('death-key-4', 100)),
      run: (ctx) => undoRow(ctx, sampleRow('death-key-4', 100)),
    },
  ],
];

describe.each(cases)('a worker that dies at any request of %s', (_, { before, run }) => {
  test('leaves what a second run completes, as if nothing had happened', async () => {
    const undisturbed = noting(await openImport(service, await service.brand()));
    const whole = dyingAt(undisturbed.ctx, 0, 'before');
    await before?.(undisturbed.ctx);
    await run(whole.ctx);
    const expected = await contentOf(undisturbed.partitions);
    expect(undisturbed.partitions.size).toBeGreaterThan(1);
    const requests = Array.from({ length: whole.sent() }, (__, i) => i + 1);
    for (const when of ['before', 'after'] as const) {
      for (const at of requests) {
        const { ctx, partitions } = noting(await openImport(service, await service.brand()));
        await before?.(ctx);
        await expect(run(dyingAt(ctx, at, when).ctx)).rejects.toThrow(Death);
        await run(ctx);
        expect([when, at, await contentOf(partitions)]).toEqual([when, at, expected]);
      }
    }
  }, 120_000);
});

const fileOf = (bytes: AsyncIterable<Uint8Array>) => ({ bytes, size: 1_000_000, mark: null });

/** One call of a worker with a bucket of the test's own. */
const workWith = (brand: TestBrand, importId: string, read: () => Promise<object>, more: object = {}) => {
  const stores = { files: { read }, queue: { send: () => Promise.resolve() } };
  const ctx = {
    requestId: 'w',
    now: Date.now,
    table: () => service.table(brand.key_prefix),
    stop: AbortSignal.timeout(20_000),
    vault: openVault(readFileSync(process.env['DATA_KEY_FILE'] ?? '')),
    atOnce: 1,
  };
  return workOnImport({ ...ctx, ...stores, ...more } as never, { brand: brand.key_prefix, importId });
};

test('an import that is cancelled while its worker waits has the counts of its rows, and can be undone', async () => {
  const brand = await service.brand();
  const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file: jsonLine(freshRow()) });
  const rows = Array.from({ length: 101 }, () => freshRow(0));
  async function* breakOff(): AsyncGenerator<Uint8Array> {
    // A batch of 100 is written, and the next row is read.
    yield Buffer.from(rows.map(jsonLine).join(''));
    await imports.act(brand, 'cancel', id);
    throw new Unavailable('the bucket stopped in the middle of a file');
  }
  // On this clock, no second goes by in which the worker would save its progress.
  const now = Date.now();
  await workWith(brand, id, () => Promise.resolve(fileOf(breakOff())), { now: () => now, atOnce: 16 });
  expect((await imports.get(brand, id)).body).toMatchObject({
    state: 'cancelled',
    counts: { rows: 100, created: 100 },
  });
  const licenses = (await importedItems(service, brand)).filter(({ sk }) => sk === 'license');
  expect(licenses).toHaveLength(100);
  expect((await imports.act(brand, 'undo', id)).body).toMatchObject({ state: 'undoing' });
});

test('the log names a row that could not be written by its line, and repeats no e-mail of the error', async () => {
  const brand = await service.brand();
  const row = freshRow(0);
  const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file: jsonLine(row) });
  const table = service.table(brand.key_prefix);
  const wire: Wire = (operation, input, signal) => {
    if (operation === 'TransactWriteItems' && JSON.stringify(input).includes('#customer#'))
      return Promise.reject(
        Object.assign(new Error(`Bad value: ${row.customer_email}`), { name: 'ValidationException' }),
      );
    return table.wire(operation, input, signal);
  };
  const logged: object[] = [];
  const more = { table: () => ({ ...table, wire }), logger: { error: (line: object) => logged.push(line) } };
  await workWith(brand, id, () => Promise.resolve(fileOf(Readable.from([Buffer.from(jsonLine(row))]))), more);
  expect(logged).toMatchObject([{ event: 'imports.row_failed', line: 1, error: 'Bad value: [redacted]' }]);
});

test('a bucket that does not answer is waited for, and a silent one leaves the import to the next call', async () => {
  const brand = await service.brand();
  const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file: jsonLine(freshRow()) });
  const row = freshRow();
  let isAway = true;
  let asked = 0;
  const work = (ms: number) => {
    const read = () => {
      asked += 1;
      if (isAway && asked !== 3) return Promise.reject(new Unavailable('the bucket answered 503'));
      return Promise.resolve(fileOf(Readable.from([Buffer.from(jsonLine(row))])));
    };
    return workWith(brand, id, read, { stop: AbortSignal.timeout(ms) });
  };
  asked = 10;
  await expect(work(100)).rejects.toThrow(Unavailable);
  expect(await changeImport(service.table(brand.key_prefix), brand.key_prefix, id, () => ({}))).toMatchObject({
    state: 'running',
    worker: null,
  });
  asked = 0;
  await work(20_000);
  isAway = false;
  expect((await imports.get(brand, id)).body).toMatchObject({ state: 'done', counts: { created: 1 } });
});

describe('an import in the middle of which', () => {
  const ROWS = 240;
  const WRITTEN = 20;
  const begin = async (body: object = {}): Promise<{ brand: TestBrand; id: string; notice: object }> => {
    const brand = await service.brand();
    const file = Array.from({ length: ROWS }, (_, i) => jsonLine(freshRow(i % 3))).join('');
    const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file, ...body });
    return { brand, id, notice: { brand: brand.key_prefix, import_id: id } };
  };
  const countsOf = async (brand: TestBrand, id: string) =>
    (await imports.get(brand, id)).body as { state: string; counts: { rows: number } };
  /** The queue hands a message out again once the time of the dead worker is over. */
  const goOn = async (brand: TestBrand, id: string, notice: object): Promise<void> => {
    moveClock(jobs['run-import'].timeoutS * 1_000 + 1_000);
    expect(await imports.workOnce(notice)).toEqual({ batchItemFailures: [] });
    expect(await countsOf(brand, id)).toMatchObject({
      state: 'done',
      counts: { rows: ROWS, created: ROWS, updated: 0, unchanged: 0, failed: 0 },
    });
    const items = await importedItems(service, brand);
    expect(items.filter(({ sk }) => sk === 'license')).toHaveLength(ROWS);
    expect(items.filter(({ sk }) => sk.startsWith('seat#'))).toHaveLength(ROWS);
  };

  // The process has the clock of the machine, so this comes before the test that moves ours.
  test('the worker’s process is killed ends with each row once, by another worker', async () => {
    const { brand, id, notice } = await begin({ rows_per_second: 60 });
    const event = JSON.stringify({ Records: [{ messageId: 'm', body: JSON.stringify(notice) }] });
    const script =
      "import { handler } from './functions/run-import.ts';" +
      'await handler(JSON.parse(process.argv[1]),' +
      "{ awsRequestId: 'killed', getRemainingTimeInMillis: () => 60_000 });";
    const node = spawn('node_modules/.bin/node', ['--input-type=module', '-e', script, event], { env: process.env });
    const ended = once(node, 'exit');
    while ((await countsOf(brand, id)).counts.rows === 0 && node.exitCode === null) await pause(100);
    node.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(await countsOf(brand, id)).toMatchObject({ state: 'running' });
    // Nobody takes it from a worker that may still live.
    await imports.workOnce(notice);
    expect(await countsOf(brand, id)).toMatchObject({ state: 'running' });
    await goOn(brand, id, notice);
  });

  test('the engine goes away ends with each row once, when the engine is back', async () => {
    const { brand, id, notice } = await begin();
    let writes = 0;
    proxy.tamper = async ({ operation }, forward) => {
      if (operation === 'TransactWriteItems') writes += 1;
      if (writes < WRITTEN) return forward();
      // The last writes arrive, and their answers do not.
      if (writes < WRITTEN + 16) await forward();
      return 'lost';
    };
    // A call begins nothing new in its last ten seconds.
    const { batchItemFailures } = await imports.workOnce(notice, 14_000);
    proxy.tamper = undefined;
    expect(batchItemFailures).toHaveLength(1);
    await goOn(brand, id, notice);
  });
});
