import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { startImports, type Imports } from '../support/service/import-files.ts';
import { activate, deactivate, purchase } from '../support/service/purchases.ts';
import { sampleRow } from '../support/service/import-rows.ts';
import { openImportStores } from '../../lib/imports/queue.ts';
import { changeExport } from '../../lib/table/exports.ts';
import { wholeTable } from '../support/table/whole-table.ts';

let service: Service;
let imports: Imports;
beforeAll(async () => {
  service = await startService();
  imports = await startImports(service);
});

const create = (brand: TestBrand, body: object): Promise<Reply> =>
  service.call(byOperation('create_export'), { apiKey: brand.apiKey, body });
const get = (brand: TestBrand, export_id: string): Promise<Reply> =>
  service.call(byOperation('get_export'), { apiKey: brand.apiKey, params: { export_id } });

type Shown = { state: string; rows: number; download: { url: string } | null };

async function fileOf(brand: TestBrand, body: object): Promise<string> {
  const made = await create(brand, body);
  expect(made).toMatchObject({ status: 201, body: { state: 'queued', download: null } });
  await imports.work();
  const done = await get(brand, String(made.body['id']));
  expect(done.body).toMatchObject({ state: 'done' });
  return (await fetch((done.body['download'] as { url: string }).url)).text();
}

/** Ids, ciphertexts, times and origin of the writing; and the masked site, which is computed where it is not stored. */
const IDS = /^(?:pk|sk|id|(?:group|due)_[ps]k|anchor|partition|.*_partition|(?:customer|license|license_key)_id)$/;
const OF_THE_WRITING = /^(?:text_cipher|updated_at|seq|due_at|announced|import_.*|masked_identifier)$/;
const OF_ONE_BRAND = new RegExp(`${IDS.source}|${OF_THE_WRITING.source}`);
const IDS_IN_DIRECTORY = /^(?:license_id|product_id|anchor)$/;

const without = (fields: Record<string, unknown>, names: RegExp): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !names.test(name))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** All fields of a brand's keys, licenses and seats, ids apart. */
async function contentOf(brand: TestBrand): Promise<unknown[]> {
  const items = (await wholeTable(service)).filter(({ pk }) => pk.startsWith(`${brand.key_prefix}#`));
  const kinds = items.filter(({ sk }) => sk === 'license' || sk.startsWith('seat#') || sk === 'key');
  return kinds
    .map(({ sk, ...item }) => {
      const { product, ...fields } = without(item, OF_ONE_BRAND);
      const plain = Object.entries(fields).map(([name, value]) =>
        /^(?:product|cancelled)#/.test(name)
          ? [name.split('#')[0], without(value as object as Record<string, unknown>, IDS_IN_DIRECTORY)]
          : [name, value],
      );
      return { kind: sk.split('#')[0], product: (product as { slug?: string } | undefined)?.slug, plain };
    })
    .map((item) => JSON.stringify(item))
    .sort();
}

/** A key with all that a row can have. */
const manySided = {
  license_key: 'foreign, "key" 05',
  customer_email: 'eve@example.com',
  per_customer: true,
  created_at: '2018-02-03T04:05:06Z',
  customer_created_at: '2017-02-03T04:05:06Z',
  licenses: [
    {
      product: 'wp-rocket',
      seat_limit: 2,
      expires_at: '2099-02-28T10:00:00Z',
      expiry_day: 31,
      duration: 'P1M',
      vacated: 1,
      moves: ['2026-01-02T03:04:05Z'],
      created_at: '2019-04-01T09:30:00Z',
      metadata: { 'plan; "big"': 'a,b\nc' },
      policy: { development_sites_free: true, seat_moves_per_30_days: 3 },
      activations: [
        { instance: 'https://live.example', activated_at: '2020-01-01T00:00:00Z', metadata: { wp: '6.9' } },
        { instance: 'https://declared.example', activated_at: '2020-01-02T00:00:00Z', kind: 'staging' },
        {
          instance: 'https://gone.example',
          activated_at: '2020-01-03T00:00:00Z',
          deactivated_at: '2021-01-03T00:00:00Z',
        },
        { instance: 'site.local', activated_at: '2020-01-04T00:00:00Z', last_checked_at: '2026-01-04T00:00:00Z' },
      ],
    },
    { product: 'wp-rocket', status: 'cancelled', expires_at: null, created_at: '2018-04-01T09:30:00Z' },
    { product: 'wp-rocket', status: 'cancelled', expires_at: null, created_at: '2018-05-01T09:30:00Z' },
    { product: 'imagify', expires_at: null, starts_on_activation: 'P14D', created_at: '2019-04-01T09:30:00Z' },
  ],
};

async function furnish(brand: TestBrand): Promise<void> {
  const rows = [
    sampleRow('foreign-key-01', 3),
    { ...sampleRow('foreign-key-02', 1, { status: 'suspended', seat_limit: null }), customer_email: 'bob@example.com' },
    { ...sampleRow('foreign-key-03', 0, { status: 'cancelled' }), customer_email: 'cid@example.com' },
    {
      ...sampleRow('foreign-key-04', 1, { expires_at: '2020-01-01T00:00:00Z', external_id: 'order-9' }),
      customer_email: 'dan@example.com',
    },
    manySided,
  ];
  const file = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await imports.create(brand, { format: 'ndjson', mode: 'run', file });
  await imports.work();
}

describe('an export', () => {
  test.each(['ndjson', 'csv'])('as %s, imported into an empty brand, gives the same brand', async (format) => {
    const [from, to] = [await service.brand(), await service.brand()];
    await furnish(from);
    const { key } = (await purchase(service, from, { max_seats: 3 })).license_key;
    const site = { license_key: key, product: 'wp-rocket' };
    for (const host of ['one', 'two'])
      await activate(service, { ...site, instance_identifier: `https://${host}.example` });
    await deactivate(service, { ...site, instance_identifier: 'https://one.example' });
    const file = await fileOf(from, { format });
    const made = await imports.create(to, { format, mode: 'run', file });
    await imports.work();
    expect((await imports.get(to, String(made.body['id']))).body).toMatchObject({ counts: { created: 6, failed: 0 } });
    expect(await contentOf(to)).toEqual(await contentOf(from));
    expect(await fileOf(to, { format }).then((text) => text.split('\n').sort())).toEqual(file.split('\n').sort());
  });

  test('of one product has every key with a license of it, also beside an older one of another', async () => {
    const brand = await service.brand();
    const both = sampleRow('two-products-1', 0);
    const row = { ...both, licenses: [...both.licenses, ...sampleRow('x', 0, { product: 'imagify' }).licenses] };
    const file = [row, sampleRow('one-product-1', 0)].map((one) => `${JSON.stringify(one)}\n`).join('');
    await imports.create(brand, { format: 'ndjson', mode: 'run', file });
    await imports.work();
    const keysIn = async (product: string) =>
      (await fileOf(brand, { product }))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { license_key: string }).license_key)
        .sort();
    expect(await keysIn('imagify')).toEqual(['two-products-1']);
    expect(await keysIn('wp-rocket')).toEqual(['one-product-1', 'two-products-1']);
  });

  test.each<[string, string, object, number]>([
    ['was renewed', 'renew_license', { extend_by: 'P1Y' }, 1],
    ['changed its product', 'update_license', { product: 'rankmath-of-test' }, 1],
    ['left it for another key', 'transfer_license', { customer_email: 'taker@example.com' }, 2],
  ])('has a key whose license %s behind the place that the export had reached', async (_, operation, body, count) => {
    const brand = await service.brand();
    const product = { slug: 'rankmath-of-test', name: 'Another product' };
    await service.call(byOperation('create_product'), { apiKey: brand.apiKey, body: product });
    await purchase(service, brand);
    const products = ['wp-rocket', 'imagify'];
    const { license_key, licenses } = await purchase(service, brand, { products, expiration_date: '2098-01-01' });
    const id = String((await create(brand, {})).body['id']);
    const position = { product: 'ffffffff-ffff-7fff-bfff-ffffffffffff', after: null };
    await changeExport(service.table(brand.key_prefix), brand.key_prefix, id, () => ({ position }));
    const params = { license_id: licenses[0]?.id ?? '' };
    const changed = await service.call(byOperation(operation), { apiKey: brand.apiKey, params, body });
    expect([200, 201]).toContain(changed.status);
    await imports.work();
    const { download } = (await get(brand, id)).body as { download: { url: string } };
    const lines = (await (await fetch(download.url)).text()).trim().split('\n');
    const written = lines.map((line) => (JSON.parse(line) as { license_key: string }).license_key);
    expect(written).toHaveLength(count);
    expect(written).toContain(license_key.key);
  });

  test('whose last write was lost is done once its message comes again, with the same file', async () => {
    const brand = await service.brand();
    const bought = await purchase(service, brand);
    const id = String((await create(brand, {})).body['id']);
    // A part is 6 MB in the service: here, an export that has written its first one.
    const { key_prefix } = brand;
    const key = `exports/${key_prefix}/${id}.ndjson`;
    const { files } = openImportStores();
    const upload = await files.beginParts(key, Date.now());
    const marks = [await files.putPart(key, upload, 1, 'the first part\n', Date.now())];
    const change = (changes: object) => changeExport(service.table(key_prefix), key_prefix, id, () => changes);
    await change({ upload, marks, rows: 1 });
    await imports.work();
    const read = async () => {
      const { state, rows, download } = (await get(brand, id)).body as Shown;
      return { state, rows, text: download && (await (await fetch(download.url)).text()) };
    };
    const first = await read();
    expect(first).toMatchObject({ state: 'done', rows: 2, text: expect.stringContaining(bought.license_key.key) });
    expect(first.text).toMatch(/^the first part\n/);
    await change({ state: 'running', finished_at: null });
    expect(await imports.workOnce({ brand: key_prefix, export_id: id }, 14_000)).toEqual({ batchItemFailures: [] });
    expect(await read()).toEqual(first);
  });

  test('that an older version began, which counted the products, is written from the start', async () => {
    const brand = await service.brand();
    const bought = await purchase(service, brand);
    const { key_prefix } = brand;
    const id = String((await create(brand, {})).body['id']);
    const begun = { position: { product: 1, after: null }, upload: 'of-the-old-version', marks: ['"m"'], rows: 9 };
    await changeExport(service.table(key_prefix), key_prefix, id, () => begun as object);
    await imports.work();
    const { state, rows, download } = (await get(brand, id)).body as Shown;
    expect([state, rows]).toEqual(['done', 1]);
    expect(await (await fetch(download?.url ?? '')).text()).toContain(bought.license_key.key);
  });

  test('that was recorded and not queued is written once its request is sent again', async () => {
    const brand = await service.brand();
    const request = { idempotency_key: 'export-once' };
    imports.queue.broken = true;
    expect((await create(brand, request)).status).toBe(503);
    imports.queue.broken = false;
    const replayed = await create(brand, request);
    await imports.work();
    expect((await get(brand, String(replayed.body['id']))).body).toMatchObject({ state: 'done' });
  });

  test('ends as failed at an item that it cannot read, and is not tried again', async () => {
    const brand = await service.brand();
    await furnish(brand);
    const [broken] = (await wholeTable(service)).filter(
      ({ pk, sk }) => pk.startsWith(`${brand.key_prefix}#`) && sk === 'key',
    );
    const put = (change: object) =>
      service.documents.send(new PutCommand({ TableName: service.tableName, Item: { ...broken, ...change } }));
    await put({ text_cipher: 'no ciphertext' });
    const made = await create(brand, {});
    await imports.work();
    await put({});
    expect((await get(brand, String(made.body['id']))).body).toMatchObject({ state: 'failed', download: null });
  });

  test('has the keys that the brand sold itself, and can be CSV', async () => {
    const brand = await service.brand();
    const bought = await purchase(service, brand);
    const { key } = bought.license_key;
    await activate(service, { license_key: key, product: 'wp-rocket', instance_identifier: 'https://csv.example' });
    const file = await fileOf(brand, { format: 'csv' });
    expect(file).toContain(`${key},`);
    expect(file).toContain('https://csv.example');
  });

  test('hides key texts and e-mail addresses from a caller who may not see them', async () => {
    const brand = await service.brand({ scopes: ['licenses:read', 'imports:write', 'imports:read'] });
    await furnish(brand);
    const file = await fileOf(brand, { format: 'ndjson' });
    expect(file).not.toMatch(/foreign-key|example\.com/);
    expect((await create(brand, { what: 'events' })).body).toMatchObject({ code: 'scope_missing' });
  });

  test('is downloaded only by a caller who may see all that is in it', async () => {
    const brand = await service.brand();
    await furnish(brand);
    const made = await service.call(byOperation('create_api_key'), {
      apiKey: brand.apiKey,
      body: { name: 'reader', scopes: ['licenses:read'] },
    });
    const reader = { ...brand, apiKey: String(made.body['api_key']) };
    await fileOf(brand, { format: 'ndjson' });
    await fileOf(brand, { what: 'events' });
    const masked = String((await create(reader, {})).body['id']);
    await imports.work();
    const list = async ({ apiKey }: TestBrand) =>
      (await service.call(byOperation('list_exports'), { apiKey })).body['exports'] as Record<string, unknown>[];
    const isOpen = (one: Record<string, unknown>): boolean => one['download'] !== null;
    expect((await list(brand)).map(isOpen)).toEqual([true, true, true]);
    const shown = await list(reader);
    expect(shown.filter(isOpen).map(({ id }) => id)).toEqual([masked]);
    for (const { id } of shown) expect(isOpen((await get(reader, String(id))).body)).toBe(id === masked);
  });

  test('of events has the whole journal in the order of time', async () => {
    const brand = await service.brand();
    await furnish(brand);
    const events = (await fileOf(brand, { what: 'events' }))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; occurred_at: string; silent?: boolean });
    expect(events.filter(({ type }) => type === 'license.imported')).toHaveLength(8);
    expect(events.map(({ occurred_at }) => occurred_at)).toEqual(events.map(({ occurred_at }) => occurred_at).sort());
  });

  test('of another brand is not found', async () => {
    const [brand, other] = [await service.brand(), await service.brand()];
    const made = await create(brand, {});
    expect((await get(other, String(made.body['id']))).body).toMatchObject({ code: 'export_not_found' });
  });
});
