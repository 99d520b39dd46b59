import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { post, type Fields } from '../support/edd/edd-client.ts';
import { inDays, KNOWN, openEddShop, UNKNOWN_FIELDS, useEddShop } from '../support/edd/edd-shop.ts';
import { byOperation } from '../support/service/service.ts';
import { activate } from '../support/service/purchases.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useEddShop(service);
const { activating, buy, change, checking, deactivating } = openEddShop(service, shop);

describe('activate_license', () => {
  test('takes a seat once, and answers with all fields of the license', async () => {
    const { key } = await buy('wp-rocket', { expiration_date: '2099-12-31T23:59:59Z' });
    const whole = {
      success: true,
      license: 'valid',
      item_id: 85,
      item_name: 'wp-rocket',
      checksum: expect.stringMatching(/^[0-9a-f]{32}$/),
      license_limit: 2,
      site_count: 1,
      activations_left: 1,
      expires: '2099-12-31 23:59:59',
      ...KNOWN,
    };
    const [first, again] = [await activating(key), await activating(key)];
    expect(first.body).toEqual(whole);
    expect(again.body).toEqual(first.body);
    expect((await activating(key, { url: 'http://www.two.example/' })).body).toMatchObject({
      site_count: 2,
      activations_left: 0,
    });
  });

  test('journals the seat like our own route, which then finds it', async () => {
    const { key, id } = await buy('wp-rocket');
    await activating(key);
    const events = await service.call(byOperation('list_license_events'), {
      apiKey: shop.apiKey,
      params: { license_id: id },
    });
    expect(events.body['events']).toContainEqual(
      expect.objectContaining({ type: 'license.activated', actor: expect.objectContaining({ type: 'license_key' }) }),
    );
    const again = await activate(service, { license_key: key, instance_identifier: 'https://one.example' });
    expect(again.status).toBe(200);
  });

  test('of a license without limits is unlimited and for a lifetime', async () => {
    const { key } = await buy('wp-rocket', { max_seats: null });
    expect((await activating(key)).body).toMatchObject({
      license_limit: 0,
      activations_left: 'unlimited',
      expires: 'lifetime',
    });
  });

  test('starts a duration that waited for it', async () => {
    const { key } = await buy('begun');
    const before = (await checking(key, { item_id: 91 })).body['expires'];
    const { body } = await activating(key, { item_id: 91 });
    expect(body['expires']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const beganMs = Date.parse(`${String(body['expires'])}Z`) - Date.parse(`${String(before)}Z`);
    expect(beganMs).toBeGreaterThanOrEqual(0);
    expect(beganMs).toBeLessThan(HOUR_MS);
  });

  test('of any key that the brand does not have is missing, in the same bytes', async () => {
    const { key, id } = await buy('wp-rocket');
    const rotated = await service.call(byOperation('get_license'), { apiKey: shop.apiKey, params: { license_id: id } });
    const keyId = (rotated.body['license_key'] as { id: string }).id;
    await service.call(byOperation('rotate_license_key'), {
      apiKey: shop.apiKey,
      params: { license_key_id: keyId },
      body: { overlap_hours: 0 },
    });
    const texts = [
      '',
      'nonsense',
      'ABC-1111-2222-3333-4444',
      shop.ofAnother,
      `${shop.key_prefix}-0000-0000-0000-0000`,
      key,
    ];
    const replies = await Promise.all(texts.map((text) => activating(text)));
    for (const { body } of replies) {
      expect(Object.keys(body)).toEqual([...UNKNOWN_FIELDS, 'error']);
      expect({ ...body, checksum: '' }).toEqual({
        success: false,
        license: 'invalid',
        item_id: 85,
        item_name: 'wp-rocket',
        checksum: '',
        error: 'missing',
      });
    }
  });

  test.each([
    ['', ''],
    ['', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'],
    ['https://', 'My Plugin/1.0; shop'],
  ])('without a site (url "%s", User-Agent "%s") is missing_url, for known keys only', async (url, userAgent) => {
    const { key } = await buy('wp-rocket');
    const fields = { edd_action: 'activate_license', item_id: 85, url };
    expect((await post(shop.slug, { ...fields, license: key }, { userAgent })).body).toMatchObject({
      success: false,
      error: 'missing_url',
      license_limit: 2,
      site_count: 0,
    });
    expect((await post(shop.slug, { ...fields, license: 'x' }, { userAgent })).body['error']).toBe('missing');
  });

  test('takes the site from the User-Agent of WordPress', async () => {
    const { key } = await buy('wp-rocket');
    await post(shop.slug, { edd_action: 'activate_license', license: key, item_id: 85 });
    expect((await checking(key, { url: 'https://agent.example/' })).body['license']).toBe('valid');
  });

  test('takes any machine’s name for a site', async () => {
    const { key } = await buy('wp-rocket');
    expect((await activating(key, { url: 'Build Server 7' })).body['success']).toBe(true);
    expect((await checking(key, { url: 'build server 7' })).body['license']).toBe('valid');
  });

  test('names a product that the key lacks by how it was named', async () => {
    const { key } = await buy('wp-rocket');
    const known = { license_limit: 2, site_count: 0, ...KNOWN };
    const wrong: [Fields, string, object][] = [
      [{ item_id: 86 }, 'invalid_item_id', { item_id: 86, item_name: 'imagify' }],
      [{ item_id: 99 }, 'invalid_item_id', { item_id: 99, item_name: 'wp-rocket' }],
      [{ item_id: 0, item_name: 'Other' }, 'item_name_mismatch', { item_id: false, item_name: 'Other' }],
      [{ item_id: '', item_name: 'imagify' }, 'item_name_mismatch', { item_id: false, item_name: 'imagify' }],
    ];
    for (const [fields, error, names] of wrong)
      expect((await activating(key, fields)).body).toMatchObject({ success: false, error, ...names, ...known });
    expect((await activating('nonsense', { item_id: 99 })).body['error']).toBe('missing');
  });

  test.each([
    { item_id: 0, item_name: 'Rocket Pro' },
    { item_id: 0, item_name: 'ROCKET%252BPRO' },
    { item_id: '', item_name: 'Rocket &amp;#45; Pró' },
    { item_id: '', item_name: 0, name: 'rocket pro' },
    { item_id: 85, item_name: 'Whatever' },
    { item_id: '-85' },
    { item_id: '', item_name: '' },
  ])('finds the product by %j', async (fields) => {
    const { key } = await buy('wp-rocket');
    expect((await activating(key, fields as unknown as Fields)).body).toMatchObject({
      success: true,
      license: 'valid',
    });
  });

  test('of a key with several products needs one to be named', async () => {
    const { key } = await buy('wp-rocket', { products: ['wp-rocket', 'imagify'] });
    expect((await activating(key, { item_id: 0 })).body['error']).toBe('item_name_mismatch');
    expect((await activating(key, { item_id: 86 })).body['success']).toBe(true);
    expect((await checking(key, { item_id: 85 })).body['license']).toBe('inactive');
    expect((await checking(key, { item_id: 0 })).body['license']).toBe('valid');
  });

  test('follows a product whose item id is new', async () => {
    const { key } = await buy('imagify');
    await activating(key, { item_id: 86 });
    const params = { product: 'imagify' };
    const update = byOperation('update_product');
    await service.call(update, { apiKey: shop.apiKey, params, body: { edd_item_id: 860 } });
    moveClock(6_000);
    expect((await checking(key, { item_id: 860 })).body['license']).toBe('valid');
    await service.call(update, { apiKey: shop.apiKey, params, body: { edd_item_id: 86 } });
    moveClock(6_000);
  });

  test('is refused in the order of that protocol', async () => {
    const full = await buy('wp-rocket', { max_seats: 1, expiration_date: inDays(1) });
    await activating(full.key);
    const two = { url: 'https://two.example' };
    expect((await activating(full.key, two)).body).toMatchObject({
      success: false,
      error: 'no_activations_left',
      max_sites: 1,
      license_limit: 1,
      site_count: 1,
      activations_left: 0,
    });
    moveClock(2 * DAY_MS);
    expect((await activating(full.key, two)).body['error']).toBe('no_activations_left');
    expect((await activating(full.key)).body).toMatchObject({ error: 'expired', expires: expect.any(String) });
    await change('suspend_license', full.id);
    expect((await activating(full.key, two)).body['error']).toBe('disabled');
    await change('cancel_license', full.id);
    expect((await activating(full.key)).body['error']).toBe('disabled');
  });

  test('that would be one move too many leaves no activation', async () => {
    const { key } = await buy('moved');
    await activating(key, { item_id: 90 });
    await deactivating(key, { item_id: 90 });
    const moved = await activating(key, { item_id: 90, url: 'https://two.example' });
    expect(moved.body).toMatchObject({ success: false, error: 'no_activations_left' });
  });

  test('is refused after the expiry, with its date', async () => {
    const { key } = await buy('wp-rocket', { expiration_date: inDays(1) });
    moveClock(2 * DAY_MS);
    expect((await activating(key)).body).toMatchObject({ success: false, license: 'invalid', error: 'expired' });
  });

  test('of a site that is no production site is free where the policy says so', async () => {
    const free = await buy('development');
    const at = (url: string, environment: string) => activating(free.key, { item_id: 89, url, environment });
    expect((await at('https://a.example', 'staging')).body).toMatchObject({ is_local: true, site_count: 0 });
    expect((await at('http://b.test', 'production')).body).toMatchObject({ is_local: true, site_count: 0 });
    expect((await at('https://c.example', 'production')).body['is_local']).toBeUndefined();
    const paid = await buy('wp-rocket');
    const local = { url: 'https://a.example', environment: 'local' };
    expect((await activating(paid.key, local)).body).toMatchObject({ is_local: true, site_count: 1 });
  });

  test('takes no more free sites than the license has seats, whatever they declare', async () => {
    const { key } = await buy('development');
    const replies = [];
    for (const n of [1, 2, 3])
      replies.push(await activating(key, { item_id: 89, url: `https://${String(n)}.example`, environment: 'local' }));
    expect(replies.map(({ body }) => body['error'] ?? body['site_count'])).toEqual([0, 1, 'no_activations_left']);
  });

  test('by thirty sites at once takes exactly the seats that there are', async () => {
    const { key } = await buy('wp-rocket', { max_seats: 10 });
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, n) => activating(key, { url: `https://s${String(n)}.example` })),
    );
    const answered = replies.filter(({ body }) => 'license' in body);
    expect(answered.filter(({ body }) => body['success'] === true).length).toBeLessThanOrEqual(10);
    for (const { status } of replies) expect(status).toBe(200);
    expect((await checking(key)).body['site_count']).toBeLessThanOrEqual(10);
  });
});
