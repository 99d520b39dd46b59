import { describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { inMs, moveClock } from '../support/run/clock.ts';
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
import { DAY_MS } from '../../lib/domain/time.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

const entryOf = ({ body }: Reply): LicenseEntry => body as LicenseEntry;

async function inUse(sites: number): Promise<Bought> {
  const bought = await backOffice.buy({ max_seats: 400 });
  for (const n of upTo(sites)) await activate(service, bought.site(`s${n}`));
  return bought;
}

/** Transfers a license to a new customer, and returns its sites with the new key. */
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
  test('works with the buyer’s key only, and leaves the seller’s key without a product', async () => {
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

  test('is listed for the buyer and on the buyer’s key, and no longer for the seller', async () => {
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

  test('does not affect the other licenses of its old key', async () => {
    const { license_key, licenses } = await purchase(service, brand, { products: ['wp-rocket', 'imagify'] });
    const site = { license_key: license_key.key, product: 'imagify', instance_identifier: 'https://stays.example.com' };
    await activate(service, site);
    await backOffice.transfer(licenses[0]?.id ?? '', { customer_email: newEmail() });
    expect((await verdict(service, site)).code).toBe('valid');
    expect((await check(service, { ...site, product: 'wp-rocket' })).body['code']).toBe('product_not_on_key');
  });

  test('keeps 300 activations with ids and seats on request, and starts without them otherwise', async () => {
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

  test('moves to the buyer’s key if that does not have the product, and otherwise to a new key', async () => {
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

  test('can return to its first customer and key with all of its sites', async () => {
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

  test('makes room on its old key for another license of the same product', async () => {
    const bought = await inUse(1);
    const { site } = await sold(bought, { keep_activations: true });
    const again = await purchase(service, brand, { customer_email: bought.email });
    expect(again.license_key.id).toBe(bought.keyId);
    expect((await verdict(service, bought.site('s1'))).code).toBe('not_activated');
    expect((await activate(service, bought.site('s1'))).body['license_id']).toBe(again.licenses[0]?.id);
    expect((await verdict(service, site('s1'))).license).toMatchObject({ id: bought.id, seats_used: 1 });
  });

  test('stays suspended, and can be resumed', async () => {
    const bought = await inUse(1);
    await backOffice.suspend(bought.id);
    const { reply, site } = await sold(bought, { keep_activations: true });
    expect(reply.body['status']).toBe('suspended');
    expect((await verdict(service, site('s1'))).code).toBe('suspended');
    expect((await backOffice.resume(bought.id)).body['status']).toBe('valid');
    expect((await verdict(service, site('s1'))).code).toBe('valid');
  });

  test('stays expired, with the same expiry', async () => {
    const expires_at = inMs(DAY_MS);
    const bought = await backOffice.buy({ expiration_date: expires_at });
    await activate(service, bought.site('s1'));
    moveClock(DAY_MS);
    const { reply, site } = await sold(bought, { keep_activations: true });
    expect(reply).toMatchObject({ status: 200, body: { status: 'expired', expires_at } });
    expect(await verdict(service, site('s1'))).toMatchObject({ code: 'expired', license: { expires_at } });
  });

  test('keeps its history, which names the new customer by id only', async () => {
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
  test('to the current customer changes nothing', async () => {
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

  test('happens once under an idempotency key', async () => {
    const bought = await inUse(1);
    const body = { customer_email: newEmail() };
    const headers = { 'idempotency-key': 'sold-once' };
    const first = await backOffice.transfer(bought.id, body, headers);
    const again = await backOffice.transfer(bought.id, body, headers);
    expect(again).toMatchObject({ status: 200, text: first.text, headers: { 'idempotent-replayed': 'true' } });
    const other = await backOffice.transfer(bought.id, { customer_email: newEmail() }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('to two customers in parallel leaves the license with one of them', async () => {
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

  test('of two licenses to one new customer in parallel makes one customer and one key', async () => {
    const [rocket, imagify] = [await backOffice.buy(), await backOffice.buy({ products: ['imagify'] })];
    const customer_email = newEmail();
    const replies = await Promise.all([rocket, imagify].map(({ id }) => backOffice.transfer(id, { customer_email })));
    expect(new Set(replies.map((reply) => entryOf(reply).license_key.id)).size).toBe(1);
    expect((await backOffice.found(customer_email)).sort()).toEqual([rocket.id, imagify.id].sort());
  });

  /** The retry of a call that got 503 may answer 200, because the site is already active. */
  const isActive = ({ status }: Reply): boolean => status === 201 || status === 200;

  test('that races activations keeps the seat counter exact, and no later activation uses the old key', async () => {
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
