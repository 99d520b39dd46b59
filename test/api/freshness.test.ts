import { afterEach, describe, expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { computeFreshness, computeOwnNumber } from '../../lib/domain/freshness.ts';
import { DAY_MS, HOUR_MS, SECOND_MS, isoSeconds, parseMs } from '../../lib/domain/time.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { activate, check, firstOf, purchase, type Site } from '../support/service/purchases.ts';
import { useBackOffice, useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';

const START = '2099-01-01T00:00:00Z';
stopClock(START);
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const office = useBackOffice(service, brand);
afterEach(() => {
  proxy.tamper = undefined;
  stopClock(START);
});

const url = 'https://shop.example';
async function activated(
  order: object = {},
): Promise<{ site: Site; licenseId: string; body: Record<string, unknown> }> {
  const bought = await purchase(service, brand, order);
  const site = { license_key: bought.license_key.key, product: 'wp-rocket', instance_identifier: url };
  const { status, body } = await activate(service, site);
  expect(status).toBe(201);
  return { site, licenseId: firstOf(bought.licenses).id, body };
}
const hoursUntil = (time: unknown): number => (parseMs(String(time)) - Date.now()) / HOUR_MS;

describe('an activation and a check', () => {
  test('say when to ask again and how long to rely on the answer, by the policy', async () => {
    const { site, licenseId, body } = await activated({ policy: { check_interval_hours: 24, offline_days: 30 } });
    const own = computeOwnNumber(licenseId, 'url', 'shop.example/') % (24 * 3600);
    const { body: checked } = await check(service, site);
    for (const answer of [body, checked]) {
      expect(answer).toMatchObject({ stale_ok_until: inMs(30 * DAY_MS), grace_until: null, detail: null });
      expect(hoursUntil(answer['next_check_at'])).toBeGreaterThanOrEqual(12);
      expect(hoursUntil(answer['next_check_at'])).toBeLessThan(36);
    }
    expect(checked['next_check_at']).toBe(body['next_check_at']);
    expect(own).toBeGreaterThanOrEqual(0);
  });

  test('keep the second of an instance, so a check at that time is asked for again one interval later', async () => {
    const { site, body } = await activated();
    const first = parseMs(String(body['next_check_at']));
    moveClock(first - Date.now());
    const { body: next } = await check(service, site);
    expect(parseMs(String(next['next_check_at'])) - first).toBe(12 * HOUR_MS);
  });

  test('ask for a check within an hour after the expiry, and let nobody rely on them beyond it', async () => {
    const { site } = await activated({ expiration_date: inMs(2 * HOUR_MS) });
    const { body } = await check(service, site);
    expect(body).toMatchObject({ code: 'valid', stale_ok_until: inMs(2 * HOUR_MS), grace_until: null });
    expect(hoursUntil(body['next_check_at'])).toBeGreaterThanOrEqual(2);
    expect(hoursUntil(body['next_check_at'])).toBeLessThan(3);
  });

  test('name the end of the grace period before, within and after it', async () => {
    const { site } = await activated({ expiration_date: inMs(DAY_MS), policy: { grace_days: 7 } });
    const grace_until = inMs(8 * DAY_MS);
    expect((await check(service, site)).body).toMatchObject({ code: 'valid', grace_until });
    moveClock(DAY_MS);
    expect((await check(service, site)).body).toMatchObject({
      code: 'valid_in_grace',
      grace_until,
      stale_ok_until: grace_until,
      detail:
        'This license expired on 2 January 2099, 00:00 UTC. ' +
        'Everything keeps working until 9 January 2099, 00:00 UTC. Renew it before then.',
    });
    expect((await activate(service, site)).body).toMatchObject({ grace_until, detail: expect.stringMatching(/^This/) });
    moveClock(7 * DAY_MS);
    expect((await check(service, site)).body).toMatchObject({ code: 'expired', grace_until, stale_ok_until: null });
    const refused = await activate(service, { ...site, instance_identifier: 'https://other.example' });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'license_expired', grace_until, stale_ok_until: null },
    });
  });

  test('of a key with several licenses have a freshness for each, and that of all', async () => {
    const bought = await purchase(service, brand, { products: ['wp-rocket', 'imagify'] });
    const site = { license_key: bought.license_key.key, instance_identifier: url };
    await activate(service, { ...site, product: 'imagify' });
    const { body } = await check(service, site);
    const licenses = body['licenses'] as Record<string, unknown>[];
    expect(licenses.map(({ code, stale_ok_until }) => [code, stale_ok_until])).toEqual(
      expect.arrayContaining([
        ['valid', inMs(14 * DAY_MS)],
        ['not_activated', null],
      ]),
    );
    expect(licenses.map(({ detail }) => detail).sort()).toEqual([
      'This license is valid, but it is not active on this site. Activate it here.',
      null,
    ]);
    const first = licenses.map(({ next_check_at }) => String(next_check_at)).sort()[0];
    expect(body).toMatchObject({
      code: 'valid',
      next_check_at: first,
      stale_ok_until: inMs(14 * DAY_MS),
      detail: null,
    });
  });

  test('without an instance, a valid license may be relied on', async () => {
    const { site } = await activated();
    const { body } = await service.call(checkLicense, {
      query: { license_key: site.license_key, product: 'wp-rocket' },
    });
    expect(body).toMatchObject({ may_run: null, stale_ok_until: inMs(14 * DAY_MS), detail: null });
  });
});

describe('a verdict that is no', () => {
  test.each([
    ['suspend', 'suspended', 6, 'This license is suspended. Ask the shop that sold it.'],
    ['cancel', 'cancelled', 24, 'This license is cancelled. Ask the shop that sold it, or buy a new one.'],
  ] as const)('after %s is %s, with an interval of its own and a text', async (action, code, hours, detail) => {
    const { site, licenseId } = await activated();
    await office[action](licenseId);
    const { body } = await check(service, site);
    expect(body).toMatchObject({ code, stale_ok_until: null, detail });
    expect(hoursUntil(body['next_check_at'])).toBeGreaterThanOrEqual(hours / 2);
    expect(hoursUntil(body['next_check_at'])).toBeLessThan(hours * 1.5);
    const refused = await activate(service, site);
    expect(refused.body).toMatchObject({ next_check_at: body['next_check_at'], stale_ok_until: null, detail });
  });

  test('for a product that is not on the key names those that are', async () => {
    const { site } = await activated();
    const { body } = await check(service, { ...site, product: 'imagify' });
    expect(body).toMatchObject({
      code: 'product_not_on_key',
      stale_ok_until: null,
      detail: 'This license key is only for wp-rocket. Use a license key for this product.',
    });
  });

  test('of an activation that finds no seat has the interval of the policy', async () => {
    const { site } = await activated({ max_seats: 1, policy: { check_interval_hours: 2 } });
    const { status, body } = await activate(service, { ...site, instance_identifier: 'https://second.example' });
    expect([status, body['code'], body['stale_ok_until']]).toEqual([422, 'seat_limit_reached', null]);
    expect(hoursUntil(body['next_check_at'])).toBeLessThan(3);
  });
});

describe('an answer that is no verdict', () => {
  test('to bad input names a time, and nothing to rely on', async () => {
    const { status, body } = await service.call(checkLicenseByPost, { body: { license_key: ' ' } });
    expect([status, body['stale_ok_until'], body['grace_until']]).toEqual([400, null, null]);
    expect(hoursUntil(body['next_check_at'])).toBeGreaterThanOrEqual(12);
  });

  test('while the table is unreachable carries next_check_at alone, at the own second of the instance', async () => {
    const { site } = await activated();
    proxy.tamper = () => Promise.resolve(errorAnswer('InternalServerError'));
    for (const route of [checkLicenseByPost, activateLicense]) {
      const { status, headers, body } = await service.call(route, { body: site });
      expect(status).toBe(503);
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect(body).not.toHaveProperty('stale_ok_until');
      expect(body).not.toHaveProperty('grace_until');
      const { next_check_at } = computeFreshness({
        ...{ code: 'unavailable', factor: 1, nowMs: Date.now(), license: undefined, verdictAt: undefined },
        own: computeOwnNumber(site.license_key, 'url', url),
      });
      expect(body['next_check_at']).toBe(next_check_at);
    }
  });

  test('after too many unknown keys carries next_check_at alone', async () => {
    const ask = () => {
      const query = { license_key: newLicenseKey(brand.key_prefix), instance_identifier: url };
      return service.call(checkLicense, { sourceIp: '198.51.100.77', query });
    };
    for (let i = 0; i < 60; i += 1) expect((await ask()).status).toBe(404);
    const { status, body } = await ask();
    expect([status, typeof body['next_check_at'], 'stale_ok_until' in body]).toEqual([429, 'string', false]);
  });
});

test('a replay of an activation repeats the stored answer, with times of its own', async () => {
  const bought = await purchase(service, brand);
  const site = { license_key: bought.license_key.key, instance_identifier: url };
  const headers = { 'Idempotency-Key': 'fresh-1' };
  const { body: first } = await activate(service, site, { headers });
  moveClock(20 * HOUR_MS);
  const replay = await activate(service, site, { headers });
  expect(replay.headers['idempotent-replayed']).toBe('true');
  expect(replay.body).toMatchObject({
    activation_id: first['activation_id'],
    activated_at: isoSeconds(parseMs(START)),
    stale_ok_until: inMs(14 * DAY_MS),
  });
  expect(parseMs(String(replay.body['next_check_at']))).toBeGreaterThan(Date.now() + 6 * HOUR_MS - SECOND_MS);
});
