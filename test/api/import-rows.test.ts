import { beforeAll, describe, expect, test } from '@jest/globals';
import { startMinute } from '../support/run/clock.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import { wholeTable } from '../support/table/whole-table.ts';

let service: Service;
let shop: TestBrand;
beforeAll(async () => {
  service = await startService();
  shop = await service.brand();
});

const FOREIGN = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6';
const call = (operation: string, body: object, brand = shop): Promise<Reply> =>
  service.call(byOperation(operation), { apiKey: brand.apiKey, body });
const check = (license_key: string, more: object = {}): Promise<Reply> =>
  service.call(byOperation('check_license_by_post'), {
    body: {
      license_key,
      brand: shop.slug,
      product: 'wp-rocket',
      instance_identifier: 'https://site-0.example',
      ...more,
    },
  });
const searchByKey = (license_key: string, brand = shop): Promise<Reply> =>
  service.call(byOperation('list_licenses'), { apiKey: brand.apiKey, query: { license_key } });
const firstLicense = (reply: Reply): Record<string, unknown> =>
  (reply.body['licenses'] as Record<string, unknown>[])[0] ?? {};

describe('an imported key', () => {
  test('works on every product route at once, with its seats', async () => {
    const ctx = await openImport(service, shop);
    expect(await bringRow(ctx, sampleRow(FOREIGN))).toMatchObject({ kind: 'created' });
    expect((await check(FOREIGN)).body).toMatchObject({ code: 'valid', may_run: true, is_activated: true });
    const site = {
      license_key: FOREIGN,
      brand: shop.slug,
      product: 'wp-rocket',
      instance_identifier: 'https://new.example',
    };
    expect(await service.call(byOperation('activate_license'), { body: site })).toMatchObject({
      status: 201,
      body: { seats_used: 3 },
    });
    expect(await service.call(byOperation('deactivate_license'), { body: site })).toMatchObject({
      status: 200,
      body: { seats_used: 2 },
    });
  });

  test('is found with other blanks, quotes, dashes and invisible characters, and in no other case', async () => {
    const ctx = await openImport(service, shop);
    await bringRow(ctx, sampleRow('Abc-Def-123456'));
    for (const spelling of [' Abc-Def-123456\n', '“Abc–Def—123456”', 'Abc-\u200bDef-123 456'])
      expect((await check(spelling)).body).toMatchObject({ code: 'valid' });
    expect(await check('abc-def-123456')).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
  });

  test('is not found without its brand, nor under another one', async () => {
    const other = await service.brand();
    expect((await check(FOREIGN, { brand: undefined })).status).toBe(404);
    expect((await check(FOREIGN, { brand: other.slug })).status).toBe(404);
    expect((await check(FOREIGN, { brand: 'no-such-brand' })).status).toBe(404);
  });

  test('counts against the limit of failed look-ups when it is mistyped', async () => {
    startMinute();
    const attempts = Array.from({ length: 61 }, (_, i) =>
      service.call(byOperation('check_license_by_post'), {
        sourceIp: '198.51.100.77',
        body: { license_key: `mistyped-${String(i)}`, brand: shop.slug },
      }),
    );
    const codes = (await Promise.all(attempts)).map(({ body }) => body['code']);
    expect(codes).toContain('rate_limited');
  });

  test('is found by the brand’s own routes: search, purchase on it, rotation, export and erasure', async () => {
    const row = { ...sampleRow('brand-route-key-1'), customer_email: 'routes@example.com' };
    await bringRow(await openImport(service, shop), row);
    const found = firstLicense(await searchByKey('“brand-route-key-1”'));
    expect(found).toMatchObject({ status: 'valid', seats_used: 2, created_at: '2019-04-01T09:30:00Z' });
    const bought = await call('provision_licenses', {
      customer_email: 'routes@example.com',
      products: ['imagify'],
      license_key: 'brand-route-key-1',
    });
    expect(bought).toMatchObject({ status: 201, body: { license_key: { key: 'brand-route-key-1' } } });
    const keyId = (found['license_key'] as { id: string }).id;
    const rotated = await service.call(byOperation('rotate_license_key'), {
      apiKey: shop.apiKey,
      params: { license_key_id: keyId },
      body: { overlap_hours: 0 },
    });
    expect(rotated.status).toBe(200);
    expect(await check('brand-route-key-1')).toMatchObject({ body: { code: 'license_key_replaced' } });
    const person = { apiKey: shop.apiKey, query: { email: 'routes@example.com' } };
    const exported = await service.call(byOperation('export_customer'), person);
    expect((exported.body['activations'] as unknown[]).length).toBe(2);
    const erased = await call('erase_customer', { email: 'routes@example.com' });
    expect(erased.status).toBe(200);
  });

  test('of seven characters needs the brand’s leave', async () => {
    const row = sampleRow('ab-1234');
    expect(await bringRow(await openImport(service, shop), row)).toMatchObject({
      kind: 'failed',
      fault: { code: 'key_too_short', field: 'license_key' },
    });
    const allowed = await openImport(service, shop, {
      brand: { key_prefix: shop.key_prefix, settings: { allow_short_keys: true } },
    });
    expect(await bringRow(allowed, row)).toMatchObject({ kind: 'created' });
    expect((await check('ab-1234')).body).toMatchObject({ code: 'valid' });
  });

  const allowShortKeys = async (): Promise<void> => {
    const params = { brand_id: shop.id };
    const body = { settings: { allow_short_keys: true } };
    expect(
      (await service.call(byOperation('update_brand'), { apiKey: service.platformKey, params, body })).status,
    ).toBe(200);
  };

  test('of exactly four characters is found by support, alone and with its holder’s e-mail', async () => {
    const allowed = await openImport(service, shop, {
      brand: { key_prefix: shop.key_prefix, settings: { allow_short_keys: true } },
    });
    await allowShortKeys();
    const row = { ...sampleRow('k7x9'), customer_email: 'short@example.com' };
    expect(await bringRow(allowed, row)).toMatchObject({ kind: 'created' });
    const found = async (query: Record<string, string>): Promise<number> => {
      const reply = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query });
      return (reply.body['licenses'] as unknown[]).length;
    };
    expect(await found({ license_key: 'k7x9' })).toBe(1);
    expect(await found({ license_key: ' “k7x9” ' })).toBe(1);
    expect(await found({ license_key: 'k7x9', email: 'short@example.com' })).toBe(1);
    expect(await found({ license_key: 'k7x9', email: 'nobody@example.com' })).toBe(0);
    expect(await found({ license_key: 'K7X9' })).toBe(0);
    expect(await found({ license_key: '****k7x9' })).toBe(0);
  });

  test('leaves no text, e-mail or part of a short text readable in the table', async () => {
    const stored = JSON.stringify(await wholeTable(service));
    expect(stored).not.toMatch(/a1b2c3d4|ann@example|ab-1234|\b1234\b|k7x9/i);
  });
});

describe('a row', () => {
  const refuses = (name: string, row: () => unknown, fault: object): void =>
    test(`with ${name} is refused by field`, async () => {
      const before = await wholeTable(service);
      expect(await bringRow(await openImport(service, shop), row())).toMatchObject({ kind: 'failed', fault });
      expect(await wholeTable(service)).toEqual(before);
    });
  refuses('an unknown product', () => sampleRow('unknown-product', 0, { product: 'wp-roket' }), {
    code: 'product_unknown',
    field: 'licenses/0/product',
    message: expect.stringContaining('“wp-rocket”'),
  });
  refuses('an expired status and a date to come', () => sampleRow('not-expired', 0, { status: 'expired' }), {
    code: 'status_differs_from_expiry',
  });
  refuses('no expiry', () => sampleRow('no-expiry-1', 0, { expires_at: undefined }), {
    field: 'licenses/0/expires_at',
  });
  refuses('an instance that is none', () => sampleRow('bad-site-1', 0, { activations: [{ instance: 'http://' }] }), {
    field: 'licenses/0/activations/0/instance',
  });
  refuses(
    'one product twice',
    () => ({ ...sampleRow('twice-1234'), licenses: [...sampleRow('x').licenses, ...sampleRow('x').licenses] }),
    { code: 'product_twice' },
  );

  test('brings licenses that are expired, suspended, cancelled, for life and not begun', async () => {
    const states: [string, object, string][] = [
      ['expired-key', { status: 'expired', expires_at: '2020-01-01T00:00:00Z' }, 'expired'],
      ['suspended-key', { status: 'suspended' }, 'suspended'],
      ['cancelled-key', { status: 'cancelled' }, 'cancelled'],
      ['lifetime-key', { expires_at: null, seat_limit: null }, 'valid'],
      ['trial-key-1', { expires_at: undefined, starts_on_activation: 'P14D', activations: [] }, 'valid'],
    ];
    for (const [key, license, status] of states) {
      const row = { ...sampleRow(key, 1, license as Record<string, unknown>), customer_email: `${key}@example.com` };
      expect(await bringRow(await openImport(service, shop), row)).toMatchObject({ kind: 'created' });
      expect(firstLicense(await searchByKey(key))).toMatchObject({ status });
    }
    const begun = await service.call(byOperation('activate_license'), {
      body: { license_key: 'trial-key-1', brand: shop.slug, instance_identifier: 'https://trial.example' },
    });
    expect(begun.status).toBe(201);
    expect((await check('cancelled-key')).body).toMatchObject({ code: 'cancelled' });
  });

  test('with sites of a trial has begun it with the first of them, and is refused if nobody knows when', async () => {
    const trial = (key: string, activated_at?: string) => {
      const site = { instance: 'https://began.example', ...(activated_at === undefined ? {} : { activated_at }) };
      return sampleRow(key, 0, { expires_at: undefined, starts_on_activation: 'P14D', activations: [site] });
    };
    const ctx = await openImport(service, shop);
    expect(await bringRow(ctx, trial('begun-trial-1', '2026-01-02T03:04:05Z'))).toMatchObject({ kind: 'created' });
    expect(firstLicense(await searchByKey('begun-trial-1'))).toMatchObject({ expires_at: '2026-01-16T03:04:05Z' });
    expect(await bringRow(ctx, trial('begun-trial-2'))).toMatchObject({
      fault: { code: 'bad_field', field: 'licenses/0/starts_on_activation' },
    });
  });

  test('keeps three seats of one, and refuses a fourth', async () => {
    await bringRow(await openImport(service, shop), sampleRow('over-limit-1', 3, { seat_limit: 1 }));
    expect(firstLicense(await searchByKey('over-limit-1'))).toMatchObject({ seats_used: 3, seat_limit: 1 });
    const body = { license_key: 'over-limit-1', brand: shop.slug, instance_identifier: 'https://fourth.example' };
    expect((await service.call(byOperation('activate_license'), { body })).body).toMatchObject({
      code: 'seat_limit_reached',
    });
  });

  test('with a site twice makes one seat and says so', async () => {
    const activations = [{ instance: 'https://twice.example' }, { instance: 'http://www.twice.example/' }];
    const outcome = await bringRow(await openImport(service, shop), sampleRow('site-twice-1', 0, { activations }));
    expect(outcome).toMatchObject({ kind: 'created', notes: [{ message: expect.stringContaining('activations/1') }] });
    expect(firstLicense(await searchByKey('site-twice-1'))).toMatchObject({ seats_used: 1 });
  });

  test('of a customer in two spellings is one customer', async () => {
    const one = { ...sampleRow('spelling-1'), customer_email: 'Spell@Example.com' };
    const other = { ...sampleRow('spelling-2'), customer_email: ' spell@example.com' };
    await bringRow(await openImport(service, shop), one);
    await bringRow(await openImport(service, shop), other, 2);
    const [a, b] = [firstLicense(await searchByKey('spelling-1')), firstLicense(await searchByKey('spelling-2'))];
    expect(a['customer_id']).toBe(b['customer_id']);
  });

  test('that runs again writes nothing, in the same run and in another', async () => {
    const row = sampleRow('again-and-on', 3);
    await bringRow(await openImport(service, shop), row, 7);
    const before = await wholeTable(service);
    expect(await bringRow(await openImport(service, shop), row, 7)).toMatchObject({ kind: 'created', writes: 0 });
    for (const onConflict of ['skip', 'update'] as const) {
      const ctx = await openImport(service, shop, { importId: 'import-2', onConflict });
      expect(await bringRow(ctx, row)).toEqual({ kind: 'unchanged', writes: 0, notes: [] });
    }
    const failing = await openImport(service, shop, { importId: 'import-2', onConflict: 'fail' });
    expect(await bringRow(failing, row)).toMatchObject({ fault: { code: 'key_exists' } });
    expect(await wholeTable(service)).toEqual(before);
  });

  test('with a key of the file’s earlier row is unchanged for the same owner, and refused for another', async () => {
    const ctx = await openImport(service, shop);
    await bringRow(ctx, sampleRow('key-twice-1'), 1);
    expect(await bringRow(ctx, sampleRow('key-twice-1'), 2)).toMatchObject({ kind: 'unchanged' });
    const others = { ...sampleRow('key-twice-1'), customer_email: 'bob@example.com' };
    expect(await bringRow(ctx, others, 3)).toMatchObject({ fault: { code: 'key_twice_in_file' } });
    expect(await bringRow({ ...ctx, importId: 'import-9' }, others, 3)).toMatchObject({
      fault: { code: 'key_of_another_customer' },
    });
    expect(await bringRow(ctx, sampleRow('key twice-1'), 4)).toMatchObject({ kind: 'created' });
    expect(await bringRow(ctx, sampleRow('key-twice-1 '.replace('-', '–')), 5)).toMatchObject({
      fault: { code: 'key_in_other_spelling' },
    });
  });

  test('with a key that another brand has is made at this brand too', async () => {
    const other = await service.brand();
    expect(await bringRow(await openImport(service, other), sampleRow(FOREIGN))).toMatchObject({ kind: 'created' });
  });

  test('with on_conflict update wins by its fields, adds seats and licenses, and removes none', async () => {
    await bringRow(await openImport(service, shop), sampleRow('update-me-1', 2));
    const ctx = await openImport(service, shop, { importId: 'import-2', onConflict: 'update' });
    const changed = sampleRow('update-me-1', 1, {
      seat_limit: 9,
      status: 'suspended',
      activations: [{ instance: 'https://added.example' }],
    });
    const row = { ...changed, licenses: [...changed.licenses, { product: 'imagify', expires_at: null }] };
    expect(await bringRow(ctx, row)).toMatchObject({ kind: 'updated' });
    const found = (await searchByKey('update-me-1')).body['licenses'] as Record<string, unknown>[];
    expect(found.map(({ seat_limit, seats_used, status }) => [seat_limit, seats_used, status]).sort()).toEqual([
      [1, 0, 'valid'],
      [9, 3, 'suspended'],
    ]);
    expect(await bringRow({ ...ctx, importId: 'import-3' }, row)).toMatchObject({ kind: 'unchanged' });
  });

  test('in a dry run decides the same and writes nothing', async () => {
    const before = await wholeTable(service);
    const ctx = await openImport(service, shop, { dryRun: true, importId: 'dry' });
    expect(await bringRow(ctx, sampleRow('dry-run-key', 3))).toMatchObject({ kind: 'created', writes: 10 });
    expect(await bringRow(ctx, sampleRow('update-me-1', 3))).toMatchObject({ kind: 'unchanged' });
    expect(await wholeTable(service)).toEqual(before);
  });
});
