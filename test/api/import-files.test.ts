import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isoSeconds } from '../../lib/domain/time.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { openFiles } from '../../lib/process/stored-files.ts';
import { changeImport, putReportedRows } from '../../lib/table/imports.ts';
import { byOperation, startService, type Service, type TestBrand } from '../support/service/service.ts';
import {
  freshRow,
  importedItems,
  jsonLine,
  startImport,
  startImports,
  type Imports,
} from '../support/service/import-files.ts';

let service: Service;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
});

const ndjson = { format: 'ndjson', mode: 'run' } as const;
const countLicenses = async (brand: TestBrand): Promise<number> =>
  (await importedItems(service, brand)).filter(({ sk }) => sk === 'license').length;

describe('an import', () => {
  test('reads no other file than the one that was tried, and neither does its undo', async () => {
    const brand = await service.brand();
    const reply = await imports.create(brand, { ...ndjson, mode: 'dry_run' });
    const [id, { url }] = [String(reply.body['id']), reply.body['upload'] as { url: string }];
    const upload = async (row: unknown): Promise<void> => {
      expect((await fetch(url, { method: 'PUT', body: jsonLine(row) })).status).toBe(200);
      await imports.work();
    };
    const tried = freshRow();
    await upload(tried);
    await upload(freshRow());
    await imports.act(brand, 'run', id);
    await imports.work();
    const replaced = {
      state: 'failed',
      problem: expect.stringContaining('uploaded again'),
      counts: { created: 0 },
    };
    expect((await imports.get(brand, id)).body).toMatchObject(replaced);
    // The same bytes are the same file.
    await upload(tried);
    await imports.act(brand, 'run', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'done', counts: { created: 1 } });
    await upload(freshRow());
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'failed', undone: null });
    await upload(tried);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'undone', undone: { removed: 1 } });
  });
});

const HEADER = 'license_key,customer_email,product,expires_at,instance\n';
const csvRun = { format: 'csv', preset: 'own', mode: 'run' } as const;
const run = async (brand: TestBrand, body: object): Promise<string> => {
  const id = await startImport(imports, brand, body);
  await imports.work();
  return id;
};
const faultsOf = async (brand: TestBrand, id: string) =>
  (await imports.rows(brand, id)).map(({ line, code }) => [line, code]);

describe('a CSV file', () => {
  test('has lines of one key that are no row together: too many of them, or one that cannot be read', async () => {
    const brand = await service.brand();
    const line = (key: string, site: string, expiry = '') => `${key},x@example.com,wp-rocket,${expiry},${site}\n`;
    const many = Array.from({ length: 16_000 }, (_, i) => line('one-key-for-all', `https://s${String(i)}.example.com`));
    const reply = await imports.create(brand, csvRun);
    const { url } = reply.body['upload'] as { url: string };
    const broken = [
      line('broken-key-1', 'a.example'),
      line('broken-key-1', 'b.example', 'soon'),
      line('broken-key-1', 'c.example'),
    ];
    const huge = line('huge-key-1', 'x'.repeat(10 * 1024 * 1024));
    const good = [line('first-key-1', 'a.example'), line('last-key-1', 'a.example')];
    const body = [HEADER, good[0], ...many, ...broken, huge, good[1]].join('');
    await fetch(url, { method: 'PUT', body });
    await imports.work();
    const id = String(reply.body['id']);
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 5, created: 2, failed: 3 },
    });
    expect(await faultsOf(brand, id)).toEqual([
      [3, 'row_too_large'],
      [16_004, 'bad_field'],
      [16_006, 'row_too_large'],
    ]);
  });

  test('may have a comma, a quote or a line break in the name of a column', async () => {
    const brand = await service.brand();
    const head = `\ufeff"Name, first","The ""old""\r\nnote",license_key,customer_email,product,expires_at\r\n`;
    const file = `${head}Ann,"a\r\nb",quoted-head-1,a@example.com,wp-rocket,\r\n`;
    expect((await imports.get(brand, await run(brand, { ...csvRun, file }))).body).toMatchObject({
      state: 'done',
      counts: { rows: 1, created: 1 },
    });
  });

  test('goes on in the middle, from a byte between two keys, with the same counts and items', async () => {
    const brand = await service.brand();
    const keysInFile = Array.from({ length: 250 }, (_, i) => `resumed-key-${String(i)}`);
    const lines = keysInFile.flatMap((key, i) =>
      Array.from(
        { length: i % 3 },
        (_, site) => `"${key}";"ü ""${String(i)}""";p${String(i)}@example.com;;https://s${String(site)}.example`,
      ),
    );
    const file = `\ufefflicense_key;note;customer_email;expires_at;instance\r\n${lines.join('\r\n')}\r\n`;
    const id = await startImport(imports, brand, { ...csvRun, defaults: { product: 'wp-rocket' }, file });
    const notice = { brand: brand.key_prefix, import_id: id };
    // A call begins nothing new in its last ten seconds.
    for (const ms of [10_300, 10_300, 10_300, 10_300]) await imports.workOnce(notice, ms);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 166, created: 166, unchanged: 0, failed: 0 },
    });
    const items = await importedItems(service, brand);
    const seats = items.filter(({ sk }) => sk.startsWith('seat#'));
    expect([items.filter(({ sk }) => sk === 'license').length, seats.length]).toEqual([166, lines.length]);
  });
});

describe('a dry run', () => {
  test('counts as the run does, says what it costs, and leaves its faults to the dry run', async () => {
    const brand = await service.brand();
    const later = freshRow(0, { product: 'made-later' });
    const twice = freshRow(1);
    const rows = [later, { ...twice, licenses: [{ product: 'nowhere', expires_at: null }] }, twice, freshRow(2)];
    const file = rows.map(jsonLine).join('');
    const id = await run(brand, { ...ndjson, mode: 'dry_run', rows_per_second: 2_000, file });
    const tried = (await imports.get(brand, id)).body;
    expect(tried).toMatchObject({
      counts: { rows: 4, created: 2, unchanged: 0, failed: 2 },
      estimate: { seconds: 1, usd: 0.01 },
    });
    const { items, write_units } = tried['estimate'] as Record<string, number>;
    expect(write_units).toBeGreaterThan(2 * (items ?? 0));
    expect(await faultsOf(brand, id)).toEqual([
      [1, 'product_unknown'],
      [2, 'product_unknown'],
    ]);
    await service.call(byOperation('create_product'), {
      apiKey: brand.apiKey,
      body: { slug: 'made-later', name: 'Later' },
    });
    await imports.act(brand, 'run', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      counts: { rows: 4, created: 3, unchanged: 0, failed: 1 },
    });
    expect(await faultsOf(brand, id)).toEqual([[2, 'product_unknown']]);
  });

  test.each([
    ['that the report has', { external_id: 'order-of-another' }, true],
    ['that the report has no room for', { product: 'nowhere' }, false],
  ])(
    'counts a key of a row that failed in an earlier call, %s, for the next row that has it',
    async (_, bad, isKept) => {
      const brand = await service.brand();
      await run(brand, { ...ndjson, file: jsonLine(freshRow(0, { external_id: 'order-of-another' })) });
      const good = freshRow(0);
      const lines = [{ ...good, licenses: [{ ...good.licenses[0], ...bad }] }, good, good].map(jsonLine);
      const id = await startImport(imports, brand, { ...ndjson, mode: 'dry_run', file: lines.join('') });
      const { key_prefix } = brand;
      const table = service.table(key_prefix);
      const counts = { rows: 1, created: 0, updated: 0, unchanged: 0, failed: 1 };
      const begun = { line: 1, offset: lines[0]?.length ?? 0, counts };
      const job = await changeImport(table, key_prefix, id, () => begun);
      const fault = { line: 1, outcome: 'failed', code: 'product_unknown', field: '', message: '' } as const;
      if (job && isKept) await putReportedRows(table, key_prefix, job, [fault], Date.now());
      await imports.work();
      expect((await imports.get(brand, id)).body).toMatchObject({
        state: 'tried',
        counts: { rows: 3, created: 1, unchanged: 1, failed: 1 },
      });
    },
  );
});

test('of two lines of one key with on_conflict update, the first counts, dry, run, and run again', async () => {
  const brand = await service.brand();
  const row = freshRow(0);
  await run(brand, { ...ndjson, file: jsonLine(row) });
  const withLimit = (seat_limit: number) => ({ ...row, licenses: [{ ...row.licenses[0], seat_limit }] });
  // The second line would win in the first run, and lose in the next one.
  for (const first of [6, 6]) {
    const file = [withLimit(first), withLimit(7)].map(jsonLine).join('');
    const body = { ...ndjson, on_conflict: 'update', file };
    const tried = await run(brand, { ...body, mode: 'dry_run' });
    const ran = await run(brand, body);
    const { counts } = (await imports.get(brand, ran)).body;
    expect((await imports.get(brand, tried)).body['counts']).toEqual(counts);
    expect(counts).toMatchObject({ rows: 2, failed: 0 });
    const licenses = (await importedItems(service, brand)).filter(({ sk }) => sk === 'license');
    expect(licenses.map(({ seat_limit }) => seat_limit)).toEqual([6]);
  }
});

test('of two spellings of one key in a file, the first line counts', async () => {
  const brand = await service.brand();
  const [one, other] = ['spelled-key–1', 'spelled-key-1'].map((license_key) => ({ ...freshRow(), license_key }));
  const owner = { customer_email: one?.customer_email };
  const id = await run(brand, { ...ndjson, file: [one, { ...other, ...owner }].map(jsonLine).join('') });
  expect(await faultsOf(brand, id)).toEqual([[2, 'key_in_other_spelling']]);
});

test('an import that is cancelled goes on only after its worker has seen that', async () => {
  const brand = await service.brand();
  const id = await startImport(imports, brand, { ...ndjson, file: jsonLine(freshRow()) });
  const table = service.table(brand.key_prefix);
  const worker_until = isoSeconds(Date.now() + 60_000);
  await changeImport(table, brand.key_prefix, id, () => ({ state: 'running', worker: 'w', worker_until }));
  await imports.act(brand, 'cancel', id);
  expect((await imports.act(brand, 'run', id)).body).toMatchObject({ code: 'import_not_in_state' });
  await changeImport(table, brand.key_prefix, id, () => ({ worker: null }));
  expect((await imports.act(brand, 'run', id)).body).toMatchObject({ state: 'queued' });
});

describe('a bucket', () => {
  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return { server, files: openFiles({ region: 'eu-west-1', bucket: 'b', endpoint }) };
  };

  test('that stops in the middle of a file or an answer is a passing fault, so that its job goes on', async () => {
    const { server, files } = await serve((_, answer) => {
      answer.writeHead(200, { 'content-length': 100, etag: '"x"' });
      answer.write('half', () => setImmediate(() => answer.destroy()));
    });
    const file = await files.read('imports/X/1', 0, Date.now());
    if (file === undefined || file === 'replaced') throw new Error('the server has the file');
    await expect(buffer(file.bytes)).rejects.toThrow(Unavailable);
    await expect(files.beginParts('exports/X/1', Date.now())).rejects.toThrow(Unavailable);
    await expect(files.joinParts('exports/X/1', 'u', ['"m"'], Date.now())).rejects.toThrow(Unavailable);
    server.close();
  });

  test('that has joined the parts of an upload before has its file, and one that never did has none', async () => {
    const { server, files } = await serve(({ method, url }, answer) => {
      const isJoined = method === 'GET' && url?.startsWith('/b/exports/X/joined') === true;
      answer.writeHead(isJoined ? 206 : 404).end(isJoined ? 'x' : '<Error><Code>NoSuchUpload</Code></Error>');
    });
    await files.joinParts('exports/X/joined', 'u', ['"m"'], Date.now());
    await expect(files.joinParts('exports/X/lost', 'u', ['"m"'], Date.now())).rejects.toThrow('joined no parts: 404');
    server.close();
  });
});

describe('an undo', () => {
  test('of a file that breaks in the middle takes back all rows before the break, and ends', async () => {
    const brand = await service.brand();
    const lines = Array.from(
      { length: 130 },
      (_, i) => `broken-key-${String(i)},p${String(i)}@example.com,wp-rocket,\n`,
    );
    const file = `license_key,customer_email,product,expires_at\n${lines.join('')}"open,x@example.com,wp-rocket,\n`;
    const defaults = { format: 'csv', preset: 'own', mode: 'run' };
    const id = await startImport(imports, brand, { ...defaults, file });
    await imports.work();
    const failed = (await imports.get(brand, id)).body as { state: string; counts: { created: number } };
    expect(failed).toMatchObject({ state: 'failed', counts: { failed: 0 } });
    // The last line before the break may go on behind it.
    expect([failed.counts.created, await countLicenses(brand)]).toEqual([129, 129]);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'undone',
      undone: { removed: 129, left: 0 },
      problem: expect.stringContaining('not CSV'),
    });
    expect(await countLicenses(brand)).toBe(0);
  });
});
