import { afterAll, describe, expect, test } from '@jest/globals';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { rotateLicenseKey } from '../../lib/api/license-keys.ts';
import { KEYS_REMEMBERED } from '../../lib/table/held-keys.ts';
import { expectKeysAgree } from '../support/table/key-consistency.ts';
import { newEmail, purchase, requestPurchase, untilAnswered } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { overwrite, upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const MANY = upTo(10).map((n) => `product-${n}`);
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service, {
  products: Object.fromEntries(['wp-rocket', 'imagify', ...MANY].map((slug) => [slug, {}])),
});
afterAll(() => proxy.stop());

let orders = 0;

/**
 * Sends all purchases at once. Returns their answers, and the highest number of plans that one of them lost to
 * another. If a busy machine does not answer in time, it retries with the same idempotency key, as a shop should.
 */
async function burst(bodies: readonly object[]): Promise<{ answers: ProvisionAnswer[]; failures: number }> {
  const lost = new Map<string, Set<string>>();
  proxy.tamper = async ({ input }, forward) => {
    const answer = await forward();
    const order = orderIn(input);
    // A transaction without an answer is sent again with the same token, which is not a new plan.
    if (order !== undefined && isLost(answer.body))
      lost.set(order, (lost.get(order) ?? new Set()).add(String(input['ClientRequestToken'])));
    return answer;
  };
  const buy = async (body: object): Promise<Reply> => {
    orders += 1;
    const order = `order-${String(orders)}`;
    const numbered = { ...body, external_id: order, idempotency_key: order };
    return (await untilAnswered(() => requestPurchase(service, brand, numbered))).reply;
  };
  const replies = await Promise.all(bodies.map(buy));
  proxy.tamper = undefined;
  expect(replies.map(({ status }) => status)).toEqual(Array(bodies.length).fill(201));
  return {
    answers: replies.map(({ body }) => body as ProvisionAnswer),
    failures: Math.max(0, ...[...lost.values()].map(({ size }) => size)),
  };
}

/** The order number that a transaction claims. */
function orderIn({ TransactItems = [] }: { TransactItems?: TransactWriteItem[] }): string | undefined {
  const claim = TransactItems.find(({ Put }) => Put?.Item?.['license_ids'] !== undefined);
  return claim?.Put?.Item?.['external_id']?.S;
}

/**
 * True if another purchase caused the failure, rather than this one's own earlier try. The first items of the
 * transaction are the purchase's own: its stored answer and its order number.
 */
function isLost(body: string): boolean {
  const { CancellationReasons: reasons = [] } = JSON.parse(body) as { CancellationReasons?: { Code?: string }[] };
  const failed = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
  return failed >= OWN_ITEMS;
}
const OWN_ITEMS = 3;

const keysOf = (answers: readonly ProvisionAnswer[]): Set<string> => new Set(answers.map((one) => one.license_key.id));

describe.each([
  ['without licenses', []],
  ['who has the product', [{}]],
  ['who has another product', [{ products: ['imagify'] }]],
  ['who has the product as the second on a key', [{ products: ['imagify'] }, {}]],
] as const)('ten parallel purchases of one product by a customer %s', (_, before) => {
  test('make one key each and lose at most three plans each', async () => {
    const customer_email = newEmail();
    for (const body of before) await purchase(service, brand, { customer_email, ...body });
    const { answers, failures } = await burst(upTo(10).map(() => ({ customer_email })));
    expect(keysOf(answers).size).toBe(10);
    expect(failures).toBeLessThanOrEqual(3);
  });
});

test('parallel purchases of different products share one key and lose at most three plans each', async () => {
  for (const before of [[], [{ products: ['imagify'] }]]) {
    const customer_email = newEmail();
    for (const body of before) await purchase(service, brand, { customer_email, ...body });
    const { answers, failures } = await burst(MANY.map((product) => ({ customer_email, products: [product] })));
    expect(keysOf(answers).size).toBe(1);
    expect(failures).toBeLessThanOrEqual(3);
  }
});

test('parallel purchases that request a new key lose at most one plan each', async () => {
  const customer_email = newEmail();
  const { failures } = await burst(upTo(10).map(() => ({ customer_email, license_key: 'new' })));
  expect(failures).toBeLessThanOrEqual(1);
  const known = await burst(upTo(10).map(() => ({ customer_email, license_key: 'new' })));
  expect(known.failures).toBe(0);
});

test.each(['per_customer', 'by its text'])(
  'a purchase that extends a key (%s) shows the text of a rotation that came first',
  async (how) => {
    const customer_email = newEmail();
    const { license_key } = await purchase(service, brand, { customer_email });
    let rotated: Reply | undefined;
    proxy.tamper = async ({ operation }, forward) => {
      if (operation !== 'TransactWriteItems') return forward();
      proxy.tamper = undefined;
      const params = { license_key_id: license_key.id };
      rotated = await service.call(rotateLicenseKey, { apiKey: brand.apiKey, params, body: { overlap_hours: 1 } });
      return forward();
    };
    const body = { customer_email, products: ['imagify'], license_key: how === 'per_customer' ? how : license_key.key };
    const extended = await purchase(service, brand, body);
    expect(extended.license_key).toMatchObject({ id: license_key.id, key: rotated?.body['key'] });
    expect(extended.license_key.key).not.toBe(license_key.key);
  },
);

test('a purchase decides again if the customer’s item forgets the key in the meantime', async () => {
  const customer_email = newEmail();
  const first = await purchase(service, brand, { customer_email });
  const customerOf = async (): Promise<StoredItem> => {
    const items = await wholeTable(service);
    const key = items.find(({ id, sk }) => sk === 'key' && id === first.license_key.id);
    const customer = items.find(({ id, sk }) => sk === 'person' && id === key?.['customer_id']);
    if (customer === undefined) throw new Error('there is no customer');
    return customer;
  };
  proxy.tamper = async ({ operation }, forward) => {
    if (operation !== 'TransactWriteItems') return forward();
    proxy.tamper = undefined;
    await overwrite(service, await customerOf(), { keys: {}, held_by_all: [] });
    return forward();
  };
  const second = await purchase(service, brand, { customer_email, products: ['imagify'] });
  expect(second.license_key.id).not.toBe(first.license_key.id);
  expect(Object.keys((await customerOf())['keys'] as object)).toEqual([second.license_key.id]);
});

test('two products that a customer already has, bought in parallel, share one new key', async () => {
  const customer_email = newEmail();
  const first = await purchase(service, brand, { customer_email, products: ['wp-rocket', 'imagify'] });
  const { answers } = await burst([
    { customer_email, products: ['wp-rocket'] },
    { customer_email, products: ['imagify'] },
  ]);
  expect(keysOf(answers).size).toBe(1);
  expect(keysOf(answers)).not.toContain(first.license_key.id);
});

test('a purchase uses the newest key without its product, even after eight parallel purchases', async () => {
  const customer_email = newEmail();
  await burst(upTo(8).map(() => ({ customer_email })));
  const items = await wholeTable(service);
  const made = items.filter(
    ({ sk, pk, id }) => sk === 'key' && id !== undefined && pk.startsWith(`${brand.key_prefix}#`),
  );
  const { license_key } = await purchase(service, brand, { customer_email, products: ['imagify'] });
  const newestFirst = made
    .map(({ id }) => String(id))
    .sort()
    .reverse();
  expect(license_key.id).toBe(newestFirst[0]);
});

test('a customer’s item remembers the newest keys and has a maximum size', async () => {
  const customer_email = newEmail();
  const { license_key } = await purchase(service, brand, { customer_email });
  for (const _ of upTo(4)) await burst(upTo(10).map(() => ({ customer_email })));
  await purchase(service, brand, { customer_email });
  const items = await wholeTable(service);
  const key = items.find(({ id, sk }) => sk === 'key' && id === license_key.id);
  const held = items.filter(({ sk, customer_id }) => sk === 'key' && customer_id === key?.['customer_id']);
  const customer = items.find(({ sk, id }) => sk === 'person' && id === key?.['customer_id']);
  const newest = held.map(({ id }) => String(id)).sort();
  expect(held).toHaveLength(42);
  expect(Object.keys(customer?.['keys'] as object).sort()).toEqual(newest.slice(-KEYS_REMEMBERED));
});

test('a customer with far more keys than are remembered can buy, and the surplus is removed step by step', async () => {
  const other = await service.brand();
  const customer_email = newEmail();
  await purchase(service, other, { customer_email });
  const remembered = async (): Promise<{ item: StoredItem; held: Record<string, unknown> }> => {
    const item = (await wholeTable(service)).find(
      ({ pk, sk }) => sk === 'person' && pk.startsWith(`${other.key_prefix}#`),
    );
    if (item === undefined) throw new Error('there is no customer');
    return { item, held: item['keys'] as Record<string, unknown> };
  };
  const { item, held } = await remembered();
  const older = upTo(600).map((n) => [`0-${String(n).padStart(4, '0')}`, Object.values(held)[0]] as const);
  await overwrite(service, item, { keys: { ...held, ...Object.fromEntries(older) } });
  for (const _ of upTo(6)) await purchase(service, other, { customer_email });
  const kept = Object.keys((await remembered()).held).sort();
  expect(kept).toHaveLength(KEYS_REMEMBERED);
  expect(kept.slice(0, -7)).toEqual(older.slice(-(KEYS_REMEMBERED - 7)).map(([id]) => id));
});

test('keys, licenses and customer items agree after all bursts above', async () => {
  expectKeysAgree(await wholeTable(service), brand.key_prefix);
});
