import { afterEach, describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import {
  createWebhookEndpoint,
  getWebhookEndpoint,
  pauseWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
} from '../../lib/api/webhook-endpoints.ts';
import { listDeliveries } from '../../lib/api/webhook-deliveries.ts';
import {
  hang,
  ok,
  startReceiver,
  status,
  verified,
  type Answering,
  type Receiver,
} from '../support/webhooks/receiver.ts';
import type { Reply } from '../support/service/service.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

type Fields = Record<string, unknown>;
type Made = { id: string; secret: string; receiver: Receiver };

async function endpointAt(url: string): Promise<{ id: string; secret: string }> {
  const { body } = await service.call(createWebhookEndpoint, {
    apiKey: brand.apiKey,
    body: { url, event_types: ['license.*'] },
  });
  return { id: String(body['id']), secret: String(body['secret']) };
}
async function endpoint(answer: Answering = ok): Promise<Made> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return { ...(await endpointAt(receiver.url)), receiver };
}
const on = (route: Route, endpoint_id: string, body?: Fields, headers = {}): Promise<Reply> =>
  service.call(route, { apiKey: brand.apiKey, params: { endpoint_id }, ...(body ? { body } : {}), headers });
const sendTest = (id: string, headers = {}): Promise<Reply> => on(testWebhookEndpoint, id, undefined, headers);
const log = async (id: string): Promise<Fields[]> => (await on(listDeliveries, id)).body['deliveries'] as Fields[];

describe('a test message', () => {
  test('is sent at once and signed, for any event types of the endpoint, and returns its outcome', async () => {
    const { id, secret, receiver } = await endpoint();
    const reply = await sendTest(id);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        id: expect.any(String),
        outcome: 'delivered',
        status_code: 200,
        latency_ms: expect.any(Number),
        response_body: 'thanks',
      },
    });
    const [received] = receiver.received;
    expect(received?.headers['webhook-id']).toBe(reply.body['id']);
    expect(received && verified(secret, received)).toMatchObject({
      type: 'webhook.test',
      brand: { slug: brand.slug },
      seq: null,
    });
  });

  test('is also signed with the old secret during an overlap, and not after it', async () => {
    const { id, secret: first, receiver } = await endpoint();
    const second = String((await on(rotateWebhookSecret, id, { overlap_hours: 1 })).body['secret']);
    await sendTest(id);
    const third = String((await on(rotateWebhookSecret, id, { overlap_hours: 0 })).body['secret']);
    await sendTest(id);
    const [during, after] = receiver.received;
    if (!during || !after) throw new Error('two messages should have come');
    for (const secret of [first, second]) expect(verified(secret, during)).toMatchObject({ type: 'webhook.test' });
    expect(verified(third, after)).toMatchObject({ type: 'webhook.test' });
    for (const secret of [first, second]) expect(() => verified(secret, after)).toThrow();
  });

  test('is in the delivery log with its attempt, and is not retried', async () => {
    const { id } = await endpoint(status(503, { 'retry-after': '5' }, 'later'));
    const { body } = await sendTest(id);
    expect(body).toMatchObject({ outcome: 'refused_by_receiver', status_code: 503, response_body: 'later' });
    expect(await log(id)).toEqual([
      expect.objectContaining({
        id: body['id'],
        event_type: 'webhook.test',
        entity: { type: 'webhook_endpoint', id },
        status: 'exhausted',
        next_attempt_at: null,
        attempts: [
          expect.objectContaining({
            trigger: 'test',
            outcome: 'refused_by_receiver',
            status_code: 503,
            response_body: 'later',
          }),
        ],
      }),
    ]);
  });

  test.each([
    ['410', status(410), 'gone'],
    ['a redirect', status(301, { location: 'https://example.com/' }), 'redirected'],
  ])('that is answered with %s reports it, and does not change the endpoint', async (_, answer, outcome) => {
    const { id, receiver } = await endpoint(answer);
    expect((await sendTest(id)).body).toMatchObject({ outcome });
    expect((await on(getWebhookEndpoint, id)).body).toMatchObject({ status: 'active', health: null });
    expect(receiver.received).toHaveLength(1);
  });

  test('reports a failed connection', async () => {
    const { id, receiver } = await endpoint();
    await receiver.stop();
    expect((await sendTest(id)).body).toMatchObject({
      outcome: 'connection_failed',
      status_code: null,
      response_body: null,
    });
  });

  test('is answered within 10 s if the receiver hangs', async () => {
    const { id } = await endpoint(hang);
    const began = performance.now();
    expect((await sendTest(id)).body).toMatchObject({ outcome: 'timed_out', status_code: null });
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 20_000);

  test('is sent to a paused endpoint', async () => {
    const { id, receiver } = await endpoint();
    await on(pauseWebhookEndpoint, id);
    expect((await sendTest(id)).body).toMatchObject({ outcome: 'delivered' });
    expect(receiver.received).toHaveLength(1);
  });

  test('is sent once under one idempotency key', async () => {
    const { id, receiver } = await endpoint();
    const headers = { 'idempotency-key': 'test-once' };
    const first = await sendTest(id, headers);
    expect(await sendTest(id, headers)).toMatchObject({ text: first.text, headers: { 'idempotent-replayed': 'true' } });
    expect(receiver.received).toHaveLength(1);
  });
});
