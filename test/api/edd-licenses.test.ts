import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { get, post, send } from '../support/edd/edd-client.ts';
import { inDays, KNOWN, openEddShop, UNKNOWN_FIELDS, useEddShop } from '../support/edd/edd-shop.ts';
import { activate } from '../support/service/purchases.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useEddShop(service);
const { activating, buy, change, checking, deactivating } = openEddShop(service, shop);

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
  test('gives the same answer with and without a slash, below it, by GET and by POST', async () => {
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
    for (const reply of replies) expect(reply.text).toBe(replies[0].text);
    expect(replies[0].body['license']).toBe('inactive');
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
