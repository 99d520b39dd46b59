import { beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, isoSeconds } from '../../lib/domain/time.ts';
import { moveClock } from '../support/clock.ts';
import { get, post, send, type EddReply, type Fields } from '../support/edd/edd-client.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { activate, firstOf, newEmail, purchase } from '../support/service/purchases.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
let shop: TestBrand;
let other: TestBrand;

const inDays = (days: number): string => isoSeconds(Date.now() + days * DAY_MS);

beforeAll(async () => {
  const products = {
    'wp-rocket': { edd_item_id: 85, edd_item_name: 'Rocket Pro', policy: { seat_limit: 2 } },
    imagify: { edd_item_id: 86 },
    maintained: { edd_item_id: 87, policy: { seat_limit: 1, expiration_strategy: 'maintain' } },
    graced: { edd_item_id: 88, policy: { seat_limit: 1, grace_days: 30 } },
    development: { edd_item_id: 89, policy: { seat_limit: 1, development_sites_free: true } },
    moved: { edd_item_id: 90, policy: { seat_limit: 2, seat_moves_per_30_days: 0 } },
    begun: { edd_item_id: 91, policy: { duration: 'P1Y', expiry_basis: 'first_activation' } },
  };
  [shop, other] = await Promise.all([service.brand({ products }), service.brand()]);
});

async function buy(product: string, more: object = {}): Promise<{ key: string; id: string }> {
  const bought = await purchase(service, shop, {
    customer_email: newEmail(),
    products: [product],
    license_key: 'new',
    ...more,
  });
  return { key: bought.license_key.key, id: firstOf(bought.licenses).id };
}

const change = (operation: string, license_id: string, body: object = {}) =>
  service.call(byOperation(operation), { apiKey: shop.apiKey, params: { license_id }, body });

type Ask = (license: string, fields?: Fields) => Promise<EddReply>;
const asking =
  (edd_action: string): Ask =>
  (license, fields = {}) =>
    post(shop.slug, { edd_action, license, item_id: 85, url: 'https://one.example', ...fields });
const [activating, deactivating, checking] = ['activate_license', 'deactivate_license', 'check_license'].map(
  asking,
) as [Ask, Ask, Ask];

const KNOWN = { payment_id: expect.any(Number), customer_name: '', customer_email: '', price_id: false };
const UNKNOWN_FIELDS = ['success', 'license', 'item_id', 'item_name', 'checksum'];

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
    expect(String(before).slice(0, 10)).toBe(String(body['expires']).slice(0, 10));
  });

  test('of any key that the brand does not have is missing, alike to the byte', async () => {
    const foreign = await purchase(service, other, { customer_email: newEmail(), products: ['wp-rocket'] });
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
      foreign.license_key.key,
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
    const told = replies.filter(({ body }) => 'license' in body);
    expect(told.filter(({ body }) => body['success'] === true).length).toBeLessThanOrEqual(10);
    for (const { status } of replies) expect(status).toBe(200);
    expect((await checking(key)).body['site_count']).toBeLessThanOrEqual(10);
  });
});

describe('the site', () => {
  const spelled: [string, string][] = [
    ['https://Shop.example:8443/Blog/', 'http://www.shop.example/blog'],
    ['https://shop.example/blog', 'https://shop.example:8080/BLOG'],
    ['https://bücher.example', 'https://xn--bcher-kva.example/'],
  ];
  test.each(spelled)('%s is the site %s', async (one, two) => {
    const { key } = await buy('wp-rocket', { max_seats: 1 });
    await activating(key, { url: one });
    expect((await checking(key, { url: two })).body['license']).toBe('valid');
    expect((await activating(key, { url: two })).body).toMatchObject({ success: true, site_count: 1 });
    expect((await deactivating(key, { url: two })).body['license']).toBe('deactivated');
    expect((await checking(key, { url: one })).body['license']).toBe('inactive');
  });

  test('that took its seat on our own route is found, checked and freed under that spelling', async () => {
    const { key } = await buy('wp-rocket', { max_seats: 1 });
    const url = 'https://shop.example:8443/Blog';
    await activate(service, { license_key: key, instance_identifier: url });
    expect((await checking(key, { url })).body['license']).toBe('valid');
    expect((await activating(key, { url })).body).toMatchObject({ success: true, site_count: 1 });
    expect((await deactivating(key, { url })).body).toMatchObject({ license: 'deactivated', site_count: 0 });
  });
});

describe('deactivate_license', () => {
  test('frees the seat, and says so again to a site that had it', async () => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    const [first, again] = [await deactivating(key), await deactivating(key)];
    const freed = { success: true, license: 'deactivated', item_id: 85, site_count: 0, activations_left: 2, ...KNOWN };
    expect(first.body).toMatchObject(freed);
    expect(again.body).toEqual(first.body);
  });

  test('fails for a site that never had the seat, an unknown key and another product', async () => {
    const { key } = await buy('wp-rocket');
    expect((await deactivating(key)).body).toMatchObject({
      success: false,
      license: 'failed',
      site_count: 0,
      ...KNOWN,
    });
    expect((await deactivating(key, { item_id: 86 })).body).toMatchObject({ license: 'failed', license_limit: 2 });
    expect((await deactivating(key, { item_id: 99 })).body).toMatchObject({ license: 'failed', license_limit: 2 });
    expect((await deactivating(key, { url: 'https://' })).body).toMatchObject({ license: 'failed', license_limit: 2 });
    const unknown = await deactivating('nonsense');
    expect(Object.keys(unknown.body)).toEqual(UNKNOWN_FIELDS);
    expect(unknown.body['license']).toBe('failed');
  });

  test.each(['expired', 'suspended', 'cancelled'])('frees the seat of a license that is %s', async (status) => {
    const { key, id } = await buy('wp-rocket', { expiration_date: inDays(1) });
    await activating(key);
    if (status === 'expired') moveClock(2 * DAY_MS);
    else await change(status === 'suspended' ? 'suspend_license' : 'cancel_license', id);
    expect((await deactivating(key)).body).toMatchObject({ license: 'deactivated', site_count: 0 });
  });
});

describe('check_license', () => {
  test('tells an inactive license from one that is active elsewhere, and takes no seat', async () => {
    const { key } = await buy('wp-rocket');
    expect((await checking(key)).body).toMatchObject({ success: true, license: 'inactive', site_count: 0, ...KNOWN });
    await activating(key, { url: 'https://two.example' });
    expect((await checking(key)).body).toMatchObject({ success: true, license: 'site_inactive', site_count: 1 });
    expect((await checking(key, { url: 'https://two.example' })).body).toMatchObject({ license: 'valid' });
  });

  test('without a site is that of a site with no seat', async () => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    const fields = { edd_action: 'check_license', license: key, item_id: 85 };
    expect((await post(shop.slug, fields, { userAgent: 'curl/8' })).body['license']).toBe('site_inactive');
  });

  test('of an unknown key is invalid, and says nothing else', async () => {
    const { body } = await checking('nonsense');
    expect(body).toMatchObject({ success: false, license: 'invalid' });
    expect(Object.keys(body)).toEqual(UNKNOWN_FIELDS);
  });

  test('names a product that the key lacks, and stays a success', async () => {
    const { key } = await buy('wp-rocket');
    const known = { success: true, license_limit: 2 };
    expect((await checking(key, { item_id: 86 })).body).toMatchObject({ ...known, license: 'invalid_item_id' });
    expect((await checking(key, { item_id: 99 })).body).toMatchObject({ ...known, license: 'invalid_item_id' });
    const named = { item_id: 0, item_name: 'Nothing' };
    expect((await checking(key, named)).body).toMatchObject({ ...known, license: 'item_name_mismatch' });
    expect((await checking('nonsense', { item_id: 99 })).body['license']).toBe('invalid');
  });

  test('of a suspended and a cancelled license is disabled, also after its expiry', async () => {
    const { key, id } = await buy('wp-rocket', { expiration_date: inDays(1) });
    await activating(key);
    await change('suspend_license', id);
    expect((await checking(key)).body).toMatchObject({ success: true, license: 'disabled' });
    moveClock(2 * DAY_MS);
    expect((await checking(key)).body['license']).toBe('disabled');
    await change('cancel_license', id);
    expect((await checking(key)).body['license']).toBe('disabled');
  });

  test('of a maintained license is expired, though the site keeps running', async () => {
    const { key } = await buy('maintained', { expiration_date: inDays(1) });
    await activating(key, { item_id: 87 });
    moveClock(2 * DAY_MS);
    expect((await checking(key, { item_id: 87 })).body).toMatchObject({ success: true, license: 'expired' });
    expect((await activating(key, { item_id: 87 })).body).toMatchObject({ success: true, license: 'valid' });
  });

  test('within grace is valid, until the end of the grace period', async () => {
    const { key } = await buy('graced', { expiration_date: inDays(1) });
    await activating(key, { item_id: 88 });
    const before = String((await checking(key, { item_id: 88 })).body['expires']);
    moveClock(2 * DAY_MS);
    const { body } = await checking(key, { item_id: 88 });
    expect(body['license']).toBe('valid');
    expect(Date.parse(`${String(body['expires'])}Z`) - Date.parse(`${before}Z`)).toBe(30 * DAY_MS);
    moveClock(40 * DAY_MS);
    expect((await checking(key, { item_id: 88 })).body).toMatchObject({ license: 'expired', expires: before });
  });
});

describe('the address', () => {
  test('answers with and without a slash, below it, and by GET and POST alike', async () => {
    const { key } = await buy('wp-rocket');
    const fields = { edd_action: 'check_license', license: key, item_id: 85, url: 'https://one.example' };
    const replies = await Promise.all([
      get(shop.slug, fields),
      post(shop.slug, fields),
      get(`${shop.slug}/`, fields),
      post(shop.slug, fields, { path: `/edd/${shop.slug}` }),
      post(shop.slug, fields, { path: `/edd/${shop.slug}/index.php` }),
      post(shop.slug, fields, { path: `/edd/${shop.slug.toUpperCase()}/` }),
    ]);
    for (const reply of replies) expect(reply.text).toBe(replies[0]?.text);
    expect(replies[0]?.body['license']).toBe('inactive');
  });

  test('reads a field of the form over the same one of the query, and the last of a repeated one', async () => {
    const { key } = await buy('wp-rocket');
    const form = `edd_action=check_license&license=nonsense&license=${key}&item_id=86&item_id=85`;
    const reply = await send({ path: `/edd/${shop.slug}/`, query: 'edd_action=get_version&license=other', form });
    expect(reply.body['license']).toBe('inactive');
  });

  test('takes a license key that is not encoded, with blanks and what a person pastes', async () => {
    const { key } = await buy('wp-rocket');
    const spelled = [`%20${key}%20`, key.toLowerCase(), key.replaceAll('-', '%E2%80%93'), `${key}&amp;more=1`];
    for (const license of spelled) {
      const query = `url=https%3A%2F%2Fone.example&edd_action=check_license&license=${license}&item_id=85`;
      expect((await send({ path: `/edd/${shop.slug}`, query })).body['license']).toBe('inactive');
    }
  });
});
