import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import type { Tamper } from '../support/table/fault-proxy.ts';
import { activate, deactivate, firstOf, newEmail, purchase, requestPurchase } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { storedLicense, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

/** The engine commits, and the answers to the first `count` transactions never arrive. */
function loseAnswers(count: number): void {
  let left = count;
  proxy.tamper = async ({ operation }, forward) => {
    const answer = await forward();
    return operation === 'TransactWriteItems' && left-- > 0 ? 'lost' : answer;
  };
}

/**
 * The engine commits under one token and the answer is lost. The transaction then arrives under another token, as it
 * may after ten minutes.
 */
const underAnotherToken: Tamper = async ({ operation, input }, forward) => {
  const answer = await forward();
  return operation === 'TransactWriteItems' ? forward({ ...input, ClientRequestToken: randomUUID() }) : answer;
};

const licensesOf = async (customerEmail: string): Promise<number> => {
  const { body } = await requestPurchase(service, brand, {
    customer_email: customerEmail,
    license_key: 'new',
    products: ['imagify'],
  });
  const items = await wholeTable(service);
  const key = items.find(({ id }) => id === (body as ProvisionAnswer).license_key.id);
  return items.filter(({ sk, customer_id }) => sk === 'license' && customer_id === key?.['customer_id']).length - 1;
};

function expectReplay(reply: Reply, status: number): void {
  expect(reply).toMatchObject({ status, headers: { 'idempotent-replayed': 'true' } });
}

describe('a lost answer', () => {
  test('of a purchase is returned to a retry under its idempotency key, without a second purchase', async () => {
    const body = { customer_email: newEmail(), external_id: 'order-lost', idempotency_key: 'lost-purchase' };
    loseAnswers(3);
    const lost = await requestPurchase(service, brand, body);
    expect(lost).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(lost.headers['retry-after']).toBeDefined();
    const retry = await requestPurchase(service, brand, body);
    expectReplay(retry, 201);
    expectReplay(await requestPurchase(service, brand, body), 201);
    expect((retry.body as ProvisionAnswer).license_key.customer_email).toBe(body.customer_email);
    expect(await licensesOf(body.customer_email)).toBe(1);
  });

  test('of an activation is returned to a retry under its idempotency key, without a second seat', async () => {
    const bought = await purchase(service, brand, { max_seats: 3 });
    const site = {
      license_key: bought.license_key.key,
      product: 'wp-rocket',
      instance_identifier: 'https://shop.example',
    };
    const once = { headers: { 'Idempotency-Key': 'lost-seat' } };
    loseAnswers(3);
    expect((await activate(service, site, once)).status).toBe(503);
    const retry = await activate(service, site, once);
    expectReplay(retry, 201);
    expect(retry.body).toMatchObject({ seats_used: 1, seats_remaining: 2 });
    const { license, journal } = await storedLicense(service, firstOf(bought.licenses).id);
    expect(license).toMatchObject({ seats_used: 1, seq: 2 });
    expect(journal).toHaveLength(2);
  });

  test('of a deactivation is returned to a retry under its idempotency key, and one seat is freed', async () => {
    const bought = await purchase(service, brand, { max_seats: 3 });
    const site = {
      license_key: bought.license_key.key,
      product: 'wp-rocket',
      instance_identifier: 'https://shop.example',
    };
    await activate(service, site);
    const once = { headers: { 'Idempotency-Key': 'lost-leave' } };
    loseAnswers(3);
    expect((await deactivate(service, site, once)).status).toBe(503);
    expectReplay(await deactivate(service, site, once), 200);
    expect((await storedLicense(service, firstOf(bought.licenses).id)).license).toMatchObject({
      seats_used: 0,
      seq: 3,
    });
  });

  test('of an activation without an idempotency key does not lead to a second seat', async () => {
    const bought = await purchase(service, brand, { max_seats: 3 });
    const site = {
      license_key: bought.license_key.key,
      product: 'wp-rocket',
      instance_identifier: 'https://shop.example',
    };
    loseAnswers(3);
    expect((await activate(service, site)).status).toBe(503);
    expect(await activate(service, site)).toMatchObject({ status: 200, body: { seats_used: 1 } });
  });

  test('does not reach the caller if it happens once, since the client retries with the same token', async () => {
    const customer_email = newEmail();
    loseAnswers(1);
    expect(await requestPurchase(service, brand, { customer_email })).toMatchObject({ status: 201 });
    expect(await licensesOf(customer_email)).toBe(1);
  });

  test('of a request that was not committed leaves no item, and its idempotency key stays free', async () => {
    const body = { customer_email: newEmail(), idempotency_key: 'died-early' };
    // The minute of a rate limit may end meanwhile.
    const count = async () => (await wholeTable(service)).filter(({ pk }) => !pk.includes('#rate#')).length;
    const before = await count();
    proxy.tamper = ({ operation }, forward) =>
      operation === 'TransactWriteItems' ? Promise.resolve('lost') : forward();
    expect((await requestPurchase(service, brand, body)).status).toBe(503);
    proxy.tamper = undefined;
    expect(await count()).toBe(before);
    const retry = await requestPurchase(service, brand, body);
    expect(retry.status).toBe(201);
    expect(retry.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('a committed transaction that arrives again under another token', () => {
  test('is recognized by its journal entry, so that its purchase is answered as created', async () => {
    proxy.tamper = underAnotherToken;
    const customer_email = newEmail();
    const reply = await requestPurchase(service, brand, {
      customer_email,
      external_id: 'order-twice-sent',
      idempotency_key: 'twice-sent',
    });
    expect(reply.status).toBe(201);
    expect(reply.headers['idempotent-replayed']).toBeUndefined();
    proxy.tamper = undefined;
    expect(await licensesOf(customer_email)).toBe(1);
  });

  test('is recognized for an activation and a deactivation', async () => {
    const bought = await purchase(service, brand, { max_seats: 3 });
    const site = {
      license_key: bought.license_key.key,
      product: 'wp-rocket',
      instance_identifier: 'https://shop.example',
    };
    proxy.tamper = underAnotherToken;
    expect(await activate(service, site)).toMatchObject({ status: 201, body: { seats_used: 1 } });
    expect(await deactivate(service, site)).toMatchObject({ status: 200, body: { seats_used: 0 } });
    proxy.tamper = undefined;
    const { license, journal } = await storedLicense(service, firstOf(bought.licenses).id);
    expect(license.seq).toBe(3);
    expect(journal).toHaveLength(3);
  });
});
