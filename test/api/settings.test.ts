import { describe, expect, test } from '@jest/globals';
import { getSettings, updateSettings } from '../../lib/api/settings.ts';
import { HOUR_MS, MINUTE_MS, parseMs } from '../../lib/domain/time.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { activate, check, purchase } from '../support/service/purchases.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

stopClock('2099-01-01T00:00:00Z');
const service = useService();
const brand = useBrand(service);
const apiKey = (): string => service.platformKey;
const set = (check_interval_factor: unknown) =>
  service.call(updateSettings, { apiKey: apiKey(), body: { check_interval_factor } });
const entries = async () => (await wholeTable(service)).filter(({ type }) => type === 'settings.updated');

describe('the factor of the check interval', () => {
  test('is 1 until somebody changes it', async () => {
    expect(await service.call(getSettings, { apiKey: apiKey() })).toMatchObject({
      status: 200,
      body: { check_interval_factor: 1, updated_at: null },
    });
  });

  test('reaches the answers to sites within a minute, refusals included', async () => {
    const { license_key } = await purchase(service, brand, { max_seats: 1 });
    const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
    await activate(service, site);
    expect(await set(10)).toMatchObject({ status: 200, body: { check_interval_factor: 10 } });
    moveClock(MINUTE_MS);
    const refused = await activate(service, { ...site, instance_identifier: 'https://second.example' });
    for (const { body } of [await check(service, site), refused]) {
      const hours = (parseMs(String(body['next_check_at'])) - Date.now()) / HOUR_MS;
      expect(hours).toBeGreaterThanOrEqual(60);
      expect(hours).toBeLessThan(180);
    }
    const { body } = await check(service, site);
    const reliable = parseMs(String(body['stale_ok_until']));
    expect(reliable).toBeGreaterThanOrEqual(parseMs(String(body['next_check_at'])) + 120 * HOUR_MS);
    await set(1);
  });

  test('is journalled with each change, numbered without a gap, and not when nothing changes', async () => {
    const before = (await entries()).length;
    await set(3);
    await set(3);
    await set(1);
    const all = await entries();
    expect(all.length).toBe(before + 2);
    expect(all.map(({ seq }) => Number(seq)).sort((a, b) => a - b)).toEqual(all.map((_, i) => i + 1));
    expect(all).toContainEqual(
      expect.objectContaining({ before: { check_interval_factor: 1 }, after: { check_interval_factor: 3 } }),
    );
  });

  test('is one of the values of two parallel changes, and both are in the journal', async () => {
    const before = (await entries()).length;
    const replies = await Promise.all([set(5), set(6)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await service.call(getSettings, { apiKey: apiKey() });
    expect([5, 6]).toContain(body['check_interval_factor']);
    expect((await entries()).length).toBe(before + 2);
    await set(1);
  });

  test.each([0, 25, 1.5, '4', null, undefined])('is refused as %j', async (value) => {
    const reply = await set(value);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/check_interval_factor' }] } });
  });

  test('is the platform team’s alone', async () => {
    for (const route of [getSettings, updateSettings]) {
      const body = route === updateSettings ? { body: { check_interval_factor: 2 } } : {};
      expect(await service.call(route, { apiKey: brand.apiKey, ...body })).toMatchObject({
        status: 403,
        body: { code: 'wrong_kind_of_key' },
      });
    }
  });
});
