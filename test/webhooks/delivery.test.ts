import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { now } from '../../lib/process/clock.ts';
import { newId } from '../../lib/process/ids.ts';
import { attemptFields, deliveryFields } from '../../lib/table/erasure-fields.ts';
import { serveDeliveries } from '../../lib/webhooks/serve.ts';
import { ok, status, verified, type Received } from '../support/webhooks/receiver.ts';
import { byOperation } from '../support/service/service.ts';
import { patientRuntime, startWebhookRig, type WebhookRig } from '../support/webhooks/webhook-rig.ts';
import { idsOf, webhookWorld } from '../support/webhooks/webhook-world.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { SECOND_MS, MINUTE_MS, HOUR_MS, isoSeconds } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);

const world = webhookWorld();
const { open, receiver, api } = world;
const seqsOf = (received: readonly Received[]) =>
  Map.groupBy(
    received.map(({ body }) => JSON.parse(body) as { seq: number; data: { entity: { id: string } } }),
    ({ data }) => data.entity.id,
  );

test('the messages of each license arrive in the order of seq', async () => {
  const rig = await open();
  const { url, received } = await receiver();
  await rig.addEndpoint(world.brand().key_prefix, url);
  const licenses = Array.from({ length: 4 }, () => randomUUID());
  await Promise.all(licenses.map((license) => rig.happen(world.brand().key_prefix, license, 1, 15)));
  await rig.tick();
  expect(received).toHaveLength(60);
  for (const license of licenses) {
    expect(
      seqsOf(received)
        .get(license)
        ?.map(({ seq }) => seq),
    ).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  }
  expect(rig.errors).toEqual([]);
});

test('events that the bus delivers late, twice or out of order are sent once and in order', async () => {
  const rig = await open();
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  const license = randomUUID();
  const tell = (seq: number): void => {
    const detail = { seq, brand: { slug: world.brand().slug }, entity: { type: 'license', id: license } };
    rig.queues['webhook-events'].send({ body: JSON.stringify({ detail }) });
  };
  const ids = await rig.happen(world.brand().key_prefix, license, 1, 9);
  for (const seq of [4, 2, 9, 9, 1, 7, 3]) tell(seq);
  await rig.tick();
  for (const seq of [9, 5]) tell(seq);
  await rig.tick();
  expect(idsOf(received)).toEqual(ids);
  expect((await rig.deliveries(endpoint)).every(({ attempts }) => attempts.length === 1)).toBe(true);
});

test('a stored delivery has only fields that an erasure keeps, and never the receiver’s answer', async () => {
  const rig = await open();
  const { url } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1);
  await rig.tick();
  const [delivery] = await rig.deliveries(endpoint);
  expect(Object.keys(deliveryFields)).toEqual(expect.arrayContaining(Object.keys(delivery ?? {})));
  const [attempt] = delivery?.attempts ?? [];
  const shown = { ...attempt, response_body: attempt?.response_body === null ? 'never written' : 'keeps' };
  expect(Object.keys(shown).sort()).toEqual(Object.keys(attemptFields).sort());
  expect(shown.response_body).toBe(attemptFields.response_body);
});

test('an endpoint receives only its event types and products, from its creation on', async () => {
  const rig = await open();
  const { url, received } = await receiver();
  const other = await receiver();
  const license = randomUUID();
  const product = newId(now());
  await rig.happen(world.brand().key_prefix, license, 1, 2, product);
  await rig.tick(5 * SECOND_MS);
  await rig.addEndpoint(world.brand().key_prefix, url, { event_types: ['license.renewed'], products: [product] });
  await rig.addEndpoint(world.brand().key_prefix, other.url, { event_types: ['license.suspended'] });
  const [id] = await rig.happen(world.brand().key_prefix, license, 3, 3, product);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1);
  await rig.tick();
  expect(idsOf(received)).toEqual([id]);
  expect(other.received).toEqual([]);
});

test('a message contains the fields of its event, and no license key, e-mail or secret', async () => {
  const rig = await open();
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url, { event_types: ['*'] });
  const body = {
    customer_email: 'secret-person@example.com',
    products: ['wp-rocket'],
    external_id: 'order-1',
    max_seats: 2,
  };
  const sold = await world.service().call(byOperation('provision_licenses'), { apiKey: world.brand().apiKey, body });
  expect(sold.status).toBe(201);
  await rig.tick();
  const announced = received.find((one) => one.body.includes('license.provisioned'));
  expect(JSON.parse(announced?.body ?? '')).toEqual({
    id: expect.any(String),
    type: 'license.provisioned',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    version: '2026-11-25',
    brand: { slug: world.brand().slug },
    seq: 1,
    data: expect.objectContaining({
      entity: { type: 'license', id: expect.any(String) },
      license: expect.objectContaining({
        status: 'valid',
        seat_limit: 2,
        external_id: 'order-1',
        customer_id: expect.any(String),
      }),
      before: null,
    }),
  });
  const { key } = sold.body['license_key'] as { key: string };
  for (const secret of [key, 'secret-person', endpoint.secretText, world.brand().apiKey]) {
    expect(received.map((one) => one.body).join()).not.toContain(secret);
  }
});

test('a crash between sending and recording leads to a second message with the same id', async () => {
  let dies = true;
  const killed = Promise.withResolvers<never>();
  killed.promise.catch(() => undefined);
  const dying = serveDeliveries(() => {
    const runtime = patientRuntime();
    const wire: typeof runtime.wire = (operation, input, signal) => {
      if (operation !== 'UpdateItem' || !dies) return runtime.wire(operation, input, signal);
      killed.reject(new Error('killed'));
      return new Promise(() => undefined);
    };
    return { ...runtime, wire };
  });
  const rig = await open({
    over: () => ({
      deliver: (event, invocation) => Promise.race([dying(event, invocation), ...(dies ? [killed.promise] : [])]),
    }),
  });
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  const [id] = await rig.happen(world.brand().key_prefix, randomUUID(), 1);
  await rig.tick();
  expect(idsOf(received)).toEqual([id]);
  expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'pending', attempts: [] }]);
  dies = false;
  await rig.tick(2 * MINUTE_MS);
  expect(idsOf(received)).toEqual([id, id]);
  expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
});

test('a rotation signs messages with both secrets during the overlap, and with the new one after it', async () => {
  const rig = await open();
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  const license = randomUUID();
  const arrive = async (
    seq: number,
    aheadMs?: number,
  ): Promise<{ signatures: number; holds: (secret: string) => boolean }> => {
    if (aheadMs !== undefined) await rig.tick(aheadMs);
    await rig.happen(world.brand().key_prefix, license, seq);
    await rig.tick();
    const last = received.at(-1);
    if (received.length !== seq || last === undefined) throw new Error(`${received.length} messages came`);
    const at = Number(last.headers['webhook-timestamp']) * 1000;
    const holds = (secret: string): boolean => {
      const clock = jest.spyOn(Date, 'now').mockReturnValue(at);
      try {
        return verified(secret, last)['seq'] === seq;
      } catch {
        return false;
      } finally {
        clock.mockRestore();
      }
    };
    return { signatures: last.headers['webhook-signature']?.split(' ').length ?? 0, holds };
  };
  const before = await arrive(1);
  const rotated = await api('rotate_webhook_secret', endpoint, { body: { overlap_hours: 24 } });
  expect(rotated.status).toBe(200);
  const [older, newer] = [endpoint.secretText, String(rotated.body['secret'])];
  const during = await arrive(2, 23 * HOUR_MS);
  const after = await arrive(3, 1 * HOUR_MS + SECOND_MS);
  expect([before, during, after].map(({ signatures, holds }) => [signatures, holds(older), holds(newer)])).toEqual([
    [1, true, false],
    [2, true, true],
    [1, false, true],
  ]);
});

/** These tests share one rig, because a container keeps its first queues. */
describe('a manual retry', () => {
  let rig: WebhookRig;
  beforeAll(async () => {
    rig = await startWebhookRig(world.service());
    await world.useNewBrand();
  });
  afterAll(() => rig.stop());

  test('resends past events in order and with their ids by a replay, and a single one by a redelivery', async () => {
    const { url, received } = await receiver();
    const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
    const license = randomUUID();
    const from = isoSeconds(now());
    const ids = await rig.happen(world.brand().key_prefix, license, 1, 8);
    await rig.tick();
    const to = isoSeconds(now());
    const asked = await api('replay_events', endpoint, { body: { from, to, per_minute: 60 } });
    expect([asked.status, asked.body]).toEqual([200, expect.objectContaining({ state: 'running' })]);
    await rig.tick(2 * MINUTE_MS);
    expect(idsOf(received)).toEqual([...ids, ...ids]);
    const [newest] = await rig.deliveries(endpoint);
    expect(newest?.attempts.map(({ trigger }) => trigger)).toEqual(['schedule', 'replay']);
    await api('redeliver_webhook', endpoint, { params: { delivery_id: ids[0] ?? '' } });
    await rig.tick();
    expect(idsOf(received)).toEqual([...ids, ...ids, ids[0]]);
    expect((await rig.deliveries(endpoint)).at(-1)?.attempts.at(-1)).toMatchObject({
      trigger: 'redelivery',
      outcome: 'delivered',
    });
  });

  test('delivers an exhausted message', async () => {
    const down = await receiver(status(500));
    const endpoint = await rig.addEndpoint(world.brand().key_prefix, down.url);
    const [id = ''] = await rig.happen(world.brand().key_prefix, randomUUID(), 1);
    for (const wait of [0, 6, 360, 2_200, 8_700, 21_700, 43_300, 60_600, 86_500, 103_800])
      await rig.tick(wait * SECOND_MS);
    expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'exhausted' }]);
    expect((await api('redeliver_webhook', endpoint, { params: { delivery_id: id } })).status).toBe(200);
    await rig.tick();
    expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'exhausted', scheduled_attempts: 10 }]);
    down.answer = ok;
    await api('redeliver_webhook', endpoint, { params: { delivery_id: id } });
    await rig.tick(2 * MINUTE_MS);
    expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'delivered', scheduled_attempts: 10 }]);
  });
});

test('the waiting delivery of a deleted endpoint is canceled', async () => {
  const rig = await open();
  const { url } = await receiver(status(500));
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1);
  await rig.tick();
  const deleted = await world.service().call(byOperation('delete_webhook_endpoint'), {
    apiKey: world.brand().apiKey,
    params: { endpoint_id: endpoint.id },
  });
  expect(deleted.status).toBe(200);
  await rig.tick(10 * SECOND_MS);
  expect(await rig.deliveries(endpoint)).toMatchObject([{ status: 'canceled', next_attempt_at: null }]);
});

test('an endpoint with ten failures in a row gets almost no requests, and loses no message', async () => {
  const rig = await open();
  const down = await receiver(status(500));
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, down.url);
  const ids = await rig.happen(world.brand().key_prefix, randomUUID(), 1, 60);
  await rig.tick();
  expect(down.received.length).toBeLessThan(20);
  const before = down.received.length;
  await rig.tick(30 * SECOND_MS);
  expect(down.received.length).toBe(before);
  await rig.tick(MINUTE_MS);
  await rig.tick(MINUTE_MS);
  expect(down.received.length).toBeLessThan(before + 8);
  down.answer = ok;
  for (let minutes = 0; minutes < 180; minutes += 20) await rig.tick(20 * MINUTE_MS);
  const deliveries = await rig.deliveries(endpoint);
  expect(deliveries.map(({ id, status: standing }) => [id, standing])).toEqual(
    ids.map((id) => [id, 'delivered']).reverse(),
  );
  const health = (await wholeTable(world.service())).filter(
    ({ sk, pk }) => sk === 'health' && pk.endsWith(endpoint.id),
  );
  expect(health).toEqual([]);
  expect(rig.errors).toEqual([]);
});
