import { beforeAll, describe, expect, test } from '@jest/globals';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { startImports, type Imports } from '../support/service/import-files.ts';
import { activate, purchase } from '../support/service/purchases.ts';
import { sampleRow } from '../support/service/import-rows.ts';
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

async function fileOf(brand: TestBrand, body: object): Promise<string> {
  const made = await create(brand, body);
  expect(made).toMatchObject({ status: 201, body: { state: 'queued', download: null } });
  await imports.work();
  const done = await get(brand, String(made.body['id']));
  expect(done.body).toMatchObject({ state: 'done' });
  return (await fetch((done.body['download'] as { url: string }).url)).text();
}

/** A brand's items as they are apart from ids, ciphertexts, times of writing and the brand itself. */
async function contentOf(brand: TestBrand): Promise<unknown[]> {
  const items = (await wholeTable(service)).filter(({ pk }) => pk.startsWith(`${brand.key_prefix}#`));
  const kinds = items.filter(({ sk }) => sk === 'license' || sk.startsWith('seat#') || sk === 'key');
  return kinds
    .map(
      ({
        product,
        status,
        seat_limit,
        seats_used,
        expires_at,
        created_at,
        metadata,
        policy,
        external_id,
        ...item
      }) => ({
        kind: item.sk.split('#')[0],
        product: (product as { slug?: string } | undefined)?.slug,
        ...{ status, seat_limit, seats_used, expires_at, created_at, metadata, policy, external_id },
        instance: item['instance_identifier'],
        activated_at: item['activated_at'],
        last_checked_at: item['last_checked_at'],
        licenses: item['license_count'],
      }),
    )
    .map((item) => JSON.stringify(item))
    .sort();
}

async function furnish(brand: TestBrand): Promise<void> {
  const rows = [
    sampleRow('foreign-key-01', 3),
    { ...sampleRow('foreign-key-02', 1, { status: 'suspended', seat_limit: null }), customer_email: 'bob@example.com' },
    { ...sampleRow('foreign-key-03', 0, { status: 'cancelled' }), customer_email: 'cid@example.com' },
    {
      ...sampleRow('foreign-key-04', 1, { expires_at: '2020-01-01T00:00:00Z', external_id: 'order-9' }),
      customer_email: 'dan@example.com',
    },
  ];
  const file = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await imports.create(brand, { format: 'ndjson', mode: 'run', file });
  await imports.work();
}

describe('an export', () => {
  test('imported into an empty brand gives the same brand', async () => {
    const [from, to] = [await service.brand(), await service.brand()];
    await furnish(from);
    const file = await fileOf(from, { format: 'ndjson' });
    expect(file.trim().split('\n')).toHaveLength(4);
    const made = await imports.create(to, { format: 'ndjson', mode: 'run', file });
    await imports.work();
    expect((await imports.get(to, String(made.body['id']))).body).toMatchObject({ counts: { created: 4, failed: 0 } });
    expect(await contentOf(to)).toEqual(await contentOf(from));
    expect(await fileOf(to, { format: 'ndjson' }).then((text) => text.split('\n').sort())).toEqual(
      file.split('\n').sort(),
    );
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
    expect(events.filter(({ type }) => type === 'license.imported')).toHaveLength(4);
    expect(events.map(({ occurred_at }) => occurred_at)).toEqual(events.map(({ occurred_at }) => occurred_at).sort());
  });

  test('of another brand is not found', async () => {
    const [brand, other] = [await service.brand(), await service.brand()];
    const made = await create(brand, {});
    expect((await get(other, String(made.body['id']))).body).toMatchObject({ code: 'export_not_found' });
  });
});
