import { beforeAll, describe, expect, test } from '@jest/globals';
import { isoSeconds } from '../../lib/domain/time.ts';
import { computeRate } from '../../lib/domain/import-pace.ts';
import { changeImport, countRunningImports } from '../../lib/table/imports.ts';
import { byOperation, startService, type Service, type TestBrand } from '../support/service/service.ts';
import {
  freshRow,
  importedItems,
  jsonLine,
  startImport,
  startImports,
  type Imports,
} from '../support/service/import-files.ts';
import { journalIn } from '../support/table/whole-table.ts';

let service: Service;
let shop: TestBrand;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
  shop = await service.brand();
});

const ndjson = { format: 'ndjson', mode: 'run' } as const;
const start = (brand: TestBrand, body: object): Promise<string> => startImport(imports, brand, body);
const check = (license_key: string, brand = shop) =>
  service.call(byOperation('check_license_by_post'), {
    body: { license_key, brand: brand.slug, product: 'wp-rocket', instance_identifier: 'https://site-0.example' },
  });
const itemsOf = (brand: TestBrand) => importedItems(service, brand);

describe('an import', () => {
  test('of a file in the request runs by itself to its end, and its keys work at once', async () => {
    const rows = [freshRow(2), freshRow(0), freshRow(3)];
    const id = await start(shop, { ...ndjson, file: rows.map(jsonLine).join('') });
    expect((await imports.get(shop, id)).body).toMatchObject({ state: 'queued', counts: { rows: 0 } });
    await imports.work();
    expect((await imports.get(shop, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 3, created: 3, updated: 0, unchanged: 0, failed: 0 },
      progress: { percent: 100, seconds_left: 0 },
      problem: null,
    });
    expect((await check(rows[0]?.license_key ?? '')).body).toMatchObject({ code: 'valid' });
  });

  test('of an uploaded file begins once the file is whole', async () => {
    const reply = await imports.create(shop, ndjson);
    const upload = reply.body['upload'] as { url: string; method: string };
    expect(reply.body).toMatchObject({ state: 'waiting_for_file', upload: { method: 'PUT' } });
    expect(await imports.work()).toBe(0);
    const put = await fetch(upload.url, { method: 'PUT', body: `\ufeff${jsonLine(freshRow())}` });
    expect(put.status).toBe(200);
    await imports.work();
    expect((await imports.get(shop, String(reply.body['id']))).body).toMatchObject({
      state: 'done',
      counts: { created: 1 },
    });
  });

  test('takes no upload whose address was changed, and none that was cut off', async () => {
    const reply = await imports.create(shop, ndjson);
    const { url } = reply.body['upload'] as { url: string };
    const other = url.replace(String(reply.body['id']), '01938c70-1000-7a2b-8c3d-4e5f60718b01');
    expect((await fetch(other, { method: 'PUT', body: 'x' })).status).toBe(403);
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(jsonLine(freshRow())));
      },
      pull(controller) {
        controller.error(new Error('cut off'));
      },
    });
    const sent = { method: 'PUT', body: broken, duplex: 'half' } as RequestInit;
    await expect(fetch(url, sent)).rejects.toThrow();
    expect(await imports.work()).toBe(0);
    expect((await imports.get(shop, String(reply.body['id']))).body).toMatchObject({ state: 'waiting_for_file' });
  });

  test('tells no endpoint and no secret: its entries are silent unless events were asked for', async () => {
    const rows = [freshRow(2), freshRow(1)];
    await start(shop, { ...ndjson, file: jsonLine(rows[0]) });
    const loud = await start(shop, { ...ndjson, emit_events: true, file: jsonLine(rows[1]) });
    await imports.work();
    const entries = journalIn(await itemsOf(shop)).filter(({ type }) => type === 'license.imported');
    expect(entries.at(-1)).toMatchObject({ after: { seats_used: expect.any(Number) } });
    const ofLoud = entries.filter(({ silent }) => silent !== true);
    expect(ofLoud).toHaveLength(1);
    expect((await imports.get(shop, loud)).text).not.toContain(rows[1]?.license_key);
    const listed = await service.call(byOperation('list_events'), {
      apiKey: shop.apiKey,
      query: { type: 'license.imported' },
    });
    expect(listed.body['events']).toContainEqual(expect.objectContaining({ silent: true }));
  });

  test('that runs a second time with the same file writes nothing', async () => {
    const file = [freshRow(2), freshRow(1)].map(jsonLine).join('');
    await start(shop, { ...ndjson, file });
    await imports.work();
    const before = await itemsOf(shop);
    for (const on_conflict of ['skip', 'update']) {
      const id = await start(shop, { ...ndjson, on_conflict, file });
      await imports.work();
      expect((await imports.get(shop, id)).body).toMatchObject({ counts: { rows: 2, unchanged: 2 } });
    }
    expect(await itemsOf(shop)).toEqual(before);
  });

  test('of one file twice at the same time makes each key once', async () => {
    const brand = await service.brand();
    const rows = Array.from({ length: 12 }, () => freshRow(1));
    const file = rows.map(jsonLine).join('');
    const ids = [await start(brand, { ...ndjson, file }), await start(brand, { ...ndjson, file })];
    await Promise.all(ids.map((import_id) => imports.workOnce({ brand: brand.key_prefix, import_id })));
    const counts = await Promise.all(
      ids.map(async (id) => (await imports.get(brand, id)).body['counts'] as Record<string, number>),
    );
    expect(counts.map(({ rows: all, failed }) => [all, failed])).toEqual([
      [12, 0],
      [12, 0],
    ]);
    expect(counts.reduce((sum, { created = 0 }) => sum + created, 0)).toBe(12);
    expect((await itemsOf(brand)).filter(({ sk }) => sk === 'license')).toHaveLength(12);
  });

  test('of another brand is not found by any of its routes', async () => {
    const id = await start(shop, { ...ndjson, file: jsonLine(freshRow()) });
    await imports.work();
    const other = await service.brand();
    const replies = [
      await imports.get(other, id),
      await imports.act(other, 'run', id),
      await imports.act(other, 'cancel', id),
      await imports.act(other, 'undo', id),
      await service.call(byOperation('list_import_rows'), { apiKey: other.apiKey, params: { import_id: id } }),
    ];
    expect(replies.map(({ status, body }) => [status, body['code']])).toEqual(
      replies.map(() => [404, 'import_not_found']),
    );
  });
});

describe('a dry run', () => {
  test('reports what a run would do, writes nothing else, and can then be run', async () => {
    const good = freshRow(2);
    const file = [
      jsonLine(good),
      jsonLine(good),
      jsonLine({ ...good, customer_email: 'x@example.com' }),
      jsonLine(freshRow(1)),
    ].join('');
    const before = await itemsOf(shop);
    const id = await start(shop, { ...ndjson, mode: 'dry_run', file });
    await imports.work();
    expect((await imports.get(shop, id)).body).toMatchObject({
      state: 'tried',
      counts: { rows: 4, created: 2, unchanged: 1, failed: 1 },
      estimate: { seconds: 1, items: 19 },
    });
    expect(await itemsOf(shop)).toEqual(before);
    expect((await imports.act(shop, 'run', id)).body).toMatchObject({ mode: 'run', state: 'queued' });
    await imports.work();
    expect((await imports.get(shop, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 4, created: 2, unchanged: 1, failed: 1 },
    });
    expect((await imports.act(shop, 'run', id)).body).toMatchObject({ code: 'import_not_in_state' });
  });
});

describe('a worker that dies', () => {
  test('at any moment leaves an import that goes on and ends with the same counts and items', async () => {
    const brand = await service.brand();
    const rows = Array.from({ length: 250 }, (_, i) => freshRow(i % 3));
    const id = await start(brand, { ...ndjson, file: rows.map(jsonLine).join('') });
    // 10 seconds before its end a call begins nothing new; these calls have next to no time at all.
    for (const ms of [10_050, 10_150, 10_300]) await imports.workOnce({ brand: brand.key_prefix, import_id: id }, ms);
    await imports.work();
    await imports.act(brand, 'run', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 250, created: 250, failed: 0 },
    });
    const items = await itemsOf(brand);
    expect(items.filter(({ sk }) => sk === 'license')).toHaveLength(250);
    expect(items.filter(({ sk }) => sk.startsWith('seat#'))).toHaveLength(249);
  });
});

test('two imports of one brand share what the brand may write in a second, and a third brand’s do not', async () => {
  const [brand, other] = [await service.brand(), await service.brand()];
  const file = jsonLine(freshRow());
  const ids = [await start(brand, { ...ndjson, file }), await start(brand, { ...ndjson, file })];
  const dry = await start(brand, { ...ndjson, mode: 'dry_run', file });
  const table = service.table(brand.key_prefix);
  const now = Date.now();
  const [soon, past] = [isoSeconds(now + 60_000), isoSeconds(now - 60_000)];
  const running = { state: 'running', worker: 'w', worker_until: soon } as const;
  for (const id of [...ids, dry]) await changeImport(table, brand.key_prefix, id, () => running);
  const count = ({ key_prefix }: TestBrand) =>
    countRunningImports(service.table(key_prefix), key_prefix, isoSeconds(now));
  expect([await count(brand), await count(other)]).toEqual([2, 0]);
  const pace = { rows_per_second: 2_000, products: 8 };
  expect([1, 2, 4].map((running) => computeRate({ ...pace, running }))).toEqual([2_000, 1_000, 500]);
  expect(computeRate({ ...pace, products: 1, running: 1 })).toBe(500);
  expect(computeRate({ ...pace, rows_per_second: 10, running: 2 })).toBe(10);
  // A worker that died counts no more once its time is over.
  await changeImport(table, brand.key_prefix, ids[0] ?? '', () => ({ worker_until: past }));
  expect(await count(brand)).toBe(1);
});

describe('a cancelled import', () => {
  test('stops, keeps what it made, and can be undone', async () => {
    const brand = await service.brand();
    const rows = Array.from({ length: 250 }, () => freshRow(1));
    const id = await start(brand, { ...ndjson, rows_per_second: 100, file: rows.map(jsonLine).join('') });
    const working = imports.work();
    let isCancelled = false;
    while (!isCancelled) {
      const { counts } = (await imports.get(brand, id)).body as { counts: { rows: number } };
      if (counts.rows > 0) isCancelled = (await imports.act(brand, 'cancel', id)).status === 200;
    }
    await working;
    const { state, counts } = (await imports.get(brand, id)).body as { state: string; counts: { created: number } };
    const licenses = (await itemsOf(brand)).filter(({ sk }) => sk === 'license').length;
    expect([state, counts.created]).toEqual(['cancelled', licenses]);
    expect(licenses).toBeLessThan(rows.length);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'undone',
      undone: { removed: licenses, left: 0 },
    });
    const left = (await itemsOf(brand)).filter(({ sk }) => sk === 'license' || sk === 'key' || sk.startsWith('seat#'));
    expect(left).toEqual([]);
  }, 60_000);
});

describe('an undo', () => {
  test('leaves what sites use, lists it, and journals each license once', async () => {
    const brand = await service.brand();
    const [used, unused] = [freshRow(1, { external_id: 'order-u1' }), freshRow(1, { external_id: 'order-u2' })];
    const buyer = freshRow(0);
    const id = await start(brand, { ...ndjson, file: [used, unused, buyer].map(jsonLine).join('') });
    await imports.work();
    await service.call(byOperation('activate_license'), {
      body: { license_key: used.license_key, brand: brand.slug, instance_identifier: 'https://in-use.example' },
    });
    await check(unused.license_key, brand);
    const order = { customer_email: buyer.customer_email, products: ['imagify'] };
    await service.call(byOperation('provision_licenses'), { apiKey: brand.apiKey, body: order });
    expect((await imports.act(brand, 'undo', id)).body).toMatchObject({ state: 'undoing' });
    // The report of faults is full, and what is left is listed all the same.
    await changeImport(service.table(brand.key_prefix), brand.key_prefix, id, () => ({ reported: 1_000 }));
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'undone', undone: { removed: 2, left: 1 } });
    const left = await imports.rows(brand, id, 'left');
    expect(left.map(({ line, code }) => [line, code])).toEqual([
      [1, 'touched'],
      [3, 'customer_used'],
    ]);
    const undone = journalIn(await itemsOf(brand)).filter(({ type }) => type === 'license.import_undone');
    expect(undone).toHaveLength(2);
    expect((await check(unused.license_key, brand)).status).toBe(404);
    const bought = await service.call(byOperation('provision_licenses'), {
      apiKey: brand.apiKey,
      body: { customer_email: 'new@example.com', products: ['wp-rocket'], external_id: 'order-u2' },
    });
    expect(bought.status).toBe(201);
  });

  test('of a dry run, of a run under way and of one that is undone is refused', async () => {
    const dry = await start(shop, { ...ndjson, mode: 'dry_run', file: jsonLine(freshRow()) });
    await imports.work();
    const waiting = String((await imports.create(shop, ndjson)).body['id']);
    for (const id of [dry, waiting])
      expect((await imports.act(shop, 'undo', id)).body).toMatchObject({ code: 'import_not_in_state' });
  });
});

describe('a key with more seats than a transaction holds', () => {
  test('is there as a whole or not at all, and goes with its seats', async () => {
    const brand = await service.brand();
    const row = freshRow(250, { seat_limit: null });
    const id = await start(brand, { ...ndjson, file: jsonLine(row) });
    await imports.work();
    expect((await check(row.license_key, brand)).body).toMatchObject({
      license: { seats_used: 250 },
      is_activated: true,
    });
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await itemsOf(brand)).filter(({ sk }) => sk.startsWith('seat#'))).toEqual([]);
  });
});
