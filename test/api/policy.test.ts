import { beforeAll, describe, expect, test } from '@jest/globals';
import { addDuration } from '../../lib/domain/duration.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { atOnce, openBackOffice, typesOf, type Bought, type BackOffice } from '../support/service/back-office.ts';
import {
  activate,
  deactivate,
  firstOf,
  newEmail,
  purchase,
  untilAnswered,
  verdict,
} from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { overwrite, seatsTaken, storedLicense, upTo, wholeTable } from '../support/table/whole-table.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2026-05-31T10:00:00Z');
  service = await startService();
  brand = await service.brand({ products: { pro: { policy: { duration: 'P1Y', grace_days: 7 } }, plain: {} } });
  backOffice = openBackOffice(service, brand);
});

const plain = (policy: object, body: object = {}): Promise<Bought> =>
  backOffice.buy({ products: ['plain'], policy, ...body });
const entry = async ({ id }: Bought): Promise<Record<string, unknown>> => (await backOffice.get(id)).body;
const codeOf = async (bought: Bought, name: string): Promise<string> => {
  const { status, body } = await activate(service, bought.site(name));
  return status < 300 ? String(status) : String(body['code']);
};

describe('a duration', () => {
  test('starts with the purchase, and ends on the last day of a shorter month', async () => {
    const bought = await plain({ duration: 'P1M' });
    const { created_at, expires_at } = await entry(bought);
    expect(expires_at).toBe(addDuration(String(created_at), 'P1M'));
    expect(String(expires_at)).toMatch(/^2026-06-30T/);
  });

  test('starts once with the first activation if the policy requires it, even with 20 in parallel', async () => {
    const bought = await plain({ duration: 'P1Y', expiry_basis: 'first_activation' }, { max_seats: 30 });
    expect(await entry(bought)).toMatchObject({ expires_at: null, status: 'valid' });
    moveClock(40 * DAY_MS);
    const replies = await atOnce(20, (n) => untilAnswered(() => activate(service, bought.site(`s${n}`))));
    // A site that got 503 may already be active on the retry.
    for (const { reply, busy } of replies) expect(busy > 0 ? [200, 201] : [201]).toContain(reply.status);
    const history = await backOffice.history(bought.id);
    const begun = history.filter(({ after }) => after?.['expires_at'] !== undefined && after['expires_at'] !== null);
    expect(begun.map(({ seq }) => seq)).toEqual([2]);
    expect(begun[0]).toMatchObject({ before: { starts_on_activation: 'P1Y' }, after: { starts_on_activation: null } });
    const { expires_at } = await entry(bought);
    expect(expires_at).toBe(begun[0]?.after?.['expires_at']);
    expect(String(expires_at).slice(0, 4)).toBe('2027');
    moveClock(DAY_MS);
    await activate(service, bought.site('later'));
    expect((await entry(bought))['expires_at']).toBe(expires_at);
  });
});

describe('the grace period', () => {
  test('allows checks and activations from the second of expiry to the second before its end', async () => {
    const bought = await plain({ grace_days: 7 }, { expiration_date: inMs(DAY_MS), max_seats: 9 });
    await activate(service, bought.site('old'));
    const until = (time: string): void => moveClock(Date.parse(time) - Date.now());
    const expires_at = String((await entry(bought))['expires_at']);
    until(expires_at);
    expect(await verdict(service, bought.site('old'))).toMatchObject({
      code: 'valid_in_grace',
      may_run: true,
      may_update: true,
      is_valid: true,
    });
    expect((await verdict(service, bought.site('new'))).code).toBe('not_activated');
    expect(await codeOf(bought, 'new')).toBe('201');
    expect((await entry(bought))['status']).toBe('expired');
    until(addDuration(expires_at, 'P7D'));
    moveClock(-1000);
    expect(await codeOf(bought, 'late')).toBe('201');
    moveClock(1000);
    expect((await verdict(service, bought.site('old'))).code).toBe('expired');
    expect(await codeOf(bought, 'too-late')).toBe('license_expired');
  });
});

describe('the expiration strategy', () => {
  test('restrict stops every site, and maintain keeps active ones without updates and refuses new ones', async () => {
    const until = { expiration_date: inMs(DAY_MS), max_seats: 5 };
    const [restrict, maintain] = [
      await plain({ expiration_strategy: 'restrict' }, until),
      await plain({ expiration_strategy: 'maintain' }, until),
    ];
    for (const bought of [restrict, maintain])
      for (const name of ['here', 'gone']) await activate(service, bought.site(name));
    await deactivate(service, maintain.site('gone'));
    moveClock(DAY_MS);
    expect(await verdict(service, restrict.site('here'))).toMatchObject({
      code: 'expired',
      may_run: false,
      may_update: false,
    });
    const kept = { code: 'valid_maintained', may_run: true, may_update: false, is_valid: true, is_activated: true };
    expect(await verdict(service, maintain.site('here'))).toMatchObject(kept);
    for (const name of ['gone', 'new']) {
      expect((await verdict(service, maintain.site(name))).code).toBe('expired');
      expect(await codeOf(maintain, name)).toBe('license_expired');
    }
    expect(await codeOf(maintain, 'here')).toBe('200');
    expect(await codeOf(restrict, 'here')).toBe('license_expired');
  });
});

describe('overage', () => {
  test.each([
    ['none', 4, 4],
    ['1.25x', 4, 5],
    ['1.25x', 7, 8],
    ['1.5x', 3, 4],
    ['2x', 3, 6],
    ['2x', 1, 2],
  ])('of %s with %i seats allows %i sites and no more', async (overage, max_seats, ceiling) => {
    const bought = await plain({ overage }, { max_seats });
    for (const n of upTo(ceiling)) expect(await codeOf(bought, `s${n}`)).toBe('201');
    const refused = await activate(service, bought.site('beyond'));
    expect(refused.body).toMatchObject({ code: 'seat_limit_reached', seat_limit: max_seats, seats_used: ceiling });
    expect(await entry(bought)).toMatchObject({ seat_limit: max_seats, seats_used: ceiling, seats_remaining: 0 });
  });

  test('that is unlimited allows any number of sites beyond the limit', async () => {
    const bought = await plain({ overage: 'unlimited' }, { max_seats: 1 });
    for (const n of upTo(4)) expect(await codeOf(bought, `s${n}`)).toBe('201');
    expect(await entry(bought)).toMatchObject({ seats_used: 4, seats_remaining: 0 });
  });
});

describe('free development sites', () => {
  const on = async (bought: Bought, instance_identifier: string): Promise<Record<string, unknown>> =>
    (await activate(service, { ...bought.site('x'), instance_identifier })).body;

  test('take no seat if local, and if staging take none up to the seat limit', async () => {
    const bought = await plain({ development_sites_free: true }, { max_seats: 2 });
    for (const local of [
      'http://localhost:8080',
      'http://shop.test',
      'http://shop.local',
      'http://192.168.1.7',
      'http://10.0.0.1',
    ]) {
      expect(await on(bought, local)).toMatchObject({ status: 'active', seats_used: 0 });
    }
    expect(await on(bought, 'https://staging.shop.com')).toMatchObject({ seats_used: 0 });
    expect(await on(bought, 'https://shop.wpengine.com')).toMatchObject({ seats_used: 0 });
    expect(await on(bought, 'https://dev.shop.com')).toMatchObject({ seats_used: 1 });
    expect(await on(bought, 'https://shop.com')).toMatchObject({ seats_used: 2 });
    expect(await on(bought, 'https://staging.other.com')).toMatchObject({ code: 'seat_limit_reached' });
    await deactivate(service, { ...bought.site('x'), instance_identifier: 'https://staging.shop.com' });
    expect(await on(bought, 'https://staging.other.com')).toMatchObject({ seats_used: 2 });
    const { license, activations } = await storedLicense(service, bought.id);
    expect(license).toMatchObject({ seats_used: seatsTaken(activations), staging_used: 2 });
  });

  test('take seats if the policy does not make them free', async () => {
    const bought = await plain({}, { max_seats: 1 });
    expect(await on(bought, 'http://localhost')).toMatchObject({ seats_used: 1 });
    expect(await on(bought, 'https://staging.shop.com')).toMatchObject({ code: 'seat_limit_reached' });
  });
});

describe('seat moves', () => {
  const move = async (bought: Bought, from: string, to: string): Promise<string> => {
    await deactivate(service, bought.site(from));
    return codeOf(bought, to);
  };

  test('count for 30 days when a new site replaces another, but not when a site returns', async () => {
    const bought = await plain({ seat_moves_per_30_days: 2 }, { max_seats: 1 });
    expect(await codeOf(bought, 'a')).toBe('201');
    expect(await move(bought, 'a', 'b')).toBe('201');
    expect(await move(bought, 'b', 'a')).toBe('201');
    moveClock(10 * DAY_MS);
    expect(await move(bought, 'a', 'c')).toBe('201');
    await deactivate(service, bought.site('c'));
    const refused = await activate(service, bought.site('d'));
    expect(refused).toMatchObject({ status: 422, body: { code: 'seat_moves_exhausted', seat_moves_per_30_days: 2 } });
    expect(await codeOf(bought, 'a')).toBe('201');
    await deactivate(service, bought.site('a'));
    moveClock(Date.parse(String(refused.body['next_move_at'])) - Date.now() - 1000);
    expect(await codeOf(bought, 'd')).toBe('seat_moves_exhausted');
    moveClock(1000);
    expect(await codeOf(bought, 'd')).toBe('201');
  });

  test('limited to none allow a first site and its return only', async () => {
    const bought = await plain({ seat_moves_per_30_days: 0 }, { max_seats: 1 });
    expect(await codeOf(bought, 'a')).toBe('201');
    expect(await move(bought, 'a', 'b')).toBe('seat_moves_exhausted');
    expect(await codeOf(bought, 'a')).toBe('201');
  });
});

describe('a product’s policy', () => {
  test('is copied to the license, and overridden by the policy of the purchase', async () => {
    const bought = await backOffice.buy({ products: ['pro'], policy: { grace_days: 3, overage: '2x' } });
    expect((await entry(bought))['policy']).toEqual({ duration: 'P1Y', grace_days: 3, overage: '2x' });
  });

  test('affects only new licenses and those that change to the product, if it is edited later', async () => {
    const [before, other] = [await backOffice.buy({ products: ['pro'] }), await plain({})];
    const product = (await wholeTable(service)).find(({ sk, slug }) => sk.startsWith('product#') && slug === 'pro');
    if (product === undefined) throw new Error('there is no product');
    await overwrite(service, product, { policy: { duration: 'P1M', grace_days: 99 } });
    const after = await backOffice.buy({ products: ['pro'] });
    expect((await entry(before))['policy']).toEqual({ duration: 'P1Y', grace_days: 7 });
    expect((await entry(after))['policy']).toEqual({ duration: 'P1M', grace_days: 99 });
    await backOffice.change(other.id, { product: 'pro' });
    expect((await entry(other))['policy']).toEqual({ duration: 'P1M', grace_days: 99 });
    await overwrite(service, product, {});
  });
});

test('a purchase with if_held renew uses the license’s own policy, not the product’s new one', async () => {
  const email = newEmail();
  const first = await purchase(service, brand, {
    customer_email: email,
    products: ['pro'],
    policy: { duration: 'P2Y' },
  });
  const { id, expires_at } = firstOf(first.licenses);
  const again = await purchase(service, brand, { customer_email: email, products: ['pro'], if_held: 'renew' });
  expect(firstOf(again.licenses)).toMatchObject({ id, expires_at: addDuration(String(expires_at), 'P2Y') });
  expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.renewed']);
});
