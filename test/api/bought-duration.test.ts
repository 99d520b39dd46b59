import { beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, type BackOffice } from '../support/service/back-office.ts';
import { activate, purchase } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2028-01-31T12:00:00Z');
  service = await startService();
  const yearly = { duration: 'P1Y', grace_days: 3 };
  const fromUse = { duration: 'P1Y', expiry_basis: 'first_activation' };
  brand = await service.brand({
    products: { yearly: { policy: yearly }, other: { policy: { duration: 'P2Y' } }, 'from-use': { policy: fromUse } },
  });
  backOffice = openBackOffice(service, brand);
});

const expiryOf = async (id: string): Promise<unknown> => (await backOffice.get(id)).body['expires_at'];
const renewed = async (id: string, body: object = {}): Promise<unknown> =>
  (await backOffice.renew(id, body)).body['expires_at'];

describe('a duration given with a purchase', () => {
  test('is stored with the license, shown, and used for its renewals', async () => {
    const { id } = await backOffice.buy({ products: ['yearly'], duration: 'P1M' });
    expect((await backOffice.get(id)).body).toMatchObject({ duration: 'P1M', policy: { duration: 'P1Y' } });
    expect(await expiryOf(id)).toBe('2028-02-29T12:00:00Z');
    expect(await renewed(id)).toBe('2028-03-29T12:00:00Z');
    expect(await renewed(id, { extend_by: 'P1Y' })).toBe('2029-03-29T12:00:00Z');
    expect(await renewed(id)).toBe('2029-04-29T12:00:00Z');
    const [made] = await backOffice.history(id);
    expect(made?.after).toMatchObject({ duration: 'P1M' });
  });

  test('applies only to the product that names it', async () => {
    const { licenses } = await purchase(service, brand, {
      products: [{ product: 'yearly', duration: 'P1M' }, 'other'],
    });
    const durations = await Promise.all(licenses.map(async ({ id }) => (await backOffice.get(id)).body['duration']));
    expect(durations).toEqual(['P1M', null]);
  });

  test('also applies when a purchase renews the license, and a later purchase can replace it', async () => {
    const { id, email } = await backOffice.buy({ products: ['yearly'], duration: 'P1M' });
    const again = (body: object = {}) =>
      purchase(service, brand, { customer_email: email, products: ['yearly'], if_held: 'renew', ...body });
    await again();
    expect(await expiryOf(id)).toBe('2028-03-29T12:00:00Z');
    await again({ duration: 'P6M' });
    expect((await backOffice.get(id)).body).toMatchObject({ expires_at: '2028-09-29T12:00:00Z', duration: 'P6M' });
    expect(await renewed(id)).toBe('2029-03-29T12:00:00Z');
  });

  test('starts at the first activation if the policy requires it, and applies to later renewals', async () => {
    const { id, site } = await backOffice.buy({ products: ['from-use'], duration: 'P1M' });
    await activate(service, site('one'));
    expect(await expiryOf(id)).toBe('2028-02-29T12:00:00Z');
    expect(await renewed(id)).toBe('2028-03-29T12:00:00Z');
  });

  test('survives a change of product, until the policy’s duration is changed', async () => {
    const { id } = await backOffice.buy({ products: ['yearly'], duration: 'P1M' });
    const moved = await backOffice.change(id, { product: 'other' });
    expect(moved.body).toMatchObject({ duration: 'P1M', policy: { duration: 'P2Y' }, changed: ['product', 'policy'] });
    expect(await renewed(id)).toBe('2028-03-29T12:00:00Z');
    const changed = await backOffice.change(id, { policy: { duration: 'P3M' } });
    expect(changed.body).toMatchObject({ duration: 'P3M', changed: ['duration', 'policy'] });
    expect(await renewed(id)).toBe('2028-06-29T12:00:00Z');
    await backOffice.change(id, { policy: { duration: null } });
    expect(await backOffice.renew(id)).toMatchObject({ status: 422, body: { code: 'no_duration' } });
  });

  test('is shown as it was at an earlier time', async () => {
    const { id } = await backOffice.buy({ products: ['yearly'], duration: 'P1M' });
    moveClock(1000);
    const { updated_at } = (await backOffice.get(id)).body;
    await backOffice.change(id, { policy: { duration: 'P3M' } });
    expect((await backOffice.get(id, { at: String(updated_at) })).body).toMatchObject({ duration: 'P1M' });
    moveClock(-1000);
  });
});

describe('the day of the month of an expiry', () => {
  test('is restored after a short month, by extend_by, by the license’s duration and by a purchase', async () => {
    const { id, email } = await backOffice.buy({ products: ['yearly'], expiration_date: '2029-01-31' });
    expect(await renewed(id, { extend_by: 'P1M' })).toBe('2029-02-28T23:59:59Z');
    expect(await renewed(id, { extend_by: 'P1M' })).toBe('2029-03-31T23:59:59Z');
    await renewed(id, { expiration_date: '2032-02-29' });
    for (const year of [2033, 2034, 2035]) expect(await renewed(id)).toBe(`${String(year)}-02-28T23:59:59Z`);
    const body = { customer_email: email, products: ['yearly'], if_held: 'renew' };
    await purchase(service, brand, body);
    expect(await expiryOf(id)).toBe('2036-02-29T23:59:59Z');
  });

  test('changes only with an explicit date, in a renewal or a change', async () => {
    for (const explicit of [backOffice.renew, backOffice.change]) {
      const { id } = await backOffice.buy({ products: ['yearly'], expiration_date: '2029-01-31' });
      await backOffice.renew(id, { extend_by: 'P1M' });
      await backOffice.change(id, { max_seats: 4 });
      await backOffice.suspend(id);
      await backOffice.resume(id);
      await backOffice.change(id, { product: 'other' });
      expect(await renewed(id, { extend_by: 'P1M' })).toBe('2029-03-31T23:59:59Z');
      await explicit(id, { expiration_date: '2030-02-28' });
      expect(await renewed(id, { extend_by: 'P1M' })).toBe('2030-03-28T23:59:59Z');
    }
  });

  test('changes if a renewal counts from now, and stays if the license is still in its grace period', async () => {
    const { id } = await backOffice.buy({ products: ['yearly'], expiration_date: '2028-03-31' });
    await renewed(id, { extend_by: 'P1M' });
    expect(await expiryOf(id)).toBe('2028-04-30T23:59:59Z');
    moveClock(91 * DAY_MS);
    expect(await renewed(id, { extend_by: 'P1M' })).toBe('2028-05-31T23:59:59Z');
    moveClock(40 * DAY_MS);
    expect(await renewed(id, { extend_by: 'P1M' })).toBe('2028-07-10T12:00:00Z');
    expect(await renewed(id, { extend_by: 'P1M' })).toBe('2028-08-10T12:00:00Z');
    stopClock('2028-01-31T12:00:00Z');
  });
});

test('a purchase that renews to the expiry that its license has leaves it as it is', async () => {
  const order = { products: ['other'], expiration_date: '2090-01-31T12:00:00Z' };
  const { id, email } = await backOffice.buy(order);
  const { licenses } = await purchase(service, brand, { ...order, customer_email: email, if_held: 'renew' });
  expect(licenses).toMatchObject([{ id, expires_at: order.expiration_date }]);
});
