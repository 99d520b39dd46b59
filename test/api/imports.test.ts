import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PRESET_NAMES, type PresetName } from '../../lib/domain/import-presets.ts';
import { byOperation, startService, type Service, type TestBrand } from '../support/service/service.ts';
import { startImports, type Imports } from '../support/service/import-files.ts';
import { sampleRow } from '../support/service/import-rows.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';

let service: Service;
let shop: TestBrand;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
  shop = await service.brand();
});

const line = (row: unknown): string => `${JSON.stringify(row)}\n`;
let made = 0;
/** A row with a key and a customer of its own. */
const freshRow = (
  sites = 1,
  license: Record<string, unknown> = {},
): Record<string, unknown> & { license_key: string } => {
  made += 1;
  const key = `imported-key-${String(made).padStart(6, '0')}`;
  return { ...sampleRow(key, sites, license), customer_email: `person-${String(made)}@example.com` };
};
const start = async (brand: TestBrand, body: object): Promise<string> => {
  const reply = await imports.create(brand, body);
  if (reply.status !== 201) throw new Error(reply.text);
  return String(reply.body['id']);
};
const ndjson = { format: 'ndjson', mode: 'run' } as const;
const check = (license_key: string, brand = shop) =>
  service.call(byOperation('check_license_by_post'), {
    body: { license_key, brand: brand.slug, product: 'wp-rocket', instance_identifier: 'https://site-0.example' },
  });
/** Items of the brand without those of imports themselves, and without counters. */
const itemsOf = async (brand: TestBrand) =>
  (await wholeTable(service)).filter(
    ({ pk }) => pk.startsWith(`${brand.key_prefix}#`) && !/#imports$|#import#|#rate#|#once#|#api-key#/.test(pk),
  );

describe('an import', () => {
  test('of a file in the request runs by itself to its end, and its keys work at once', async () => {
    const rows = [freshRow(2), freshRow(0), freshRow(3)];
    const id = await start(shop, { ...ndjson, file: rows.map(line).join('') });
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
    const put = await fetch(upload.url, { method: 'PUT', body: `\ufeff${line(freshRow())}` });
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
        controller.enqueue(new TextEncoder().encode(line(freshRow())));
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
    await start(shop, { ...ndjson, file: line(rows[0]) });
    const loud = await start(shop, { ...ndjson, emit_events: true, file: line(rows[1]) });
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
    const file = [freshRow(2), freshRow(1)].map(line).join('');
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
    const file = rows.map(line).join('');
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

  test('names the line and the field of every broken row and goes on', async () => {
    const good = freshRow();
    const file = [
      line(good),
      '{"license_key": "broken-json-1", \n',
      '\n',
      line({ ...freshRow(), customer_email: 'no e-mail' }),
      line({ ...freshRow(), licences: [] }),
      line(freshRow(0, { product: 'wp-roket' })),
      '[1, 2]\n',
      line(good),
      line({ ...good, customer_email: 'other@example.com' }),
    ].join('');
    const id = await start(shop, { ...ndjson, file });
    await imports.work();
    expect((await imports.get(shop, id)).body).toMatchObject({
      state: 'done',
      counts: { rows: 8, created: 1, unchanged: 1, failed: 6 },
    });
    const faults = await imports.rows(shop, id);
    expect(faults.map(({ line: at, code, field }) => [at, code, field])).toEqual([
      [2, 'unreadable', ''],
      [4, 'bad_field', 'customer_email'],
      [5, 'bad_field', 'licences'],
      [6, 'product_unknown', 'licenses/0/product'],
      [7, 'unreadable', ''],
      [9, 'key_twice_in_file', 'customer_email'],
    ]);
    expect(JSON.stringify(faults)).not.toMatch(/imported-key|example\.com/);
  });

  test.each<[string, object, string]>([
    ['an empty file', { format: 'csv', preset: 'edd', file: ' \n' }, 'empty'],
    ['a header without rows', { format: 'csv', preset: 'own', file: 'license_key,customer_email\n' }, 'no rows'],
    ['the wrong preset', { format: 'csv', preset: 'freemius', file: 'License Key,Customer Email\na,b\n' }, 'preset'],
    ['far too many columns', { format: 'csv', preset: 'own', file: `${'a,'.repeat(500_000)}\n` }, 'columns'],
    [
      'an open quote',
      { format: 'csv', preset: 'own', file: 'license_key,customer_email\n"open,a@b.example\n' },
      'quote',
    ],
  ])('of %s fails and says why', async (_, body, reason) => {
    const id = await start(shop, { mode: 'run', ...body });
    await imports.work();
    const { state, problem } = (await imports.get(shop, id)).body;
    expect([state, problem]).toEqual(['failed', expect.stringContaining(reason)]);
  });

  test('reads latin-1 as a fault of its rows, and a row of 10 MB as one too', async () => {
    const reply = await imports.create(shop, { ...ndjson });
    const { url } = reply.body['upload'] as { url: string };
    const latin = Buffer.from(line({ ...freshRow(), note: 'M\u00fcller' }), 'latin1');
    const long = Buffer.from(line({ ...freshRow(), note: 'x'.repeat(10 * 1024 * 1024) }));
    await fetch(url, { method: 'PUT', body: Buffer.concat([latin, long, Buffer.from(line(freshRow()))]) });
    await imports.work();
    const id = String(reply.body['id']);
    expect((await imports.get(shop, id)).body).toMatchObject({ counts: { rows: 3, created: 1, failed: 2 } });
    expect((await imports.rows(shop, id)).map(({ line: at, code }) => [at, code])).toEqual([
      [1, 'unreadable'],
      [2, 'row_too_large'],
    ]);
  });

  test('of another brand is not found by any of its routes', async () => {
    const id = await start(shop, { ...ndjson, file: line(freshRow()) });
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
    const file = [line(good), line(good), line({ ...good, customer_email: 'x@example.com' }), line(freshRow(1))].join(
      '',
    );
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
    const id = await start(brand, { ...ndjson, file: rows.map(line).join('') });
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

describe('a cancelled import', () => {
  test('stops, keeps what it made, and can be undone', async () => {
    const brand = await service.brand();
    const rows = Array.from({ length: 300 }, () => freshRow(1));
    const id = await start(brand, { ...ndjson, rows_per_second: 100, file: rows.map(line).join('') });
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
    expect(licenses).toBeLessThan(300);
    await imports.act(brand, 'undo', id);
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({
      state: 'undone',
      undone: { removed: licenses, left: 0 },
    });
    const left = (await itemsOf(brand)).filter(({ sk }) => sk === 'license' || sk === 'key' || sk.startsWith('seat#'));
    expect(left).toEqual([]);
  });
});

describe('an undo', () => {
  test('leaves what sites use, lists it, and journals each license once', async () => {
    const brand = await service.brand();
    const [used, unused] = [freshRow(1, { external_id: 'order-u1' }), freshRow(1, { external_id: 'order-u2' })];
    const id = await start(brand, { ...ndjson, file: [used, unused].map(line).join('') });
    await imports.work();
    await service.call(byOperation('activate_license'), {
      body: { license_key: used.license_key, brand: brand.slug, instance_identifier: 'https://in-use.example' },
    });
    await check(unused.license_key, brand);
    expect((await imports.act(brand, 'undo', id)).body).toMatchObject({ state: 'undoing' });
    await imports.work();
    expect((await imports.get(brand, id)).body).toMatchObject({ state: 'undone', undone: { removed: 1, left: 1 } });
    expect(await imports.rows(brand, id, 'left')).toEqual([expect.objectContaining({ line: 1, code: 'touched' })]);
    const undone = journalIn(await itemsOf(brand)).filter(({ type }) => type === 'license.import_undone');
    expect(undone).toHaveLength(1);
    expect((await check(unused.license_key, brand)).status).toBe(404);
    const bought = await service.call(byOperation('provision_licenses'), {
      apiKey: brand.apiKey,
      body: { customer_email: 'new@example.com', products: ['wp-rocket'], external_id: 'order-u2' },
    });
    expect(bought.status).toBe(201);
  });

  test('of a dry run, of a run under way and of one that is undone is refused', async () => {
    const dry = await start(shop, { ...ndjson, mode: 'dry_run', file: line(freshRow()) });
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
    const id = await start(brand, { ...ndjson, file: line(row) });
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

/** Product, status, seat limit, seats, expiry and creation of each license in the sample files. */
const EXPECTED: Record<PresetName, string[]> = {
  own: [
    'imagify suspended  0  2020-01-02T03:04:05Z',
    'wp-rocket valid 1 0 2021-01-01T00:00:00Z 2020-01-02T03:04:05Z',
    'wp-rocket valid 3 2 2099-12-31T23:59:59Z 2020-01-02T03:04:05Z',
  ],
  edd: [
    'imagify suspended 1 0 2099-12-31T23:59:59Z 2023-03-04T10:11:12Z',
    'imagify valid 1 1 2019-03-04T10:11:12Z 2018-03-04T10:11:12Z',
    'wp-rocket valid  0  2022-03-04T10:11:12Z',
    'wp-rocket valid 3 2 2099-12-31T23:59:59Z 2021-03-04T10:11:12Z',
  ],
  lmfwc: [
    'imagify suspended 1 0 2099-01-31T00:00:00Z 2022-02-03T08:00:00Z',
    'wp-rocket valid  0  2022-02-02T08:00:00Z',
    'wp-rocket valid 3 0 2099-01-31T00:00:00Z 2022-02-01T08:00:00Z',
  ],
  wc_api_manager: [
    'imagify suspended 1 0  2021-01-01T00:00:00Z',
    'wp-rocket valid 2 2 2099-12-31T23:59:59Z 2021-01-01T00:00:00Z',
  ],
  freemius: [
    'imagify cancelled 1 0 2021-05-06T07:08:09Z 2020-05-06T07:08:09Z',
    'wp-rocket valid  0  2020-05-06T07:08:09Z',
    'wp-rocket valid 3 1 2099-05-06T07:08:09Z 2020-05-06T07:08:09Z',
  ],
  lemon_squeezy: [
    'imagify suspended 1 0 2099-05-24T14:15:07Z 2021-05-24T14:15:07Z',
    'wp-rocket valid 5 0  2021-05-24T14:15:07Z',
  ],
  keygen: [
    'imagify suspended  0  2021-01-02T20:26:53Z',
    'wp-rocket valid 2 1 2099-09-08T00:00:00Z 2021-01-02T20:26:53Z',
  ],
};

describe('the preset', () => {
  test.each(PRESET_NAMES)('%s reads its sample file without a fault', async (preset) => {
    const isCsv = ['edd', 'lmfwc', 'wc_api_manager', 'own'].includes(preset);
    const format = isCsv ? 'csv' : 'ndjson';
    const file = readFileSync(join(import.meta.dirname, `../support/imports/${preset}.${format}`), 'utf8');
    const brand = await service.brand();
    // The same with the line ends and the mark of a Windows program.
    for (const text of [file, `\ufeff${file.replaceAll('\n', '\r\n')}`]) {
      const id = await start(brand, { format, preset, mode: 'run', file: text });
      await imports.work();
      expect([(await imports.get(brand, id)).body['counts'], await imports.rows(brand, id)]).toEqual([
        expect.objectContaining({ failed: 0 }),
        [],
      ]);
    }
    const licenses = (await itemsOf(brand)).filter(({ sk }) => sk === 'license');
    const shown = licenses
      .map(({ product, status, seat_limit, seats_used, expires_at, created_at }) =>
        [(product as { slug: string }).slug, status, seat_limit, seats_used, expires_at, created_at].join(' '),
      )
      .sort();
    expect(shown).toEqual(EXPECTED[preset]);
  });
});
