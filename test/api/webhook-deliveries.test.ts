import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import type { Attempt } from '../../lib/domain/webhook.ts';
import { createWebhookEndpoint, deleteWebhookEndpoint, pauseWebhookEndpoint } from '../../lib/api/webhook-endpoints.ts';
import { listDeliveries, listEventDeliveries, redeliver } from '../../lib/api/webhook-deliveries.ts';
import { startQueueSink, type QueueSink } from '../support/webhooks/queue-sink.ts';
import type { Reply, TestBrand } from '../support/service/service.ts';
import { putSampleDelivery } from '../support/webhooks/sample-delivery.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { upTo } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { DAY_S } from '../../lib/domain/time.ts';

let brand: TestBrand;
let sink: QueueSink;
const service = useService();
beforeAll(async () => {
  sink = await startQueueSink();
  brand = await service.brand();
});
beforeEach(() => {
  sink.taken = [];
  sink.broken = false;
});

type Fields = Record<string, unknown>;
const NOON = Date.parse('2026-11-25T12:00:00Z');
const ahead = Math.floor(Date.now() / 1000) + DAY_S;
const failed: Attempt = {
  at: '2026-11-25T12:00:01Z',
  trigger: 'schedule',
  outcome: 'timed_out',
  status_code: null,
  latency_ms: 15_001,
  response_body: null,
};
const worked: Attempt = {
  at: '2026-11-25T12:00:07Z',
  trigger: 'schedule',
  outcome: 'delivered',
  status_code: 200,
  latency_ms: 31,
  response_body: 'ok',
};

async function endpoint(of = brand): Promise<string> {
  const reply = await service.call(createWebhookEndpoint, {
    apiKey: of.apiKey,
    body: { url: 'https://shop.example.com/hooks' },
  });
  return String(reply.body['id']);
}
const list = (endpoint_id: string, query: Record<string, string> = {}): Promise<Reply> =>
  service.call(listDeliveries, { apiKey: brand.apiKey, params: { endpoint_id }, query });
const deliveriesIn = ({ body }: Reply): Fields[] => body['deliveries'] as Fields[];
const deliveriesOf = (event_id: string): Promise<Reply> =>
  service.call(listEventDeliveries, { apiKey: brand.apiKey, params: { event_id } });
const idsIn = (reply: Reply): unknown[] => deliveriesIn(reply).map(({ id }) => id);
const send = (endpoint_id: string, delivery_id: string, headers = {}): Promise<Reply> =>
  service.call(redeliver, { apiKey: brand.apiKey, params: { endpoint_id, delivery_id }, headers });

describe('the delivery log of an endpoint', () => {
  test('shows each delivery with its attempts, without the sender’s internal fields', async () => {
    const id = await endpoint();
    const more = {
      status: 'delivered' as const,
      next_attempt_at: null,
      scheduled_attempts: 2,
      attempts: [failed, worked],
      ttl: ahead,
    };
    const delivery = await putSampleDelivery(service, brand, id, { atMs: NOON, ...more });
    expect(deliveriesIn(await list(id))).toEqual([
      {
        id: delivery,
        endpoint_id: id,
        event_type: 'license.renewed',
        entity: { type: 'license', id: expect.any(String) },
        seq: 1,
        occurred_at: '2026-11-25T12:00:00Z',
        status: 'delivered',
        next_attempt_at: null,
        attempts: [failed, worked],
        created_at: '2026-11-25T12:00:00Z',
      },
    ]);
  });

  test('is ordered by the time of the events, newest first, in pages', async () => {
    const id = await endpoint();
    const made: string[] = [];
    for (const i of upTo(7))
      made.push(await putSampleDelivery(service, brand, id, { atMs: NOON + i * 1000, ttl: ahead }));
    const seen: unknown[][] = [];
    for (let cursor: unknown; seen.length === 0 || typeof cursor === 'string';) {
      const reply: Reply = await list(id, { limit: '3', ...(typeof cursor === 'string' ? { cursor } : {}) });
      seen.push(idsIn(reply));
      cursor = reply.body['next_cursor'];
    }
    expect(seen.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(seen.flat()).toEqual(made.toReversed());
  });

  test('can be filtered by status and by event', async () => {
    const id = await endpoint();
    const [pending, exhausted] = [
      await putSampleDelivery(service, brand, id, { atMs: NOON, ttl: ahead }),
      await putSampleDelivery(service, brand, id, {
        atMs: NOON,
        status: 'exhausted',
        next_attempt_at: null,
        ttl: ahead,
      }),
    ];
    expect(idsIn(await list(id, { status: 'exhausted' }))).toEqual([exhausted]);
    expect(idsIn(await list(id, { event_id: pending }))).toEqual([pending]);
    expect(idsIn(await list(id, { event_id: pending, status: 'exhausted' }))).toEqual([]);
    expect(idsIn(await list(id, { event_id: newId(NOON) }))).toEqual([]);
  });

  test('hides a delivery after 30 days, even if the item is still in the table', async () => {
    const id = await endpoint();
    const past = Math.floor(Date.now() / 1000) - 1;
    const run = await putSampleDelivery(service, brand, id, { atMs: NOON, ttl: past });
    expect(idsIn(await list(id))).toEqual([]);
    expect(idsIn(await list(id, { event_id: run }))).toEqual([]);
    expect(await send(id, run)).toMatchObject({ status: 404, body: { code: 'delivery_not_found' } });
  });

  test('refuses a cursor of another list', async () => {
    const [one, two] = [await endpoint(), await endpoint()];
    for (const i of upTo(2)) await putSampleDelivery(service, brand, one, { atMs: NOON + i, ttl: ahead });
    const cursor = String((await list(one, { limit: '1' })).body['next_cursor']);
    expect(await list(two, { cursor })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    expect(await list(one, { cursor, status: 'pending' })).toMatchObject({
      status: 400,
      body: { code: 'cursor_invalid' },
    });
  });

  test('is gone with its endpoint: no list shows its deliveries, and none can be redelivered', async () => {
    const [id, kept] = [await endpoint(), await endpoint()];
    const event = await putSampleDelivery(service, brand, id, { ttl: ahead });
    await putSampleDelivery(service, brand, kept, { id: event, ttl: ahead });
    await service.call(deleteWebhookEndpoint, { apiKey: brand.apiKey, params: { endpoint_id: id } });
    const gone = { status: 404, body: { code: 'webhook_endpoint_not_found' } };
    expect([await list(id), await send(id, event)]).toMatchObject([gone, gone]);
    expect(sink.taken).toEqual([]);
    expect(deliveriesIn(await deliveriesOf(event)).map(({ endpoint_id }) => endpoint_id)).toEqual([kept]);
    await service.call(deleteWebhookEndpoint, { apiKey: brand.apiKey, params: { endpoint_id: kept } });
    expect(await deliveriesOf(event)).toMatchObject({ status: 404, body: { code: 'delivery_not_found' } });
  });
});

describe('the deliveries of an event', () => {
  test('are found for every endpoint that received it', async () => {
    const endpoints = [await endpoint(), await endpoint(), await endpoint()];
    const event = newId(NOON);
    for (const id of endpoints.slice(0, 2)) await putSampleDelivery(service, brand, id, { id: event, ttl: ahead });
    const reply = await deliveriesOf(event);
    expect(reply.body['next_cursor']).toBeNull();
    expect(deliveriesIn(reply).map(({ endpoint_id }) => endpoint_id)).toEqual(endpoints.slice(0, 2).reverse());
    expect(await deliveriesOf(newId(NOON))).toMatchObject({ status: 404, body: { code: 'delivery_not_found' } });
  });
});

describe('a redelivery', () => {
  test.each(['pending', 'waiting', 'delivered', 'exhausted', 'canceled'] as const)(
    'of a message that is %s is queued once, to be sent now',
    async (status) => {
      const id = await endpoint();
      const delivery = await putSampleDelivery(service, brand, id, { atMs: NOON, status, ttl: ahead });
      const before = await fingerprint(service);
      const reply = await send(id, delivery);
      expect(reply).toMatchObject({ status: 200, body: deliveriesIn(await list(id))[0] ?? {} });
      expect(sink.taken).toEqual([
        {
          queue: 'retry',
          group: id,
          delaySeconds: 0,
          body: {
            brand: brand.key_prefix,
            endpoint_id: id,
            delivery_id: delivery,
            entity_id: (reply.body['entity'] as Fields)['id'],
            seq: 1,
            trigger: 'redelivery',
            revision: null,
          },
        },
      ]);
      expect(await fingerprint(service)).toBe(before);
    },
  );

  test('is queued once under one idempotency key', async () => {
    const id = await endpoint();
    const delivery = await putSampleDelivery(service, brand, id, { ttl: ahead });
    const headers = { 'idempotency-key': 'again-once' };
    const first = await send(id, delivery, headers);
    expect(await send(id, delivery, headers)).toMatchObject({
      status: 200,
      text: first.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(sink.taken).toHaveLength(1);
  });

  test('to a paused endpoint is refused', async () => {
    const id = await endpoint();
    const delivery = await putSampleDelivery(service, brand, id, { ttl: ahead });
    await service.call(pauseWebhookEndpoint, { apiKey: brand.apiKey, params: { endpoint_id: id } });
    expect(await send(id, delivery)).toMatchObject({
      status: 409,
      body: { code: 'webhook_endpoint_stopped', endpoint_status: 'paused' },
    });
    expect(sink.taken).toEqual([]);
  });

  test('of a test message is refused', async () => {
    const id = await endpoint();
    const delivery = await putSampleDelivery(service, brand, id, { event_type: 'webhook.test', ttl: ahead });
    expect(await send(id, delivery)).toMatchObject({ status: 400, body: { errors: [{ pointer: '{delivery_id}' }] } });
    expect(sink.taken).toEqual([]);
  });

  test('gets 503 if the queue fails, and can be retried under the same idempotency key', async () => {
    const id = await endpoint();
    const delivery = await putSampleDelivery(service, brand, id, { ttl: ahead });
    sink.broken = true;
    const headers = { 'idempotency-key': 'once-it-is-back' };
    expect(await send(id, delivery, headers)).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
      headers: { 'retry-after': '5' },
    });
    sink.broken = false;
    expect((await send(id, delivery, headers)).status).toBe(200);
    expect(sink.taken).toHaveLength(1);
  });
});
