import { describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { typesOf, type Bought } from '../support/service/back-office.ts';
import {
  activate,
  check,
  deactivate,
  newEmail,
  purchase,
  untilAnswered,
  verdict,
  type Site,
} from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { seatsTaken, storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

const entryOf = ({ body }: Reply): LicenseEntry => body as LicenseEntry;

async function inUse(sites: number): Promise<Bought> {
  const bought = await backOffice.buy({ max_seats: 400 });
  for (const n of upTo(sites)) await activate(service, bought.site(`s${n}`));
  return bought;
}

/** Transfers a license to a new customer, and returns the key with which a site finds it now. */
async function sold(
  { id, site }: Bought,
  body: object = {},
): Promise<{ reply: Reply; email: string; site: (name: string) => Site }> {
  const email = newEmail();
  const reply = await backOffice.transfer(id, { customer_email: email, ...body });
  const { key } = entryOf(reply).license_key;
  return { reply, email, site: (name) => ({ ...site(name), license_key: key }) };
}

describe('a transferred license', () => {
  test('is opened by the buyer’s key and no longer by the seller’s, whose last license it was', async () => {
    const bought = await inUse(1);
    const { site } = await sold(bought, { keep_activations: true });
    expect((await verdict(service, site('s1'))).code).toBe('valid');

    const verdictOfOld = {
      code: 'product_not_on_key',
      may_run: false,
      is_valid: false,
      is_activated: false,
      license: null,
      licenses: [],
    };
    expect(await verdict(service, bought.site('s1'))).toMatchObject(verdictOfOld);
    const { product: _product, ...unnamed } = bought.site('s1');
    expect(await verdict(service, unnamed)).toMatchObject(verdictOfOld);
    for (const change of [activate, deactivate]) {
      const refused = await change(service, bought.site('s1'));
      expect(refused).toMatchObject({
        status: 422,
        body: {
          code: 'product_not_on_key',
          products: [],
          detail: 'This license key is for no product now. Ask the shop that sold it.',
        },
      });
    }
  });

  test('stands in the buyer’s list, under the buyer’s key, and in neither of the seller’s', async () => {
    const bought = await inUse(1);
    const { reply, email } = await sold(bought);
    const entry = entryOf(reply);
    expect(entry.license_key).toMatchObject({ customer_email: email });
    expect(entry.license_key.id).not.toBe(bought.keyId);
    expect(entryOf(await backOffice.get(bought.id))).toEqual(entry);
    expect(await backOffice.found(email)).toEqual([bought.id]);
    expect(await backOffice.found(bought.email)).toEqual([]);
    expect((await backOffice.key(entry.license_key.id)).body['licenses']).toEqual([entry]);
    expect((await backOffice.key(bought.keyId)).body['licenses']).toEqual([]);
  });

  test('leaves the other licenses of its old key alone', async () => {
    const { license_key, licenses } = await purchase(service, brand, { products: ['wp-rocket', 'imagify'] });
    const site = { license_key: license_key.key, product: 'imagify', instance_identifier: 'https://stays.example.com' };
    await activate(service, site);
    await backOffice.transfer(licenses[0]?.id ?? '', { customer_email: newEmail() });
    expect((await verdict(service, site)).code).toBe('valid');
    expect((await check(service, { ...site, product: 'wp-rocket' })).body['code']).toBe('product_not_on_key');
  });

  test('keeps its 300 activations when asked to, with their ids and seats', async () => {
    const bought = await inUse(300);
    const before = await verdict(service, bought.site('s299'));
    const kept = await sold(bought, { keep_activations: true });
    expect(kept.reply.body).toMatchObject({ seats_used: 300, seats_remaining: 100 });
    const after = await verdict(service, kept.site('s299'));
    expect(after).toMatchObject({
      code: 'valid',
      license: { seats_used: 300 },
      activation: { id: before.activation?.id },
    });

    const empty = await sold({ ...bought, site: kept.site });
    expect(empty.reply.body).toMatchObject({ seats_used: 0, seats_remaining: 400 });
    expect((await verdict(service, empty.site('s299'))).code).toBe('not_activated');
    expect((await activate(service, empty.site('s299'))).body).toMatchObject({ seats_used: 1 });
    const { license, activations } = await storedLicense(service, bought.id);
    expect(activations.filter(({ status }) => status === 'active')).toHaveLength(301);
    expect(license.seats_used).toBe(1);
  }, 60_000);

  test('goes onto the key that the buyer has, where that has room, and onto a new one where it has not', async () => {
    const buyer = await backOffice.buy({ products: ['imagify'] });
    const first = await sold(await inUse(0), { customer_email: buyer.email });
    expect(entryOf(first.reply).license_key).toMatchObject({ id: buyer.keyId, key: buyer.key });
    const second = await sold(await inUse(0), { customer_email: buyer.email.toUpperCase() });
    expect(entryOf(second.reply).license_key.id).not.toBe(buyer.keyId);
    expect(entryOf(second.reply).license_key.customer_email).toBe(buyer.email);
    expect(await backOffice.found(buyer.email)).toHaveLength(3);
    const third = await purchase(service, brand, { customer_email: buyer.email, products: ['imagify'] });
    expect(third.license_key.id).toBe(entryOf(second.reply).license_key.id);
  });

  test('comes back to its first customer and key, with all of its sites', async () => {
    const bought = await inUse(2);
    await sold(bought, { keep_activations: true });
    const back = await backOffice.transfer(bought.id, { customer_email: bought.email, keep_activations: true });
    expect(entryOf(back).license_key).toMatchObject({ id: bought.keyId, key: bought.key });
    expect(await verdict(service, bought.site('s2'))).toMatchObject({
      code: 'valid',
      license: { id: bought.id, seats_used: 2 },
    });
    expect(await backOffice.found(bought.email)).toEqual([bought.id]);
  });

  test('makes room on its old key for the same product, which is another license', async () => {
    const bought = await inUse(1);
    const { site } = await sold(bought, { keep_activations: true });
    const again = await purchase(service, brand, { customer_email: bought.email });
    expect(again.license_key.id).toBe(bought.keyId);
    expect((await verdict(service, bought.site('s1'))).code).toBe('not_activated');
    expect((await activate(service, bought.site('s1'))).body['license_id']).toBe(again.licenses[0]?.id);
    expect((await verdict(service, site('s1'))).license).toMatchObject({ id: bought.id, seats_used: 1 });
  });

  test('stays suspended, or expired, as it was', async () => {
    const bought = await inUse(1);
    await backOffice.suspend(bought.id);
    const { reply, site } = await sold(bought);
    expect(reply.body['status']).toBe('suspended');
    expect((await verdict(service, site('s1'))).code).toBe('suspended');
  });

  test('has its history with it, and who it went to stands there by id', async () => {
    const bought = await inUse(1);
    const { reply } = await sold(bought, { reason: 'sold the site' });
    const history = await backOffice.history(bought.id);
    expect(typesOf(history)).toEqual(['license.provisioned', 'license.activated', 'license.transferred']);
    const { license_key, customer_id } = entryOf(reply);
    expect(history[2]).toMatchObject({
      reason: 'sold the site',
      after: { license_key_id: license_key.id, customer_id, seats_used: 0 },
    });
    expect(history[2]?.before).toMatchObject({ license_key_id: bought.keyId, seats_used: 1 });
    expect(JSON.stringify(history)).not.toContain('@');
  });
});

describe('a transfer', () => {
  test('to who has the license already changes nothing', async () => {
    const bought = await inUse(1);
    const reply = await backOffice.transfer(bought.id, { customer_email: ` ${bought.email.toUpperCase()} ` });
    expect(reply).toMatchObject({ status: 200, body: { seats_used: 1, license_key: { id: bought.keyId } } });
    expect(typesOf(await backOffice.history(bought.id))).not.toContain('license.transferred');
  });

  test('of a cancelled license is refused', async () => {
    const bought = await inUse(0);
    await backOffice.cancel(bought.id);
    const reply = await backOffice.transfer(bought.id, { customer_email: newEmail() });
    expect(reply).toMatchObject({
      status: 409,
      body: { code: 'illegal_transition', from: 'cancelled', action: 'transfer' },
    });
  });

  test('under an idempotency key is made once', async () => {
    const bought = await inUse(1);
    const body = { customer_email: newEmail() };
    const headers = { 'idempotency-key': 'sold-once' };
    const first = await backOffice.transfer(bought.id, body, headers);
    const again = await backOffice.transfer(bought.id, body, headers);
    expect(again).toMatchObject({ status: 200, text: first.text, headers: { 'idempotent-replayed': 'true' } });
    const other = await backOffice.transfer(bought.id, { customer_email: newEmail() }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('to two people at once leaves the license with one of them, and one seat set', async () => {
    for (const _ of upTo(5)) {
      const bought = await inUse(1);
      const emails = [newEmail(), newEmail()];
      const replies = await Promise.all(
        emails.map((customer_email) => backOffice.transfer(bought.id, { customer_email })),
      );
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      const { license_key } = entryOf(await backOffice.get(bought.id));
      for (const email of emails)
        expect(await backOffice.found(email)).toEqual(email === license_key.customer_email ? [bought.id] : []);
      const held = await Promise.all(replies.map((reply) => backOffice.key(entryOf(reply).license_key.id)));
      expect(held.flatMap(({ body }) => body['licenses'])).toHaveLength(1);
    }
  });

  test('of two licenses to one new customer ends on one customer and one key', async () => {
    const [rocket, imagify] = [await backOffice.buy(), await backOffice.buy({ products: ['imagify'] })];
    const customer_email = newEmail();
    const replies = await Promise.all([rocket, imagify].map(({ id }) => backOffice.transfer(id, { customer_email })));
    expect(new Set(replies.map((reply) => entryOf(reply).license_key.id)).size).toBe(1);
    expect((await backOffice.found(customer_email)).sort()).toEqual([rocket.id, imagify.id].sort());
  });

  /** 200 if a call that got 503 had taken the seat by then. */
  const isActive = ({ status }: Reply): boolean => status === 201 || status === 200;

  test('that meets activations on the old key puts none of them on the buyer’s license', async () => {
    for (const keep_activations of [false, true, false, true]) {
      const bought = await backOffice.buy({ max_seats: 50 });
      const [{ reply, site }, ...sites] = await Promise.all([
        sold(bought, { keep_activations }),
        ...upTo(5).map((n) => untilAnswered(() => activate(service, bought.site(`s${n}`)))),
      ]);
      expect(reply.status).toBe(200);
      for (const { reply: site } of sites) if (!isActive(site)) expect(site.body['code']).toBe('product_not_on_key');
      const { license, activations } = await storedLicense(service, bought.id);
      const inOldSet = sites.filter(({ reply: site }) => isActive(site)).length;
      expect(license.seats_used).toBe(keep_activations ? inOldSet : 0);
      expect(seatsTaken(activations)).toBe(inOldSet);
      expect(typesOf(await backOffice.history(bought.id)).at(-1)).toBe('license.transferred');
      expect((await verdict(service, site('s1'))).license?.seats_used).toBe(license.seats_used);
    }
  });
});
