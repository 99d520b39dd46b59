import { beforeAll, expect, test } from '@jest/globals';
import { updateBrand } from '../../lib/api/brands.ts';
import { listSeats } from '../../lib/api/list-seats.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { openSeats, seatsIn } from '../support/service/seats.ts';
import { deactivate, purchase, verdict } from '../support/service/purchases.ts';
import { overwrite, storedLicense, upTo } from '../support/table/whole-table.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';

let service: Service;
let brand: TestBrand;
beforeAll(async () => {
  stopClock('2026-05-31T10:00:00Z');
  service = await startService();
  brand = await service.brand();
});

async function showInstances(how: string): Promise<void> {
  const reply = await service.call(updateBrand, {
    apiKey: service.platformKey,
    params: { brand_id: brand.id },
    body: { settings: { seats_shown_to_key: how } },
  });
  expect(reply.status).toBe(200);
  moveClock(MINUTE_MS);
}

test('a refusal for want of a seat lists ten seats, the longest unseen first, masked', async () => {
  const license = await openSeats(service, brand, 12);
  for (const n of upTo(12)) {
    await license.seatOf(`shop-${n}`);
    moveClock(HOUR_MS);
  }
  moveClock(24 * HOUR_MS);
  // This site checks, so it is seen last.
  expect((await verdict(service, license.site('shop-1'))).code).toBe('valid');
  const refused = await license.activate('one-more');
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'seat_limit_reached', seat_limit: 12, seats_used: 12 },
  });
  const seats = seatsIn(refused);
  const { activations } = await storedLicense(service, license.id);
  const named = (id: string) => activations.find((one) => one.id === id)?.instance_identifier;
  expect(seats.map(({ activation_id }) => named(activation_id))).toEqual(
    upTo(10).map((n) => `https://shop-${n + 1}.example.com`),
  );
  expect(seats[0]).toEqual({
    activation_id: expect.any(String),
    instance: 'ex••.com',
    kind: 'production',
    activated_at: '2026-05-31T11:00:00Z',
    last_checked_at: '2026-05-31T11:00:00Z',
  });
  expect(refused.text).not.toContain('shop-');
});

test('the list of seats shows every active site, and its kind', async () => {
  const license = await openSeats(service, brand, 5, {
    development_sites_free: true,
    staging_hosts: ['preview-*.host.com'],
  });
  for (const name of ['www.shop.example', 'staging.shop.com', 'shop.test', 'preview-1.host.com', 'gone.example'])
    await license.seatOf(name);
  await deactivate(service, license.site('gone.example'));
  const listed = await license.list();
  expect(listed).toMatchObject({ status: 200, body: { seat_limit: 5, seats_used: 1, seats_remaining: 4 } });
  expect(new Set(seatsIn(listed).map(({ instance, kind }) => `${String(instance)} ${kind}`))).toEqual(
    new Set(['sh••.example production', 'sh••.com staging', 'sh••.test local', 'ho••.com staging']),
  );
});

test('a brand can show instances in full or not at all', async () => {
  const license = await openSeats(service, brand, 1);
  await license.seatOf('shop.example');
  await showInstances('full');
  expect(seatsIn(await license.list())).toMatchObject([{ instance: 'https://shop.example', kind: 'production' }]);
  await showInstances('none');
  expect(seatsIn(await license.list())).toMatchObject([{ instance: null, kind: 'production' }]);
  expect(seatsIn(await license.activate('other.example'))).toMatchObject([{ instance: null }]);
  await showInstances('masked');
  expect(seatsIn(await license.list())).toMatchObject([{ instance: 'sh••.example' }]);
});

test('seats that an older version stored are shown with their kind and masked spelling', async () => {
  const license = await openSeats(service, brand, 2);
  await license.seatOf('staging.shop.co.uk');
  const { seats } = await storedLicense(service, license.id);
  for (const seat of seats) await overwrite(service, seat, { kind: undefined, masked_identifier: undefined });
  moveClock(MINUTE_MS);
  expect(seatsIn(await license.list())).toMatchObject([{ instance: 'sh••.co.uk', kind: 'staging' }]);
});

test('the list is for one license: a key of several has to name the product, an unknown one gets nothing', async () => {
  const { license_key } = await purchase(service, brand, { products: ['wp-rocket', 'imagify'] });
  expect(await service.call(listSeats, { query: { license_key: license_key.key } })).toMatchObject({
    status: 422,
    body: { code: 'product_required', products: expect.arrayContaining(['wp-rocket', 'imagify']) },
  });
  expect(await service.call(listSeats, { query: { license_key: license_key.key, product: 'nothing' } })).toMatchObject({
    status: 422,
    body: { code: 'product_not_on_key' },
  });
  expect(
    await service.call(listSeats, { query: { license_key: newLicenseKey(brand.key_prefix), product: 'wp-rocket' } }),
  ).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
});

test('a license key can list its seats 30 times a minute, and other keys are not affected', async () => {
  const license = await openSeats(service, brand, 1);
  const other = await openSeats(service, brand, 1);
  for (const _ of upTo(30)) expect((await license.list()).status).toBe(200);
  const refused = await license.list();
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await other.list()).status).toBe(200);
  moveClock(MINUTE_MS);
  expect((await license.list()).status).toBe(200);
});
