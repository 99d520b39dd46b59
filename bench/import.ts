import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { ImportContext } from '../lib/commands/import/row.ts';
import { importRow } from '../lib/commands/import-row.ts';
import { openCatalog } from '../lib/commands/import/catalog.ts';
import { ImportRow } from '../lib/api/schemas/import-row.ts';
import { HOUR_MS } from '../lib/domain/time.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import type { Wire } from '../lib/dynamo/wire.ts';
import { readJsonLines } from '../lib/imports/records.ts';
import { openVault } from '../lib/process/vault.ts';
import { randomBytes } from '../lib/process/random.ts';
import { createTable, localClient } from '../local/create-table.ts';
import { startEngine } from '../local/engine.ts';
import { NO_LINKS } from '../lib/domain/product-links.ts';
import { NO_PRESENTATION, putNewProduct } from '../lib/table/products.ts';
import { transact } from '../lib/dynamo/transact.ts';

/**
 * Measures an import: what a row costs, how many rows go through in a second, and the memory of a reader. `npm run
 * bench:import -- [--rows 1000] [--engine dynoxide]`.
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000' }, engine: { type: 'string' } } });
const ROWS = Number(values.rows);
const BRAND = 'BENCH';
const MB = 1024 * 1024;

const engine = await startEngine({ only: values.engine as 'dynoxide' | undefined });
const client = localClient(engine.endpoint);
const name = `bench-${randomBytes(5).toString('hex')}`;
await createTable(client, name);
const plain = sdkWire({
  endpoint: engine.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const counted = { trips: 0, items: 0 };
const wire: Wire = (operation, input, signal) => {
  counted.trips += 1;
  if ('TransactItems' in input) counted.items += input.TransactItems?.length ?? 0;
  return plain(operation, input, signal);
};
const table = { wire, name, owners: [BRAND], signal: AbortSignal.timeout(HOUR_MS) };
const now = '2026-11-01T00:00:00Z';
const product = { id: '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4', slug: 'rocket', name: 'Rocket' };
await transact<never>(table, [
  putNewProduct(
    BRAND,
    { ...NO_PRESENTATION, ...product, links: NO_LINKS, policy: {}, created_at: now, updated_at: now, seq: 1 },
    () => {
      throw new Error('the product is there');
    },
  ),
]);
const context: ImportContext = {
  importId: 'bench',
  brand: { key_prefix: BRAND, settings: {} },
  table,
  vault: openVault(randomBytes(64)),
  nowMs: Date.now(),
  actor: { type: 'system', id: 'bench' },
  requestId: 'bench',
  silent: true,
  onConflict: 'skip',
  dryRun: false,
  defaults: {},
  ...(await openCatalog(table, BRAND, {})),
};
let made = 0;
function freshRow(seats: number): ImportRow {
  made += 1;
  return ImportRow.parse({
    license_key: `bench-key-${String(made)}`,
    customer_email: `bench-${String(made)}@example.com`,
    licenses: [
      {
        product: 'rocket',
        expires_at: '2099-01-01T00:00:00Z',
        seat_limit: null,
        activations: Array.from({ length: seats }, (_, i) => ({ instance: `https://s${String(i)}.example` })),
      },
    ],
  });
}

console.log(`On ${engine.name}:`);
for (const seats of [0, 3, 50, 250]) {
  const before = { ...counted };
  const row = freshRow(seats);
  await importRow(context, { line: made, row });
  const first = { trips: counted.trips - before.trips, items: counted.items - before.items };
  await importRow({ ...context, importId: 'second' }, { line: made, row });
  const second = {
    trips: counted.trips - before.trips - first.trips,
    items: counted.items - before.items - first.items,
  };
  const cost = ({ trips, items }: typeof first): string =>
    `${String(trips)} round trips, ${String(items)} items (${String(2 * items)} write units without indexes)`;
  console.log(`a row with ${String(seats)} seats: ${cost(first)}; a second time: ${cost(second)}`);
}

for (const atOnce of [1, 8, 16]) {
  const rows = Array.from({ length: ROWS }, () => freshRow(3));
  const startedMs = performance.now();
  const lane = async (): Promise<void> => {
    for (let row = rows.pop(); row !== undefined; row = rows.pop()) await importRow(context, { line: made, row });
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = ROWS / ((performance.now() - startedMs) / 1_000);
  console.log(`${String(ROWS)} rows with 3 seats, ${String(atOnce)} at once: ${perSecond.toFixed(0)} rows a second`);
}

function* chunksOf(rows: number): Generator<Uint8Array> {
  for (let i = 0; i < rows; i += 100) {
    const lines = Array.from({ length: 100 }, () => JSON.stringify(freshRow(1)));
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}
for (const rows of [1_000, 10_000, 100_000]) {
  globalThis.gc?.();
  let most = 0;
  let read = 0;
  for await (const record of readJsonLines(Readable.from(chunksOf(rows)), { line: 0, offset: 0 })) {
    read = record.end.line;
    if (read % 1_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
  }
  console.log(`${String(read)} rows read as a stream: at most ${(most / MB).toFixed(0)} MB of heap`);
}
await engine.stop();
process.exit(0);
