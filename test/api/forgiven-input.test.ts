import { describe, expect, test } from '@jest/globals';
import { newEmail, purchase } from '../support/service/purchases.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { pointersOf } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const asBrand = (operation: string, call: Call): Promise<Reply> =>
  world.call(byOperation(operation), { apiKey: world.shop.apiKey, ...call });
const bought = (more: object = {}) => purchase(world, world.shop, { license_key: 'new', ...more });
const some = (): string => String(Math.random()).slice(2);

describe('a pasted license key', () => {
  test.each<[string, (key: string) => string]>([
    ['broken over lines', (key) => key.replaceAll('-', '-\r\n')],
    ['with en dashes', (key) => key.replaceAll('-', '–')],
    ['with blanks for dashes', (key) => key.replaceAll('-', ' ')],
    ['in quotes', (key) => `“${key}”`],
    ['with invisible characters', (key) => `\ufeff${key.slice(0, 5)}\u200b${key.slice(5)}`],
  ])('%s is found by every route that accepts one', async (_, paste) => {
    const { license_key, licenses } = await bought();
    const pasted = paste(license_key.key);
    const site = { license_key: pasted, product: 'wp-rocket', instance_identifier: 'https://pasted.example.com' };
    for (const operation of ['activate_license', 'check_license_by_post', 'deactivate_license']) {
      expect((await world.call(byOperation(operation), { body: site })).status).toBeLessThan(300);
      const rawBody = new URLSearchParams(site).toString();
      expect((await world.call(byOperation(operation), { rawBody, headers: FORM })).status).toBeLessThan(300);
    }
    expect((await world.call(byOperation('check_license'), { query: site })).status).toBe(200);
    const listed = await asBrand('list_licenses', { query: { license_key: pasted } });
    expect((listed.body['licenses'] as { id: string }[]).map(({ id }) => id)).toEqual([licenses[0]?.id]);
    for (const [operation, list] of [
      ['search_licenses', 'licenses'],
      ['search_events', 'events'],
    ] as const) {
      const call = { apiKey: world.platformKey, query: { license_key: pasted } };
      expect((await world.call(byOperation(operation), call)).body[list]).not.toEqual([]);
    }
  });

  test('with em dashes and blanks is found by a purchase that adds a product to it', async () => {
    const email = newEmail();
    const { license_key } = await bought({ customer_email: email });
    const pasted = ` ${license_key.key.replaceAll('-', '—')}\n`;
    const body = { customer_email: email, products: ['imagify'], license_key: pasted };
    const extended = await asBrand('provision_licenses', { body });
    expect(extended).toMatchObject({ status: 201, body: { license_key: { id: license_key.id } } });
  });

  test.each(['', ' ', '\u200b', '“”'])('is refused as empty if it contains only %j', async (license_key) => {
    const body = { license_key, instance_identifier: 'https://a.example.com' };
    const reply = await world.call(byOperation('check_license_by_post'), { body });
    expect(reply.status).toBe(400);
    expect(reply.body['errors']).toEqual([{ pointer: '/license_key', message: 'must not be empty' }]);
  });
});

test('a pasted e-mail with brackets and invisible characters belongs to the same customer', async () => {
  const email = newEmail();
  await bought({ customer_email: email });
  const pasted = `\u00a0<\u200b${email}\u200b>\n`;
  const { license_key } = await bought({ customer_email: pasted });
  expect(license_key).toMatchObject({ customer_email: email });
  const listed = await asBrand('list_licenses', { query: { email: pasted } });
  expect(listed.body['licenses']).toHaveLength(2);
});

test('a field in the query of a brand’s POST or PATCH is refused by name', async () => {
  const { licenses } = await bought();
  const params = { license_id: licenses[0]?.id ?? '' };
  for (const operation of ['suspend_license', 'update_license']) {
    const reply = await asBrand(operation, { params, query: { reason: 'x' }, body: {} });
    expect(reply.status).toBe(400);
    expect(reply.body['errors']).toEqual([{ pointer: '?reason', message: 'must be sent in the body' }]);
  }
});

describe('the filters of a list', () => {
  test.each(['license.renewal', 'lisense.*', '*', 'license'])(
    'refuse type=%s and name the known types',
    async (type) => {
      for (const [operation, apiKey] of [
        ['list_events', world.shop.apiKey],
        ['search_events', world.platformKey],
      ] as const) {
        const reply = await world.call(byOperation(operation), { apiKey, query: { type } });
        expect(pointersOf(reply)).toEqual(['?type']);
        expect(reply.text).toContain('license.renewed');
      }
    },
  );

  test('refuse an unknown product, and find nothing for a product without licenses', async () => {
    expect(pointersOf(await asBrand('list_licenses', { query: { product: 'wp-rokcet' } }))).toEqual(['?product']);
    const unknown = '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4';
    expect(pointersOf(await asBrand('list_licenses', { query: { product: unknown } }))).toEqual(['?product']);
    const slug = `unsold-${some()}`;
    await asBrand('create_product', { body: { name: 'Unsold', slug } });
    const unsold = await asBrand('list_licenses', { query: { product: slug } });
    expect(unsold).toMatchObject({ status: 200, body: { licenses: [] } });
  });

  test('get one error if none is given, and one if two are given', async () => {
    const none = await asBrand('list_licenses', {});
    const message = 'one of email, license_key, external_id, instance, product is required';
    expect(none.body['errors']).toEqual([{ pointer: '', message }]);
    const two = await asBrand('list_licenses', { query: { external_id: 'x', instance: 'a.example.com' } });
    const together = 'must not be given together with external_id';
    expect(two.body['errors']).toEqual([{ pointer: '?instance', message: together }]);
  });
});

describe('an empty array from PHP in place of an object', () => {
  test('is read as an empty object in a purchase, an activation, a change and as a whole body', async () => {
    const products = [{ product: 'wp-rocket', policy: [] }];
    const { license_key, licenses } = await bought({ metadata: [], policy: [], products });
    const body = { license_key: license_key.key, instance_identifier: 'https://php.example.com', metadata: [] };
    expect((await world.call(byOperation('activate_license'), { body })).status).toBe(201);
    const params = { license_id: licenses[0]?.id ?? '' };
    const listed = await asBrand('list_activations', { params });
    expect(listed.body['activations']).toMatchObject([{ metadata: {} }]);
    expect((await asBrand('update_license', { params, body: { metadata: [], policy: [] } })).status).toBe(200);
    expect((await asBrand('suspend_license', { params, rawBody: '[]' })).status).toBe(200);
  });

  test.each([[[1]], [['a']], [[[]]]])('is refused if it has an element, as in %j', async (metadata) => {
    const body = { customer_email: newEmail(), products: ['wp-rocket'], metadata };
    expect(pointersOf(await asBrand('provision_licenses', { body }))).toEqual(['/metadata']);
  });
});

test('a trial that has not started differs from a lifetime license, in license and check', async () => {
  const slug = `trial-${some()}`;
  const policy = { expiry_basis: 'first_activation', duration: 'P14D' };
  await asBrand('create_product', { body: { name: 'Trial', slug, policy } });
  for (const [more, starts_on_activation] of [
    [{}, 'P14D'],
    [{ expiration_date: null }, null],
  ] as const) {
    const { license_key, licenses } = await bought({ products: [slug], ...more });
    expect(licenses[0]).toMatchObject({ expires_at: null, starts_on_activation });
    const params = { license_id: licenses[0]?.id ?? '' };
    expect((await asBrand('get_license', { params })).body).toMatchObject({ expires_at: null, starts_on_activation });
    const query = { license_key: license_key.key, instance_identifier: 'https://trial.example.com' };
    const checked = await world.call(byOperation('check_license'), { query });
    expect(checked.body['license']).toMatchObject({ expires_at: null, starts_on_activation });
    await world.call(byOperation('activate_license'), { body: query });
    expect((await asBrand('get_license', { params })).body).toMatchObject({ starts_on_activation: null });
  }
});
