import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setInterval as every } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { now } from '../../lib/process/clock.ts';
import { serveDeliveries, serveEvents } from '../../lib/webhooks/serve.ts';
import { hang, ok, startReceiver, status, verified, type Receiver } from '../support/webhooks/receiver.ts';
import { receivers } from '../support/webhooks/receivers.ts';
import type { TestBrand } from '../support/service/service.ts';
import {
  deadMessages,
  patientRuntime,
  startWebhookRig,
  type TestEndpoint,
  type WebhookRig,
} from '../support/webhooks/webhook-rig.ts';
import { useService } from '../support/service/started-service.ts';
import { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);
let rig: WebhookRig;
let brand: TestBrand;
const { receiver, rawReceiver } = receivers();
const service = useService({ stream: true });
beforeAll(async () => {
  rig = await startWebhookRig(service, { timeoutMs: 1_500 });
});
afterAll(() => rig.stop());

/** One event for one endpoint of a new brand. */
async function oneEvent(url: string): Promise<{ endpoint: TestEndpoint; id: string; licenseId: string }> {
  brand = await service.brand({ products: {} });
  const endpoint = await rig.addEndpoint(brand.key_prefix, url);
  const licenseId = randomUUID();
  const [id = ''] = await rig.happen(brand.key_prefix, licenseId, 1);
  await rig.tick();
  return { endpoint, id, licenseId };
}

const outcomes = async (endpoint: TestEndpoint): Promise<string[][]> =>
  (await rig.deliveries(endpoint)).map(({ attempts }) => attempts.map(({ outcome }) => outcome));
const only = async (endpoint: TestEndpoint) => {
  const [delivery, ...others] = await rig.deliveries(endpoint);
  if (delivery === undefined || others.length > 0) throw new Error(`${1 + others.length} deliveries`);
  return delivery;
};

/** The receiver recovers, and the message arrives under its first id. */
async function arrivesAfter(waitMs: number, endpoint: TestEndpoint, back: Receiver, id: string): Promise<void> {
  const before = back.received.length;
  await rig.tick(waitMs);
  expect(await only(endpoint)).toMatchObject({ id, status: 'delivered', next_attempt_at: null });
  expect(back.received.slice(before).map(({ headers }) => headers['webhook-id'])).toEqual([id]);
  expect(verifiedNow(endpoint, back)).toMatchObject({ id, type: 'license.renewed', seq: 1 });
}

/** Verifies by the clock of the service, because a receiver refuses messages that are minutes old by its own. */
function verifiedNow({ secretText }: TestEndpoint, { received }: Receiver): Record<string, unknown> {
  const last = received.at(-1);
  if (last === undefined) throw new Error('nothing came');
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now());
  try {
    return verified(secretText, last);
  } finally {
    clock.mockRestore();
  }
}

test('a refused connection is retried, and the message arrives', async () => {
  const { url, port, stop } = await startReceiver();
  await stop();
  const { endpoint, id } = await oneEvent(url);
  expect(await only(endpoint)).toMatchObject({
    status: 'waiting',
    scheduled_attempts: 1,
    attempts: [{ outcome: 'connection_failed', status_code: null }],
  });
  const back = await receiver(ok, { port });
  await arrivesAfter(10 * SECOND_MS, endpoint, back, id);
});

test('a receiver that never answers is cut off and retried', async () => {
  const hanging = await receiver(hang);
  const { endpoint, id } = await oneEvent(hanging.url);
  expect(await outcomes(endpoint)).toEqual([['timed_out']]);
  hanging.answer = ok;
  await arrivesAfter(10 * SECOND_MS, endpoint, hanging, id);
});

test('a receiver that answers byte by byte is cut off and retried', async () => {
  const dripping = await rawReceiver((socket) => void drip(socket));
  const { endpoint, id } = await oneEvent(dripping.url);
  expect(await outcomes(endpoint)).toEqual([['timed_out']]);
  await dripping.stop();
  const back = await receiver(ok, { port: dripping.port });
  await arrivesAfter(10 * SECOND_MS, endpoint, back, id);
});

test('an endless answer counts by its status, and none of it is stored', async () => {
  const endless = await receiver((response) => {
    response.writeHead(202);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  });
  const { endpoint } = await oneEvent(endless.url);
  expect(await only(endpoint)).toMatchObject({
    status: 'delivered',
    attempts: [{ status_code: 202, response_body: null }],
  });
});

test('a redirect counts as a failure and is not followed', async () => {
  const elsewhere = await receiver();
  const moved = await receiver(status(301, { location: elsewhere.url }));
  const { endpoint, id } = await oneEvent(moved.url);
  expect(await only(endpoint)).toMatchObject({
    status: 'waiting',
    attempts: [{ outcome: 'redirected', status_code: 301 }],
  });
  moved.answer = ok;
  await arrivesAfter(10 * SECOND_MS, endpoint, moved, id);
  expect(elsewhere.received).toEqual([]);
});

test('an answer 410 disables the endpoint at once, with an event and a reason, and keeps its deliveries', async () => {
  const gone = await receiver(status(410));
  const watching = await receiver();
  const { key_prefix } = await service.brand({ products: {} });
  const endpoint = await rig.addEndpoint(key_prefix, gone.url);
  const watcher = await rig.addEndpoint(key_prefix, watching.url, { event_types: ['webhook_endpoint.*'] });
  const licenseId = randomUUID();
  await rig.happen(key_prefix, licenseId, 1);
  await rig.tick();
  expect(await rig.endpoint(endpoint)).toMatchObject({
    status: 'disabled',
    disabled_reason: 'gone',
    stopped_at: expect.any(String),
    seq: 2,
  });
  expect(watching.received).toHaveLength(1);
  expect(verifiedNow(watcher, watching)).toMatchObject({
    type: 'webhook_endpoint.disabled',
    seq: 2,
    data: {
      entity: { type: 'webhook_endpoint', id: endpoint.id },
      after: { status: 'disabled', disabled_reason: 'gone' },
    },
  });
  await rig.tick(SECOND_MS);
  await rig.happen(key_prefix, licenseId, 2);
  await rig.tick(10 * SECOND_MS);
  expect(gone.received).toHaveLength(1);
  expect(await only(endpoint)).toMatchObject({ seq: 1, status: 'waiting', scheduled_attempts: 1 });
});

test('an answer 429 with Retry-After stops all requests to the endpoint until then', async () => {
  const busy = await receiver(status(429, { 'retry-after': '120' }));
  const { endpoint, id, licenseId } = await oneEvent(busy.url);
  const announced = await only(endpoint);
  const waits = Date.parse(announced.next_attempt_at ?? '') - Date.parse(announced.attempts[0]?.at ?? '');
  expect(waits).toBeGreaterThanOrEqual(120 * SECOND_MS);
  const [second] = await rig.happen(endpoint.brand, licenseId, 2);
  await rig.tick(60 * SECOND_MS);
  expect(busy.received).toHaveLength(1);
  busy.answer = ok;
  await rig.tick(3 * MINUTE_MS);
  expect(busy.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual([id, id, second].sort());
});

test('an untrusted certificate counts as a failure and is retried', async () => {
  const { url } = await receiver(ok, { tls: true });
  const { endpoint } = await oneEvent(url);
  expect(await only(endpoint)).toMatchObject({
    status: 'waiting',
    attempts: [{ outcome: 'tls_failed', status_code: null }],
  });
  await rig.tick(10 * SECOND_MS);
  expect(await outcomes(endpoint)).toEqual([['tls_failed', 'tls_failed']]);
});

test('a receiver that answers 200 after the timeout gets the message a second time, with the same id', async () => {
  const late = await receiver(async (response, one, nth) => {
    if (nth > 1) return ok(response, one, nth);
    await new Promise((resolve) => response.on('close', resolve));
    response.writeHead(200).end();
  });
  const { endpoint, id } = await oneEvent(late.url);
  expect(await outcomes(endpoint)).toEqual([['timed_out']]);
  await arrivesAfter(10 * SECOND_MS, endpoint, late, id);
  expect(late.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
});

test('a delivery is exhausted after ten attempts over three days', async () => {
  const down = await receiver(status(500, {}, 'down'));
  const { endpoint, id } = await oneEvent(down.url);
  for (const wait of [6, 360, 2_200, 8_700, 21_700, 43_300, 60_600, 86_500, 103_800]) await rig.tick(wait * SECOND_MS);
  expect(down.received).toHaveLength(10);
  expect(new Set(down.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
  expect(new Set(down.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
  expect(await only(endpoint)).toMatchObject({ status: 'exhausted', scheduled_attempts: 10, next_attempt_at: null });
  await rig.tick(2 * DAY_MS);
  expect(down.received).toHaveLength(10);
  expect((await rig.endpoint(endpoint))?.status).toBe('active');
});

test('five days without a success disable the endpoint with the reason failing', async () => {
  const down = await receiver(status(503));
  const { endpoint, licenseId } = await oneEvent(down.url);
  for (let day = 1; day <= 5; day += 1) {
    expect((await rig.endpoint(endpoint))?.status).toBe('active');
    await rig.happen(endpoint.brand, licenseId, day + 1);
    await rig.tick(DAY_MS);
    await rig.tick(HOUR_MS);
  }
  expect(await rig.endpoint(endpoint)).toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
  const requests = down.received.length;
  await rig.tick(DAY_MS);
  expect(down.received).toHaveLength(requests);
});

test.each([
  ['events', serveEvents(patientRuntime)],
  ['deliveries', serveDeliveries(patientRuntime)],
])('a message of %s that cannot be read is handed out again, and keeps no other back', async (_, serve) => {
  const invocation = { awsRequestId: 'test', getRemainingTimeInMillis: () => MINUTE_MS };
  const Records = ['no JSON', '{}'].map((body, i) => ({ messageId: String(i), body })) as SQSRecord[];
  const batchItemFailures = Records.map(({ messageId }) => ({ itemIdentifier: messageId }));
  expect(await serve({ Records }, invocation)).toEqual({ batchItemFailures });
});

test('the faulty receivers above caused no errors and no dead letters in the service', () => {
  expect(rig.errors).toEqual([]);
  expect(deadMessages(rig)).toBe(0);
});

async function drip(socket: Socket): Promise<void> {
  socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
  for await (const _ of every(10)) {
    if (socket.destroyed) return;
    socket.write('a');
  }
}
