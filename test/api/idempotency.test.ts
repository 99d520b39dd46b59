import { describe, expect, test } from '@jest/globals';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { pick } from '../../lib/domain/pick.ts';
import type { ActivateAnswer } from '../../lib/api/activate.ts';
import { adminCreateApiKey } from '../../lib/api/api-keys.ts';
import {
  activate,
  deactivate,
  firstOf,
  newEmail,
  purchase,
  requestPurchase,
  untilAnswered,
  verdict,
} from '../support/service/purchases.ts';
import { withoutFreshness } from '../support/service/freshness.ts';
import type { Reply } from '../support/service/service.ts';
import { overwrite, storedLicense, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';

/** The fields of an activation's answer that a replay repeats. All others are recomputed. */
const ANSWER = ['activation_id', 'license_id', 'status', 'seats_used', 'seats_remaining', 'activated_at'] as const;

let keysUsed = 0;
function newKey(): string {
  keysUsed += 1;
  return `once-${String(keysUsed)}`;
}
const under = (key: string): { headers: Record<string, string> } => ({ headers: { 'Idempotency-Key': key } });
const service = useService();
const brand = useBrand(service);

/** Expects equal answers, of which exactly one is not a replay. */
function expectOneEffect(replies: readonly Reply[]): void {
  expect(new Set(replies.map(({ status, text }) => `${status} ${withoutFreshness(text)}`)).size).toBe(1);
  const first = replies.filter(({ headers }) => headers['idempotent-replayed'] === undefined);
  expect(first).toHaveLength(1);
  for (const { headers } of replies.filter((reply) => !first.includes(reply)))
    expect(headers['idempotent-replayed']).toBe('true');
}

const inParallel = async (send: () => Promise<Reply>): Promise<Reply[]> =>
  (await Promise.all(upTo(10).map(() => untilAnswered(send)))).map(({ reply }) => reply);

describe('the same request under the same idempotency key', () => {
  test('makes one purchase with one answer out of ten parallel calls', async () => {
    const body = { customer_email: newEmail(), products: ['wp-rocket', 'imagify'], external_id: 'order-ten' };
    const key = newKey();
    const replies = await inParallel(() => requestPurchase(service, brand, body, { 'Idempotency-Key': key }));
    expect(replies[0]?.status).toBe(201);
    expectOneEffect(replies);
    const { license_key } = replies[0]?.body as ProvisionAnswer;
    const items = await wholeTable(service);
    const made = items.filter(
      (item) => item['customer_id'] === items.find(({ id }) => id === license_key.id)?.['customer_id'],
    );
    expect(made.filter(({ sk }) => sk === 'license')).toHaveLength(2);
    expect(made.filter(({ sk }) => sk === 'key')).toHaveLength(1);
  });

  test('makes one activation with one answer out of ten parallel calls', async () => {
    const bought = await purchase(service, brand, { max_seats: 5 });
    const site = { license_key: bought.license_key.key, instance_identifier: 'https://shop.example' };
    const key = newKey();
    const replies = await inParallel(() => activate(service, site, under(key)));
    expect(replies[0]?.status).toBe(201);
    expectOneEffect(replies);
    const { license, journal } = await storedLicense(service, firstOf(bought.licenses).id);
    expect(license.seats_used).toBe(1);
    expect(journal).toHaveLength(2);
  });

  test('gets the first answer after later changes, and changes nothing', async () => {
    const bought = await purchase(service, brand, { max_seats: 5 });
    const site = { license_key: bought.license_key.key, instance_identifier: 'https://shop.example' };
    const [on, off] = [newKey(), newKey()];
    const activated = await activate(service, site, under(on));
    const deactivated = await deactivate(service, site, under(off));
    const replay = await activate(service, site, under(on));
    expect(replay).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    const answerOf = ({ body }: Reply): object => pick(ANSWER, body as ActivateAnswer);
    expect(answerOf(replay)).toEqual(answerOf(activated));
    expect(replay.body).toMatchObject({ stale_ok_until: null, detail: expect.stringContaining('Activate it here') });
    expect((await verdict(service, site)).is_activated).toBe(false);
    await activate(service, site);
    expect(await deactivate(service, site, under(off))).toMatchObject({ status: 200, text: deactivated.text });
    expect((await verdict(service, site)).is_activated).toBe(true);
  });

  test('may order and spell its fields differently', async () => {
    const customer_email = newEmail();
    const idempotency_key = newKey();
    const first = await requestPurchase(service, brand, {
      customer_email,
      max_seats: 2,
      expiration_date: '2099-12-31',
      idempotency_key,
    });
    const again = await requestPurchase(service, brand, {
      idempotency_key,
      expiration_date: '2099-12-31T23:59:59Z',
      max_seats: 2,
      customer_email,
    });
    expect(again).toMatchObject({ status: 201, text: first.text });
    expectOneEffect([first, again]);
  });

  test('gets the first answer of an activation that found its site active, even after a deactivation', async () => {
    const bought = await purchase(service, brand, {});
    const site = { license_key: bought.license_key.key, instance_identifier: 'https://shop.example' };
    const key = newKey();
    await activate(service, site);
    const found = await activate(service, site, under(key));
    expect(found).toMatchObject({ status: 200, body: { seats_used: 1 } });
    await deactivate(service, site);
    const replay = await activate(service, site, under(key));
    expect(replay).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(pick(ANSWER, replay.body as ActivateAnswer)).toEqual(pick(ANSWER, found.body as ActivateAnswer));
  });

  test('creates an API key once, and shows its text again', async () => {
    const call = {
      apiKey: service.platformKey,
      params: { brand_id: brand.id },
      body: { name: 'twice' },
      headers: { 'Idempotency-Key': newKey() },
    };
    expectOneEffect(await inParallel(() => service.call(adminCreateApiKey, call)));
  });
});

describe('an idempotency key reused for another request', () => {
  test('is refused with 422 on provision, activate and deactivate, and changes nothing', async () => {
    const [forPurchase, forSite] = [newKey(), newKey()];
    const customer_email = newEmail();
    const bought = (await requestPurchase(service, brand, { customer_email }, { 'Idempotency-Key': forPurchase }))
      .body as ProvisionAnswer;
    const other = await requestPurchase(
      service,
      brand,
      { customer_email, max_seats: 9 },
      { 'Idempotency-Key': forPurchase },
    );
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const license_key = bought.license_key.key;
    expect(
      await activate(service, { license_key, instance_identifier: 'https://a.example' }, under(forSite)),
    ).toMatchObject({ status: 201 });
    const elsewhere = await activate(
      service,
      { license_key, instance_identifier: 'https://b.example' },
      under(forSite),
    );
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const otherVerb = await deactivate(
      service,
      { license_key, instance_identifier: 'https://a.example' },
      under(forSite),
    );
    expect(otherVerb).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const { license } = await storedLicense(service, firstOf(bought.licenses).id);
    expect(license).toMatchObject({ seat_limit: 1, seats_used: 1 });
  });

  test('in parallel lets exactly one of the requests succeed', async () => {
    const idempotency_key = newKey();
    const bodies = upTo(6).map(() => ({ customer_email: newEmail(), idempotency_key }));
    const replies = await Promise.all(bodies.map((body) => requestPurchase(service, brand, body)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
  });
});

describe('an idempotency key', () => {
  test('may be in header and body if both are equal, and is refused if they differ', async () => {
    const key = newKey();
    const body = { customer_email: newEmail(), idempotency_key: key };
    const first = await requestPurchase(service, brand, body);
    const both = await requestPurchase(service, brand, body, { 'Idempotency-Key': key });
    const header = await requestPurchase(
      service,
      brand,
      { customer_email: body.customer_email },
      { 'Idempotency-Key': key },
    );
    expectOneEffect([first, both, header]);
    const differing = await requestPurchase(service, brand, body, { 'Idempotency-Key': newKey() });
    expect(differing).toMatchObject({ status: 400, body: { errors: [{ pointer: '/idempotency_key' }] } });
  });

  test('belongs to one credential, so that others can use the same key', async () => {
    const { api_key } = (
      await service.call(adminCreateApiKey, {
        apiKey: service.platformKey,
        params: { brand_id: brand.id },
        body: { name: 'second' },
      })
    ).body as { api_key: string };
    const body = { customer_email: newEmail(), idempotency_key: newKey() };
    const other = await service.brand();
    const replies = [brand, { ...brand, apiKey: api_key }, other].map((caller) =>
      requestPurchase(service, caller, body),
    );
    for (const reply of await Promise.all(replies)) {
      expect(reply.status).toBe(201);
      expect(reply.headers['idempotent-replayed']).toBeUndefined();
    }
    const key = newKey();
    for (const bought of [await purchase(service, brand), await purchase(service, brand)]) {
      const site = { license_key: bought.license_key.key, instance_identifier: 'https://same.example' };
      const reply = await activate(service, site, under(key));
      expect(reply).toMatchObject({ status: 201, body: { license_id: firstOf(bought.licenses).id } });
    }
  });
});

describe('the record of an idempotency key', () => {
  test('is not written for a refused activation, which can succeed later', async () => {
    const bought = await purchase(service, brand, { max_seats: 1 });
    const license_key = bought.license_key.key;
    const [holder, waiting] = ['https://holder.example', 'https://waiting.example'].map((site) => ({
      license_key,
      instance_identifier: site,
    }));
    if (!holder || !waiting) throw new Error('two sites are needed');
    const key = newKey();
    await activate(service, holder);
    expect(await activate(service, waiting, under(key))).toMatchObject({
      status: 422,
      body: { code: 'seat_limit_reached' },
    });
    await deactivate(service, holder);
    const seated = await activate(service, waiting, under(key));
    expect(seated.status).toBe(201);
    expect(seated.headers['idempotent-replayed']).toBeUndefined();
  });

  test('is not written for a refused purchase, so that another request can use the key', async () => {
    const idempotency_key = newKey();
    expect(await requestPurchase(service, brand, { products: ['unknown'], idempotency_key })).toMatchObject({
      status: 404,
    });
    expect(await requestPurchase(service, brand, { idempotency_key })).toMatchObject({ status: 201 });
  });

  test('is ignored after 24 hours, even if it is still in the table', async () => {
    const body = { customer_email: newEmail(), idempotency_key: newKey() };
    const before = new Set((await wholeTable(service)).map(({ pk }) => pk));
    const first = await purchase(service, brand, body);
    const record = (await wholeTable(service)).find(({ pk, sk }) => sk === 'once' && !before.has(pk));
    if (record === undefined) throw new Error('the purchase left no record');
    const inHours = (Number(record['ttl']) * 1000 - Date.now()) / HOUR_MS;
    expect(inHours).toBeGreaterThan(23.9);
    expect(inHours).toBeLessThanOrEqual(24);
    await overwrite(service, record, { ttl: Math.floor(Date.now() / 1000) });
    const second = await requestPurchase(service, brand, body);
    expect(second.status).toBe(201);
    expect(second.headers['idempotent-replayed']).toBeUndefined();
    expect((second.body as ProvisionAnswer).license_key.id).not.toBe(first.license_key.id);
    const third = await requestPurchase(service, brand, body);
    expect(third).toMatchObject({ status: 201, text: second.text, headers: { 'idempotent-replayed': 'true' } });
  });
});

test('the table contains no plain license key, e-mail or API key', async () => {
  const body = { customer_email: 'Secret.Person@Example.com', idempotency_key: newKey() };
  const bought = await purchase(service, brand, body);
  await activate(
    service,
    { license_key: bought.license_key.key, instance_identifier: 'https://shop.example' },
    under(newKey()),
  );
  const text = JSON.stringify(await wholeTable(service)).toLowerCase();
  expect(text).toContain(bought.license_key.id);
  const body16 = bought.license_key.key.slice(-19);
  for (const secret of [
    'secret.person',
    bought.license_key.key,
    body16,
    body16.replaceAll('-', ''),
    brand.apiKey,
    service.platformKey,
  ]) {
    expect(text).not.toContain(secret.toLowerCase());
  }
  expect(text).not.toContain('@example.com');
});
