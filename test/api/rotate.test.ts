import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { atOnce, openBackOffice, ownRequests, type Bought, type BackOffice } from '../support/service/back-office.ts';
import {
  activate,
  check,
  deactivate,
  newEmail,
  purchase,
  requestPurchase,
  verdict,
  type Site,
} from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';
import { HOUR_MS, DAY_MS } from '../../lib/domain/time.ts';

let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
const engine = engineEndpoint();
beforeAll(async () => {
  stopClock('2026-05-01T10:00:00Z');
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  brand = await service.brand();
  backOffice = openBackOffice(service, brand);
});
afterAll(async () => {
  announceEngineEndpoint(engine);
  await proxy.stop();
});

async function inUse(): Promise<Bought & { here: Site }> {
  const bought = await backOffice.buy({ max_seats: 9 });
  await activate(service, bought.site('here'));
  return { ...bought, here: bought.site('here') };
}

async function rotated(keyId: string, overlap_hours = 0): Promise<{ key: string; until: string }> {
  const { status, body } = await backOffice.rotate(keyId, { overlap_hours });
  expect(status).toBe(200);
  return { key: String(body['key']), until: String(body['old_key_valid_until']) };
}

const roundTrips = async (send: () => Promise<unknown>): Promise<number> => {
  proxy.asked.length = 0;
  await send();
  return ownRequests(proxy).length;
};

describe('the old text of a license key', () => {
  test.each([1, 720])(
    'works to the last second of an overlap of %i hours, and is then refused as replaced',
    async (hours) => {
      const { keyId, here } = await inUse();
      const { key, until } = await rotated(keyId, hours);
      const fresh = { ...here, license_key: key };
      for (const site of [here, fresh])
        expect(await verdict(service, site)).toMatchObject({ code: 'valid', license: { seats_used: 1 } });
      moveClock(Date.parse(until) - Date.now() - 1000);
      expect((await verdict(service, here)).code).toBe('valid');
      moveClock(1000);
      expect(await check(service, here)).toMatchObject({ status: 404, body: { code: 'license_key_replaced' } });
      expect((await verdict(service, fresh)).code).toBe('valid');
    },
  );

  test('is refused as replaced at once without an overlap, by checks, activations and purchases', async () => {
    const { keyId, key: old, here, email } = await inUse();
    const { key } = await rotated(keyId);
    const replaced = { status: 404, body: { code: 'license_key_replaced' } };
    expect(await check(service, here)).toMatchObject(replaced);
    const { product: _product, ...unnamed } = here;
    expect(await check(service, unnamed)).toMatchObject(replaced);
    expect(await activate(service, { ...here, instance_identifier: 'https://new.example.com' })).toMatchObject(
      replaced,
    );
    expect(await deactivate(service, here)).toMatchObject(replaced);
    const order = { customer_email: email, products: ['imagify'] };
    expect(await requestPurchase(service, brand, { ...order, license_key: old })).toMatchObject(replaced);
    expect(await requestPurchase(service, brand, { ...order, license_key: key })).toMatchObject({
      status: 201,
      body: { license_key: { id: keyId, key } },
    });
  });

  test('activates, deactivates and buys during the overlap, with the same seats as the new text', async () => {
    const { keyId, key: old, here, email } = await inUse();
    const { key } = await rotated(keyId, 1);
    const there = { ...here, instance_identifier: 'https://there.example.com' };
    expect((await activate(service, there)).body).toMatchObject({ seats_used: 2 });
    const same = await activate(service, { ...there, license_key: key });
    expect(same).toMatchObject({ status: 200, body: { seats_used: 2 } });
    expect((await deactivate(service, here)).body).toMatchObject({ seats_used: 1 });
    const reply = await requestPurchase(service, brand, {
      customer_email: email,
      products: ['imagify'],
      license_key: old,
    });
    expect(reply).toMatchObject({ status: 201, body: { license_key: { id: keyId, key } } });
  });

  test('keeps its own overlap if the key is rotated again within it', async () => {
    const { keyId, here } = await inUse();
    const second = await rotated(keyId, 48);
    const third = await rotated(keyId, 1);
    const [now, later] = [third.key, second.key].map((license_key) => ({ ...here, license_key }));
    const codes = async (): Promise<unknown[]> =>
      (await Promise.all([here, later ?? here, now ?? here].map((site) => check(service, site)))).map(
        ({ body }) => body['code'],
      );
    expect(await codes()).toEqual(['valid', 'valid', 'valid']);
    moveClock(HOUR_MS);
    expect(await codes()).toEqual(['valid', 'license_key_replaced', 'valid']);
    moveClock(47 * HOUR_MS);
    expect(await codes()).toEqual(['license_key_replaced', 'license_key_replaced', 'valid']);
  });
});

describe('a rotated license key', () => {
  test('keeps its id, licenses and seats, and shows its new text everywhere', async () => {
    const { id, keyId, key: old, email } = await inUse();
    const { key } = await rotated(keyId);
    expect(key).not.toBe(old);
    expect((await backOffice.key(keyId)).body).toMatchObject({
      id: keyId,
      key,
      licenses: [{ id, seats_used: 1, license_key: { key } }],
    });
    expect((await backOffice.get(id)).body).toMatchObject({ license_key: { id: keyId, key } });
    const { license_key } = await purchase(service, brand, { customer_email: email, products: ['imagify'] });
    expect(license_key).toMatchObject({ id: keyId, key });
  });

  test('is journaled without its text and without gaps', async () => {
    const { keyId, key: old } = await inUse();
    const texts = [old];
    for (const _ of [1, 2, 3]) texts.push((await rotated(keyId, 1)).key);
    moveClock(-DAY_MS);
    texts.push((await rotated(keyId, 1)).key);
    moveClock(DAY_MS);
    const entries = journalIn(await wholeTable(service)).filter(({ entity }) => entity.id === keyId);
    expect(entries.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 license_key.created',
      ...[2, 3, 4, 5].map((seq) => `${seq} license_key.rotated`),
    ]);
    expect(entries.map(({ occurred_at }) => occurred_at)).toEqual(entries.map(({ occurred_at }) => occurred_at).sort());
    for (const text of texts) expect(JSON.stringify(entries)).not.toContain(text.slice(-9));
  });

  test('is rotated once under one idempotency key', async () => {
    const { keyId } = await inUse();
    const headers = { 'idempotency-key': 'rotate-once' };
    const first = await backOffice.rotate(keyId, { overlap_hours: 1 }, headers);
    const again = await backOffice.rotate(keyId, { overlap_hours: 1 }, headers);
    expect(again).toMatchObject({ status: 200, text: first.text, headers: { 'idempotent-replayed': 'true' } });
    expect(await backOffice.rotate(keyId, { overlap_hours: 2 }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect((await backOffice.key(keyId)).body['key']).toBe(first.body['key']);
  });

  test('has both texts one after the other, if it was rotated by two calls at once', async () => {
    const { keyId, here } = await inUse();
    const replies = await atOnce(2, () => backOffice.rotate(keyId));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const texts = replies.map(({ body }) => String(body['key']));
    const present = String((await backOffice.key(keyId)).body['key']);
    expect(texts).toContain(present);
    for (const license_key of texts) {
      expect((await check(service, { ...here, license_key })).body['code']).toBe(
        license_key === present ? 'valid' : 'license_key_replaced',
      );
    }
  });

  test('is used by a parallel purchase, and both succeed', async () => {
    const { keyId, email, here } = await inUse();
    const [{ key }, bought] = await Promise.all([
      rotated(keyId),
      purchase(service, brand, { customer_email: email, products: ['imagify'] }),
    ]);
    expect(bought.license_key.id).toBe(keyId);
    const { body } = await backOffice.key(keyId);
    expect(body).toMatchObject({ key });
    expect(body['licenses']).toHaveLength(2);
    expect((await verdict(service, { ...here, license_key: key })).code).toBe('valid');
  });

  test('is not found by another brand, nor by another entity’s id', async () => {
    const { id, keyId } = await inUse();
    const other = openBackOffice(service, await service.brand());
    for (const reply of [await other.rotate(keyId), await backOffice.rotate(id), await backOffice.rotate(brand.id)]) {
      expect(reply).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
    }
  });
});

test('a rotation or move costs three requests, and a check two afterwards, or one by the old key', async () => {
  const [turned, sold, changed] = [await inUse(), await inUse(), await inUse()];
  const buyer = newEmail();
  expect(await roundTrips(() => backOffice.rotate(turned.keyId))).toBe(3);
  expect(await roundTrips(() => backOffice.transfer(sold.id, { customer_email: buyer, keep_activations: true }))).toBe(
    3,
  );
  expect(await roundTrips(() => backOffice.change(changed.id, { product: 'imagify' }))).toBe(3);
  const sites: Site[] = [
    { ...turned.here, license_key: String((await backOffice.key(turned.keyId)).body['key']) },
    { ...sold.here, license_key: ((await backOffice.get(sold.id)).body['license_key'] as { key: string }).key },
    { ...changed.here, product: 'imagify' },
  ];
  for (const site of sites) {
    expect(
      await roundTrips(async () =>
        expect(await verdict(service, site)).toMatchObject({ code: 'valid', license: { seats_used: 1 } }),
      ),
    ).toBe(2);
  }
  for (const old of [sold.here, changed.here]) expect(await roundTrips(() => check(service, old))).toBe(1);
  expect(await roundTrips(() => check(service, turned.here))).toBe(1);
});
