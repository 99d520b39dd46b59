import { expect, test } from '@jest/globals';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { newEmail, purchase, requestPurchase, untilAnswered } from '../support/service/purchases.ts';
import { journalIn, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const TEN = upTo(10).map((n) => `product-${n}`);
const service = useService();
const brand = useBrand(service, {
  products: Object.fromEntries(['wp-rocket', 'imagify', ...TEN].map((slug) => [slug, {}])),
});

/** Sends all purchases at once and returns their final answers. */
async function atOnce(bodies: object[]): Promise<ProvisionAnswer[]> {
  const outcomes = await Promise.all(bodies.map((body) => untilAnswered(() => requestPurchase(service, brand, body))));
  for (const { reply } of outcomes) expect(reply).toMatchObject({ status: 201 });
  return outcomes.map(({ reply }) => reply.body as ProvisionAnswer);
}

const keysOf = (answers: readonly ProvisionAnswer[]): Set<string> =>
  new Set(answers.map(({ license_key }) => license_key.key));

async function listed(email: string): Promise<{ key: string; slug: string }[]> {
  const reply = await service.call(listLicenses, { apiKey: brand.apiKey, query: { email } });
  const { licenses } = reply.body as { licenses: { license_key: { key: string }; product: { slug: string } }[] };
  return licenses.map(({ license_key, product }) => ({ key: license_key.key, slug: product.slug }));
}

test('two products bought in parallel by a new customer get licenses on one key', async () => {
  const customer_email = newEmail();
  const answers = await atOnce([
    { customer_email, products: ['wp-rocket'] },
    { customer_email, products: ['imagify'] },
  ]);
  expect(keysOf(answers).size).toBe(1);
  const licenses = await listed(customer_email);
  expect(licenses.map(({ slug }) => slug).sort()).toEqual(['imagify', 'wp-rocket']);
  expect(new Set(licenses.map(({ key }) => key))).toEqual(keysOf(answers));
});

test('ten products bought in parallel get ten licenses on one key', async () => {
  const customer_email = newEmail();
  const answers = await atOnce(TEN.map((product) => ({ customer_email, products: [product] })));
  expect(keysOf(answers).size).toBe(1);
  expect((await listed(customer_email)).map(({ slug }) => slug).sort()).toEqual([...TEN].sort());
});

test('one product bought twice in parallel gets two keys', async () => {
  const customer_email = newEmail();
  const answers = await atOnce([{ customer_email }, { customer_email }]);
  expect(keysOf(answers).size).toBe(2);
  expect(await listed(customer_email)).toHaveLength(2);
});

test('parallel purchases that request new keys get one each', async () => {
  const customer_email = newEmail();
  const answers = await atOnce(
    ['wp-rocket', 'imagify', 'product-1'].map((product) => ({
      customer_email,
      products: [product],
      license_key: 'new',
    })),
  );
  expect(keysOf(answers).size).toBe(3);
});

test('parallel purchases that extend one key all use that key', async () => {
  const customer_email = newEmail();
  for (const license_key of ['new', 'per_customer']) {
    const { license_key: key } = await purchase(service, brand, {
      customer_email,
      license_key,
      products: ['wp-rocket'],
    });
    const answers = await atOnce(
      TEN.slice(0, 4).map((product) => ({ customer_email, products: [product], license_key: key.key })),
    );
    expect(keysOf(answers)).toEqual(new Set([key.key]));
  }
});

test('parallel renewals by purchase all take effect', async () => {
  const customer_email = newEmail();
  await purchase(service, brand, { customer_email, expiration_date: '2090-01-31T00:00:00Z' });
  const renewals = upTo(5).map(() => ({ customer_email, if_held: 'renew', duration: 'P1Y' }));
  const outcomes = await Promise.all(
    renewals.map((body) => untilAnswered(() => requestPurchase(service, brand, body))),
  );
  expect(outcomes.map(({ reply }) => reply.status)).toEqual([200, 200, 200, 200, 200]);
  const dates = outcomes.map(({ reply }) => (reply.body as ProvisionAnswer).licenses[0]?.expires_at).sort();
  expect(dates).toEqual([2091, 2092, 2093, 2094, 2095].map((year) => `${year}-01-31T00:00:00Z`));
});

test('parallel purchases with one external id succeed once, and the refusals name the result', async () => {
  const replies = await Promise.all(
    upTo(8).map(() => requestPurchase(service, brand, { external_id: 'order-parallel' })),
  );
  const [made, ...more] = replies.filter(({ status }) => status === 201);
  expect(more).toEqual([]);
  const { license_key, licenses } = made?.body as ProvisionAnswer;
  const refused = replies.filter(({ status }) => status !== 201);
  expect(refused).toHaveLength(7);
  for (const reply of refused) {
    const named = { license_key_id: license_key.id, license_ids: licenses.map(({ id }) => id) };
    expect(reply).toMatchObject({
      status: 409,
      body: { code: 'external_id_taken', external_id: 'order-parallel', ...named },
    });
  }
});

test('an external id stays taken, names the licenses made by it, and is free for another brand', async () => {
  const first = await purchase(service, brand, { external_id: 'order-1', products: ['wp-rocket', 'imagify'] });
  const second = await requestPurchase(service, brand, { external_id: 'order-1' });
  const license_ids = first.licenses.map(({ id }) => id);
  expect(second).toMatchObject({
    status: 409,
    body: { code: 'external_id_taken', license_key_id: first.license_key.id, license_ids },
  });
  const other = await service.brand();
  expect(await requestPurchase(service, other, { external_id: 'order-1' })).toMatchObject({ status: 201 });
});

test('an external id of a refused purchase stays free', async () => {
  expect(await requestPurchase(service, brand, { external_id: 'order-2', products: ['unknown'] })).toMatchObject({
    status: 404,
  });
  expect(await requestPurchase(service, brand, { external_id: 'order-2' })).toMatchObject({ status: 201 });
});

test('the license map of each key, its count and the licenses agree after the races above', async () => {
  const items = await wholeTable(service);
  const licenses = items.filter(({ sk }) => sk === 'license');
  const held = items.filter(({ pk, sk }) => sk === 'key' && pk.startsWith(`${brand.key_prefix}#`));
  expect(held.length).toBeGreaterThan(5);
  for (const key of held) {
    const entries = Object.entries(key).filter(([name]) => name.startsWith('product#'));
    expect(key['license_count']).toBe(entries.length);
    const carried = licenses.filter((license) => license['license_key_id'] === key['id']).map(({ id }) => id);
    expect(entries.map(([, entry]) => (entry as { license_id: string }).license_id).sort()).toEqual(carried.sort());
  }
  const made = journalIn(items).filter(({ type }) => type === 'license.provisioned');
  expect(made).toHaveLength(licenses.length);
});
