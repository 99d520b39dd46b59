import { describe, expect, test } from '@jest/globals';
import { inMs } from '../support/run/clock.ts';
import { typesOf } from '../support/service/back-office.ts';
import { activate, deactivate, firstOf, purchase, verdict } from '../support/service/purchases.ts';
import { upTo } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

const PRO = { seat_limit: 3, grace_days: 30, expiration_strategy: 'maintain', overage: '1.5x' };
const PRODUCTS = {
  basic: { policy: { grace_days: 1, development_sites_free: true } },
  pro: { policy: PRO },
  addon: {},
};
const service = useService();
const brand = useBrand(service, { products: PRODUCTS });
const backOffice = useBackOffice(service, brand);

const basic = (body: object = {}) => backOffice.buy({ products: ['basic'], ...body });

describe('the seat limit', () => {
  test('can be raised, and the next site gets a seat', async () => {
    const { id, site } = await basic({ max_seats: 1 });
    await activate(service, site('one'));
    expect((await activate(service, site('two'))).body['code']).toBe('seat_limit_reached');
    expect(await backOffice.change(id, { max_seats: 2 })).toMatchObject({
      status: 200,
      body: { seat_limit: 2, seats_used: 1, seats_remaining: 1 },
    });
    expect((await activate(service, site('two'))).status).toBe(201);
  });

  test('below the seats in use keeps them, refuses new ones, and never makes seats_remaining negative', async () => {
    const { id, site } = await basic({ max_seats: 5 });
    for (const n of upTo(4)) await activate(service, site(`s${n}`));
    const changed = await backOffice.change(id, { max_seats: 2, reason: 'partial refund' });
    expect(changed).toMatchObject({ status: 200, body: { seat_limit: 2, seats_used: 4, seats_remaining: 0 } });
    expect(await verdict(service, site('s4'))).toMatchObject({
      code: 'valid',
      license: { seats_used: 4, seats_remaining: 0 },
    });
    const refused = await activate(service, site('s5'));
    expect(refused).toMatchObject({ status: 422, body: { code: 'seat_limit_reached', seat_limit: 2, seats_used: 4 } });
    expect((await deactivate(service, site('s1'))).body).toMatchObject({ seats_used: 3, seats_remaining: 0 });
    expect((await activate(service, site('s5'))).status).toBe(422);
    for (const n of [2, 3]) await deactivate(service, site(`s${n}`));
    expect(await activate(service, site('s5'))).toMatchObject({
      status: 201,
      body: { seats_used: 2, seats_remaining: 0 },
    });
    const announced = (await backOffice.history(id)).find(({ type }) => type === 'license.updated');
    expect(announced).toMatchObject({ reason: 'partial refund', before: { seat_limit: 5 }, after: { seat_limit: 2 } });
  });

  test('becomes unlimited with null', async () => {
    const { id } = await basic({ max_seats: 1 });
    expect((await backOffice.change(id, { max_seats: null })).body).toMatchObject({
      seat_limit: null,
      seats_remaining: null,
    });
  });

  test('follows the policy’s seat limit unless max_seats is given', async () => {
    const { id } = await basic();
    expect((await backOffice.change(id, { policy: { seat_limit: 7 } })).body).toMatchObject({
      seat_limit: 7,
      policy: { seat_limit: 7 },
    });
    expect((await backOffice.change(id, { policy: { seat_limit: 9 }, max_seats: 8 })).body).toMatchObject({
      seat_limit: 8,
      policy: { seat_limit: 9 },
    });
  });
});

describe('the product', () => {
  test('is changed on the same key: seats and expiry stay, the new policy replaces the old one', async () => {
    const { id, keyId, email, site } = await basic({ expiration_date: '2030-01-31', max_seats: 2 });
    await activate(service, site('one'));
    const { activation } = await verdict(service, site('one'));
    const changed = await backOffice.change(id, { product: 'pro', policy: { overage: '2x' } });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        product: { slug: 'pro' },
        license_key: { id: keyId },
        seats_used: 1,
        seat_limit: 2,
        expires_at: '2030-01-31T23:59:59Z',
        changed: ['product', 'policy'],
      },
    });
    expect(changed.body['policy']).toEqual({ ...PRO, overage: '2x' });
    const pro = { ...site('one'), product: 'pro' };
    expect(await verdict(service, pro)).toMatchObject({
      code: 'valid',
      license: { id },
      activation: { id: activation?.id },
    });
    expect(await verdict(service, site('one'))).toMatchObject({ code: 'product_not_on_key', license: null });
    expect((await activate(service, site('one'))).body).toMatchObject({
      code: 'product_not_on_key',
      products: ['pro'],
    });
    expect(await backOffice.found(email)).toEqual([id]);
    expect((await backOffice.key(keyId)).body['licenses']).toMatchObject([{ id, product: { slug: 'pro' } }]);
  });

  test('changes together with the seats and the expiry that the request names', async () => {
    const named = { product: 'pro', max_seats: 7, expiration_date: '2031-01-01' };
    const { id } = await basic({ max_seats: 2 });
    expect((await backOffice.change(id, named)).body).toMatchObject({
      seat_limit: 7,
      expires_at: '2031-01-01T23:59:59Z',
      changed: ['product', 'seat_limit', 'expires_at', 'policy'],
    });
    const { id: other } = await basic({ max_seats: 2 });
    const byPolicy = await backOffice.change(other, { product: 'pro', policy: { seat_limit: 4 } });
    expect(byPolicy.body).toMatchObject({ seat_limit: 4, policy: { seat_limit: 4 } });
  });

  test('that a license had before can be bought as another license on the same key', async () => {
    const { id, key, email, site } = await basic();
    await activate(service, site('one'));
    await backOffice.change(id, { product: 'pro' });
    const { license_key, licenses } = await purchase(service, brand, { customer_email: email, products: ['basic'] });
    expect(license_key.key).toBe(key);
    expect(firstOf(licenses).id).not.toBe(id);
    expect((await verdict(service, site('one'))).code).toBe('not_activated');
    expect((await verdict(service, { ...site('one'), product: 'pro' })).code).toBe('valid');
  });

  test('can be changed back and forth', async () => {
    const { id, site } = await basic();
    await activate(service, site('one'));
    for (const product of ['pro', 'basic', 'pro', 'basic'])
      expect((await backOffice.change(id, { product })).status).toBe(200);
    expect(await verdict(service, site('one'))).toMatchObject({ code: 'valid', license: { id, seats_used: 1 } });
  });

  test('is refused if the key already has it or the brand does not have it', async () => {
    const { id } = await basic({ products: ['basic', 'pro'] });
    expect(await backOffice.change(id, { product: 'pro' })).toMatchObject({
      status: 422,
      body: { code: 'product_already_on_key', product: 'pro' },
    });
    const other = await service.brand({ products: { foreign: {} } });
    const [foreign] = (await purchase(service, other, { products: ['foreign'] })).licenses;
    for (const product of ['foreign', foreign?.product_id, 'nothing']) {
      expect(await backOffice.change(id, { product })).toMatchObject({
        status: 404,
        body: { code: 'product_not_found', product },
      });
    }
    expect((await backOffice.get(id)).body['product']).toMatchObject({ slug: 'basic' });
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned']);
  });

  test('does not change if the license already has it', async () => {
    const { id } = await basic();
    expect(await backOffice.change(id, { product: 'basic' })).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: { changed: [] },
    });
    expect(await backOffice.history(id)).toHaveLength(1);
  });

  test('cannot be given to two licenses of one key by parallel changes', async () => {
    const { licenses } = await purchase(service, brand, { products: ['basic', 'addon'] });
    const replies = await Promise.all(licenses.map(({ id }) => backOffice.change(id, { product: 'pro' })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});

describe('a change of metadata, policy or expiry', () => {
  test('merges metadata: a given name replaces the old one, null removes it, the others stay', async () => {
    const { id } = await basic({ metadata: { plan: 'plus', shop: 'a' } });
    for (const same of [{ shop: 'a', plan: 'plus' }, { plan: 'plus' }, { gone: null }, {}])
      expect((await backOffice.change(id, { metadata: same })).headers['etag']).toBe('"1"');
    const changed = await backOffice.change(id, { metadata: { plan: 'max', order: '7' } });
    expect(changed.body).toMatchObject({ metadata: { plan: 'max', shop: 'a', order: '7' }, changed: ['metadata'] });
    expect((await backOffice.change(id, { metadata: { plan: null, order: null } })).body['metadata']).toEqual({
      shop: 'a',
    });
    const announced = (await backOffice.history(id)).map(({ before, after }) => [
      before?.['metadata'],
      after?.['metadata'],
    ]);
    expect(announced).toEqual([
      [undefined, { plan: 'plus', shop: 'a' }],
      [
        { plan: 'plus', shop: 'a' },
        { plan: 'max', shop: 'a', order: '7' },
      ],
      [{ plan: 'max', shop: 'a', order: '7' }, { shop: 'a' }],
    ]);
  });

  test('applies the size limit to the merged metadata, and changes nothing if it is exceeded', async () => {
    const { id } = await basic({ metadata: { a: 'x'.repeat(1000) } });
    expect(await backOffice.change(id, { metadata: { b: 'x'.repeat(1100) }, max_seats: 3 })).toMatchObject({
      status: 400,
      body: { code: 'bad_request', errors: [{ pointer: '/metadata' }] },
    });
    expect(await backOffice.history(id)).toHaveLength(1);
    expect((await backOffice.change(id, { metadata: { a: null, b: 'x'.repeat(1100) } })).status).toBe(200);
  });

  test('merges the policy: a given field replaces the old one, null removes it', async () => {
    const { id } = await basic();
    expect((await backOffice.change(id, { policy: {} })).body['changed']).toEqual([]);
    const changed = await backOffice.change(id, { policy: { grace_days: 5, overage: '2x' } });
    expect(changed.body['policy']).toEqual({ grace_days: 5, overage: '2x', development_sites_free: true });
    const removed = await backOffice.change(id, { policy: { grace_days: null, development_sites_free: null } });
    expect(removed.body).toMatchObject({ policy: { overage: '2x' }, changed: ['policy'] });
    expect(removed.body['policy']).toEqual({ overage: '2x' });
    expect((await backOffice.change(id, { policy: { seat_limit: null } })).body).toMatchObject({
      seat_limit: null,
      policy: { overage: '2x', seat_limit: null },
    });
  });

  test('accepts a future expiry or null, and refuses a past one', async () => {
    const { id, site } = await basic();
    await activate(service, site('one'));
    expect((await backOffice.change(id, { expiration_date: '2030-01-31' })).body['expires_at']).toBe(
      '2030-01-31T23:59:59Z',
    );
    expect((await backOffice.change(id, { expiration_date: null })).body['expires_at']).toBeNull();
    expect(await backOffice.change(id, { expiration_date: inMs(-DAY_MS) })).toMatchObject({
      status: 422,
      body: { code: 'expiry_in_the_past' },
    });
  });

  test('of all fields at once is journaled as one event', async () => {
    const { id } = await basic();
    await backOffice.change(id, {
      max_seats: 9,
      product: 'pro',
      expiration_date: '2031-01-01',
      metadata: { a: 'b' },
      policy: { grace_days: 2 },
    });
    const [, announced, ...more] = await backOffice.history(id);
    expect(more).toEqual([]);
    expect(Object.keys(announced?.after ?? {}).sort()).toEqual([
      'expires_at',
      'metadata',
      'policy',
      'product',
      'seat_limit',
    ]);
  });

  test('of a cancelled license is refused, except for metadata', async () => {
    const { id } = await basic();
    await backOffice.cancel(id);
    for (const body of [
      { max_seats: 2 },
      { max_seats: null },
      { product: 'pro' },
      { expiration_date: null },
      { policy: {} },
    ]) {
      expect(await backOffice.change(id, body)).toMatchObject({
        status: 409,
        body: { code: 'illegal_transition', from: 'cancelled', action: 'change' },
      });
    }
    expect((await backOffice.change(id, { metadata: { refund: 'r-1' } })).status).toBe(200);
  });

  test('with an unknown field is refused by the field’s name, and changes nothing', async () => {
    const { id } = await basic();
    const reply = await backOffice.change(id, {
      max_seats: 3,
      status: 'valid',
      seats_used: 0,
      policy: { gracedays: 1 },
    });
    expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    const pointers = (reply.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/policy/gracedays', '/seats_used', '/status']);
    expect(await backOffice.history(id)).toHaveLength(1);
  });
});
