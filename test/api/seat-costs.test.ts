import { beforeAll, expect, test } from '@jest/globals';
import { createProduct } from '../../lib/api/products.ts';
import { sweepDue } from '../../lib/commands/sweep-due.ts';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, type BackOffice } from '../support/service/back-office.ts';
import { deactivate } from '../support/service/purchases.ts';
import { openSeats, type SeatHolder } from '../support/service/seats.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { overwrite, storedLicense, upTo } from '../support/table/whole-table.ts';

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2026-05-31T10:00:00Z');
  service = await startService();
  brand = await service.brand();
  backOffice = openBackOffice(service, brand);
});

const FREE = { development_sites_free: true };
const open = (seats: number | null, policy: object = {}): Promise<SeatHolder> =>
  openSeats(service, brand, seats, policy);

/** One run of the job that finds due licenses. */
const sweep = (): ReturnType<typeof sweepDue> =>
  sweepDue({
    requestId: 'sweep',
    now: Date.now,
    table: service.table,
    stop: AbortSignal.timeout(60_000),
    logger: { info: () => undefined, error: () => undefined },
    measure: () => undefined,
  });

/** Makes a license's active sites out of one, as many activations would. */
async function multiply({ id }: SeatHolder, count: number): Promise<void> {
  const { item, seats } = await storedLicense(service, id);
  const [seat] = seats;
  if (seat === undefined) throw new Error('the license has no site');
  for (const n of upTo(count - 1)) {
    const name = `staging.copy-${n}.com`;
    const sk = `${seat.sk.slice(0, -6)}${String(n).padStart(6, '0')}`;
    const later = new Date(Date.parse(String(seat['activated_at'])) + n * 1000).toISOString().replace('.000', '');
    const site = { sk, id: `${String(seat['id']).slice(0, -6)}${String(n).padStart(6, '0')}`, last_checked_at: later };
    await overwrite(service, seat, { ...site, instance_identifier: `https://${name}` });
  }
  await overwrite(service, item, { seats_used: count });
}

test('sites that a change of policy makes free stop counting with it', async () => {
  const license = await open(5);
  for (const name of ['shop.test', 'staging.shop.com', 'preview-1.host.com', 'shop.com']) await license.seatOf(name);
  const changed = await backOffice.change(license.id, { policy: FREE });
  expect(changed).toMatchObject({ status: 200, body: { seats_used: 2, seats_remaining: 3 } });
  expect(await license.counted()).toEqual({ seats_used: 2, items: 2, staging_used: 1, free: 1 });
  const more = await backOffice.change(license.id, { policy: { staging_hosts: ['preview-*.host.com'] } });
  expect(more.body).toMatchObject({ seats_used: 1 });
  const entry = (await backOffice.history(license.id)).at(-1);
  expect(entry).toMatchObject({ type: 'license.updated', before: { seats_used: 2 }, after: { seats_used: 1 } });
});

test('no site becomes costly but by its own next activation', async () => {
  const license = await open(3, FREE);
  for (const name of ['shop.test', 'staging.shop.com']) await license.seatOf(name);
  await backOffice.change(license.id, { policy: { development_sites_free: false } });
  expect(await license.counted()).toEqual({ seats_used: 0, items: 0, staging_used: 1, free: 1 });
  expect(await license.activate('staging.shop.com')).toMatchObject({ status: 200, body: { seats_used: 1 } });
  expect(await license.counted()).toEqual({ seats_used: 1, items: 1, staging_used: 0, free: 0 });
  const entry = (await backOffice.history(license.id)).at(-1);
  expect(entry).toMatchObject({ type: 'license.updated', before: { seats_used: 0 }, after: { seats_used: 1 } });
});

test('an active free site stays free while every seat is taken', async () => {
  const license = await open(1, FREE);
  await license.seatOf('shop.test');
  await license.seatOf('shop.com');
  await backOffice.change(license.id, { policy: { development_sites_free: false } });
  expect((await license.activate('shop.test')).status).toBe(200);
  expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
});

test('the staging site that was unseen for the longest time becomes free when another one leaves', async () => {
  const license = await open(2, FREE);
  for (const n of upTo(4)) {
    await license.seatOf(`staging.shop-${n}.com`);
    moveClock(HOUR_MS);
  }
  expect(await license.counted()).toEqual({ seats_used: 2, items: 2, staging_used: 2, free: 2 });
  await deactivate(service, license.site('staging.shop-1.com'));
  expect(await license.counted()).toEqual({ seats_used: 1, items: 1, staging_used: 2, free: 2 });
  const { activations, journal } = await storedLicense(service, license.id);
  const third = activations.find(({ instance_identifier }) => instance_identifier.includes('shop-3'));
  expect(third).toMatchObject({ takes_seat: false, free_staging: true });
  expect(journal.slice(-2)).toMatchObject([
    { type: 'seat.deactivated' },
    { type: 'license.updated', before: { seats_used: 2 }, after: { seats_used: 1 } },
  ]);
  expect(journal.map(({ seq }) => seq)).toEqual(upTo(journal.length));
});

test('of 200 staging sites that become free at once, 90 do in the transaction and the rest by the sweep', async () => {
  const license = await open(200);
  await license.seatOf('staging.shop.com');
  await multiply(license, 200);
  const changed = await backOffice.change(license.id, { policy: FREE });
  expect(changed).toMatchObject({ status: 200, body: { seats_used: 110 } });
  expect(await license.counted()).toEqual({ seats_used: 110, items: 110, staging_used: 90, free: 90 });
  moveClock(MINUTE_MS);
  await sweep();
  expect(await license.counted()).toEqual({ seats_used: 0, items: 0, staging_used: 200, free: 200 });
  const { license: stored, journal } = await storedLicense(service, license.id);
  expect(stored).toMatchObject({ recount_at: null, costly_staging: false, due_at: null });
  expect(journal.slice(-2)).toMatchObject([
    { type: 'license.updated', actor: { type: 'system' }, before: { seats_used: 110 }, after: { seats_used: 20 } },
    { type: 'license.updated', actor: { type: 'system' }, before: { seats_used: 20 }, after: { seats_used: 0 } },
  ]);
}, 60_000);

test('a policy with a staging pattern that is a public suffix is refused and names the field', async () => {
  const { apiKey } = brand;
  for (const pattern of ['*.co.uk', '*.com', 'com']) {
    const body = { name: 'Plugin', slug: 'plugin', policy: { staging_hosts: ['*.wpsc.site', pattern] } };
    const refused = await service.call(createProduct, { apiKey, body });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/policy/staging_hosts/1' }] } });
  }
  const license = await open(1);
  const refused = await backOffice.change(license.id, { policy: { staging_hosts: ['*.co.uk'] } });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/policy/staging_hosts/0' }] } });
});
