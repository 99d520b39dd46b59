import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isoSeconds } from '../../lib/domain/time.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { releaseImport } from '../../lib/imports/call.ts';
import { workOnExport } from '../../lib/imports/export.ts';
import { openImportStores } from '../../lib/imports/queue.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import type { StoredFiles } from '../../lib/process/stored-files.ts';
import { changeExport, readExport, type ExportJob } from '../../lib/table/exports.ts';
import { changeImport } from '../../lib/table/imports.ts';
import { journalWrite } from '../../lib/table/journal.ts';
import { keys } from '../../lib/table/keys.ts';
import { freshRow, jsonLine, startImport, startImports, type Imports } from '../support/service/import-files.ts';
import { firstOf, purchase } from '../support/service/purchases.ts';
import { storedLicense } from '../support/table/whole-table.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
let imports: Imports;
beforeAll(async () => {
  imports = await startImports(service);
});

const BEGIN = Date.parse('2026-01-02T03:04:05Z');

/** An event of a second. A control character takes one byte in the table and six characters in the file. */
async function happen(brand: TestBrand, second: number, characters = 1): Promise<void> {
  const author = { brand: brand.key_prefix, actor: { type: 'system', id: 'tests' } as const, requestId: 'tests' };
  const after = { note: '\u0001'.repeat(characters / 6) };
  const entity = { type: 'brand', id: randomUUID() } as const;
  const change = { type: 'brand.updated', entity, seq: 1, before: null, after } as const;
  await transact<never>(service.table(brand.key_prefix), [
    journalWrite({ ...author, nowMs: BEGIN + second * 1000 }, change),
  ]);
}
/** More than the least size of a part. */
async function happenMuch(brand: TestBrand, second: number): Promise<void> {
  for (let count = 0; count < 3; count += 1) await happen(brand, second, 2_200_000);
}

async function begin(brand: TestBrand, body: object): Promise<string> {
  const made = await service.call(byOperation('create_export'), { apiKey: brand.apiKey, body });
  expect(made.status).toBe(201);
  return String(made.body['id']);
}
const eventsUntil = (second: number, from = 0): object => ({
  what: 'events',
  from: isoSeconds(BEGIN + from * 1000),
  to: isoSeconds(BEGIN + second * 1000),
});
const change = ({ key_prefix }: TestBrand, id: string, changes: Partial<ExportJob>) =>
  changeExport(service.table(key_prefix), key_prefix, id, () => changes);
const stored = ({ key_prefix }: TestBrand, id: string) => readExport(service.table(key_prefix), key_prefix, id);

async function linesOf(brand: TestBrand, export_id: string): Promise<{ id: string; license_key: string }[]> {
  const shown = await service.call(byOperation('get_export'), { apiKey: brand.apiKey, params: { export_id } });
  expect(shown.body).toMatchObject({ state: 'done' });
  const { url } = shown.body['download'] as { url: string };
  const text = (await (await fetch(url)).text()).trim();
  return text.split('\n').map((line) => JSON.parse(line) as { id: string; license_key: string });
}

/** The messages that ask for a further call. */
const sent: unknown[] = [];
/** A worker's context, in which storage does as the test says. */
const worker = (files: Partial<StoredFiles>, stop = new AbortController().signal) =>
  ({
    ...{ requestId: 'this-worker', now: () => Date.now(), table: service.table, stop, measure: () => undefined },
    logger: { info: () => undefined, error: () => undefined },
    files: { ...openImportStores().files, ...files },
    queue: { send: (notice: unknown) => Promise.resolve(void sent.push(notice)) },
  }) as unknown as Parameters<typeof workOnExport>[0];
const noticeOf = ({ key_prefix }: TestBrand, id: string) => ({ brand: key_prefix, exportId: id });

describe('an export of more than a part', () => {
  let brand: TestBrand;
  beforeAll(async () => {
    brand = await service.brand();
    await happenMuch(brand, 0);
    await happen(brand, 1);
  });

  test('goes on after its first part in another call, and has every event once', async () => {
    const id = await begin(brand, eventsUntil(1));
    sent.length = 0;
    await workOnExport(worker({}, AbortSignal.abort()), noticeOf(brand, id));
    expect(sent).toEqual([noticeOf(brand, id)]);
    const begun = { state: 'running', worker: null, rows: 3, marks: [expect.any(String)] };
    expect(await stored(brand, id)).toMatchObject(begun);
    await imports.work();
    const lines = await linesOf(brand, id);
    expect(new Set(lines.map((line) => line.id)).size).toBe(4);
    expect(lines).toHaveLength(4);
  });

  test('may end with a part', async () => {
    const id = await begin(brand, eventsUntil(0));
    await imports.work();
    expect(await linesOf(brand, id)).toHaveLength(3);
    expect(await stored(brand, id)).toMatchObject({ rows: 3, marks: [expect.any(String)] });
  });

  test.each([
    ['its first part', {}, eventsUntil(0)],
    ['its last part', { upload: 'begun', marks: ['"one"'] }, eventsUntil(1, 1)],
  ])('is left to the call that has taken it while %s was written', async (_, begun, events) => {
    const id = await begin(brand, events);
    await change(brand, id, begun);
    const putPart = async (): Promise<string> => {
      await change(brand, id, { worker: 'another-worker' });
      return '"mark"';
    };
    await workOnExport(worker({ putPart }), noticeOf(brand, id));
    expect(await stored(brand, id)).toMatchObject({ state: 'running', worker: 'another-worker', ...begun });
  });
});

describe('an export without its storage at the end of its time', () => {
  test.each([
    ['this-worker', null],
    ['another-worker', 'another-worker'],
  ])('is free for the next call if %s has it', async (has, left) => {
    const brand = await service.brand();
    const id = await begin(brand, eventsUntil(0));
    const put = async (): Promise<void> => {
      await change(brand, id, { worker: has });
      throw new Unavailable('storage is away');
    };
    const written = workOnExport(worker({ put }, AbortSignal.abort()), noticeOf(brand, id));
    await expect(written).rejects.toThrow('storage is away');
    expect(await stored(brand, id)).toMatchObject({ state: 'running', worker: left });
  });
});

test('an export of licenses goes on behind the last one that it wrote, or at the product that it began', async () => {
  const brand = await service.brand();
  const [first, second] = [
    await purchase(service, brand, { expiration_date: '2097-01-01' }),
    await purchase(service, brand, { expiration_date: '2098-01-01' }),
  ];
  const { license } = await storedLicense(service, firstOf(first.licenses).id);
  const texts = [first, second].map(({ license_key }) => license_key.key);
  for (const [after, expected] of [
    [null, texts],
    [`${String(license.expires_at)}#${license.id}`, texts.slice(1)],
  ] as const) {
    const id = await begin(brand, {});
    await change(brand, id, { position: { product: license.product.id, after } });
    await imports.work();
    expect((await linesOf(brand, id)).map(({ license_key }) => license_key)).toEqual(expected);
  }
});

test('an export of events leaves out an entry that cannot be read', async () => {
  const brand = await service.brand();
  await happen(brand, 0);
  await happen(brand, 2);
  const { key_prefix } = brand;
  const id = randomUUID();
  const write = journalWrite(
    { brand: key_prefix, actor: { type: 'system', id: 'tests' }, requestId: 'tests', nowMs: BEGIN + 1000 },
    { type: 'brand.updated', entity: { type: 'brand', id }, seq: 1, before: null, after: {} },
  );
  const item = 'put' in write ? write.put : {};
  await transact<never>(service.table(key_prefix), [
    { put: { ...item, ...keys.journal(key_prefix, id, 1), actor: 'nobody' } },
  ]);
  const exported = await begin(brand, eventsUntil(2));
  await imports.work();
  expect(await linesOf(brand, exported)).toHaveLength(2);
});

describe('an import', () => {
  test('is not given back by a worker that has lost it', async () => {
    const brand = await service.brand();
    const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file: jsonLine(freshRow()) });
    const { key_prefix } = brand;
    const table = service.table(key_prefix);
    await changeImport(table, key_prefix, id, () => ({ worker: 'another-worker' }));
    await releaseImport({ requestId: 'this-worker' }, table, { brand: key_prefix, importId: id }, undefined);
    expect(await changeImport(table, key_prefix, id, () => ({}))).toMatchObject({ worker: 'another-worker' });
    await imports.work();
  });

  test('whose worker died can be run again', async () => {
    const brand = await service.brand();
    const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file: jsonLine(freshRow()) });
    const worker_until = isoSeconds(Date.now() - 1000);
    imports.queue.taken.length = 0;
    await changeImport(service.table(brand.key_prefix), brand.key_prefix, id, () => ({
      ...{ state: 'running', worker: 'dead', worker_until },
    }));
    expect(await imports.act(brand, 'run', id)).toMatchObject({ status: 200, body: { state: 'queued' } });
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'done', counts: { created: 1 } });
  });

  test('of rows without a product, or that cannot be read, fails by the row and is undone whole', async () => {
    const brand = await service.brand();
    const row = freshRow();
    const licenses = row.licenses.map(({ product: _product, ...license }: { product?: string }) => license);
    const file = `${jsonLine({ ...freshRow(), licenses })}no JSON\n${jsonLine(row)}`;
    const id = await startImport(imports, brand, { format: 'ndjson', mode: 'run', file });
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'done', counts: { created: 1, failed: 2 } });
    expect((await imports.act(brand, 'undo', id)).status).toBe(200);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'undone', undone: { removed: 1 } });
  });
});
