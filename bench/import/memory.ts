import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isoSeconds, SECOND_MS } from '../../lib/domain/time.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import type { ImportWorkContext } from '../../lib/imports/call.ts';
import { workOnImport } from '../../lib/imports/work.ts';
import { newId } from '../../lib/process/ids.ts';
import { openVault } from '../../lib/process/vault.ts';
import { FROM_THE_START, putNewImport, readImport, type ImportJob } from '../../lib/table/imports.ts';
import { keys } from '../../lib/table/keys.ts';
import { BRAND, rowAt } from './shop.ts';

const MB = 1024 * 1024;
const LINES_IN_CHUNK = 100;
const SAMPLES = 10;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A worker keeps this much alive: the live heap and the buffers outside of it. */
function liveMb(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MB;
}

type Sent = { TransactItems?: { Put?: { Item?: { pk?: { S?: string } } } }[] };

/** The engine stores the job. It takes the rows' writes without storing them, and has none of their keys. */
function forgetRows(plain: Wire): Wire {
  const forgetting = async (operation: string, input: Sent, signal: AbortSignal): Promise<unknown> => {
    const isJob = (input.TransactItems ?? []).every(({ Put }) => Put?.Item?.pk?.S?.endsWith('#imports') === true);
    if (operation === 'BatchGetItem') return { Responses: {} };
    if (operation === 'TransactWriteItems' && !isJob) return {};
    return plain(operation as 'GetItem', input as never, signal);
  };
  return forgetting as unknown as Wire;
}

const jobOf = (mode: ImportJob['mode']): ImportJob => ({
  ...FROM_THE_START,
  id: newId(Date.now()),
  name: 'bench',
  format: 'ndjson',
  preset: 'own',
  mapping: {},
  products: {},
  mode,
  on_conflict: 'skip',
  emit_events: false,
  defaults: {},
  rows_per_second: 2_000,
  state: 'queued',
  undo_counts: { removed: 0, left: 0 },
  size: null,
  actor: { type: 'system', id: 'bench' },
  request_id: 'bench',
  created_at: isoSeconds(Date.now()),
  version: 1,
});

export async function furnishBrand(table: Table): Promise<void> {
  const brand = { id: newId(Date.now()), slug: 'bench', key_prefix: BRAND, name: 'Bench' };
  await transact<never>(table, [{ put: { ...keys.brand(BRAND), ...brand } }]);
}

/** The most that a worker keeps alive while it reads and writes this many rows, and what it is at points on the way. */
export async function measureMemory(table: Table, dataKey: Buffer, rows: number, mode: ImportJob['mode']) {
  const job = jobOf(mode);
  await transact<never>(table, [putNewImport(BRAND, job)]);
  const before = liveMb();
  const points: number[] = [];
  const look = (): number => points.push(liveMb() - before);
  function* chunks(): Generator<Uint8Array> {
    for (let line = 0; line < rows; line += LINES_IN_CHUNK) {
      if (line % Math.ceil(rows / SAMPLES) < LINES_IN_CHUNK) look();
      const lines = Array.from({ length: LINES_IN_CHUNK }, (_, i) => `${JSON.stringify(rowAt(line + i, 3))}\n`);
      yield Buffer.from(lines.join(''));
    }
    look();
  }
  // Each look at this clock is a second later, so that the worker never waits for its pace.
  let nowMs = Date.now();
  const ctx = {
    requestId: 'bench',
    now: () => {
      nowMs += SECOND_MS;
      return nowMs;
    },
    table: () => ({ ...table, wire: forgetRows(table.wire) }),
    stop: new AbortController().signal,
    files: { read: () => Promise.resolve({ bytes: Readable.from(chunks()), size: 1, mark: null }) },
    vault: openVault(dataKey),
    atOnce: 16,
  } as unknown as ImportWorkContext;
  const startedMs = performance.now();
  await workOnImport(ctx, { brand: BRAND, importId: job.id });
  const seconds = (performance.now() - startedMs) / SECOND_MS;
  const ended = await readImport(table, BRAND, job.id);
  if (ended?.counts.created !== rows) throw new Error(`the import ended with ${JSON.stringify(ended?.counts)}`);
  return { mb: Math.max(...points), points, rowsPerSecond: rows / seconds };
}
