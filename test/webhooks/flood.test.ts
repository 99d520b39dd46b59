import { randomUUID } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import { now } from '../../lib/process/clock.ts';
import { ok, status, type Received } from '../support/webhooks/receiver.ts';
import { startWebhookRig, type TestEndpoint, type WebhookRig } from '../support/webhooks/webhook-rig.ts';
import { idsOf, webhookWorld } from '../support/webhooks/webhook-world.ts';
import { SECOND_MS, MINUTE_MS, HOUR_MS, isoSeconds } from '../../lib/domain/time.ts';

jest.setTimeout(240_000);

const world = webhookWorld({ stream: 'quick' });
const { open, receiver, api } = world;
/** The size of an endpoint's queue in these tests, and a number of messages that exceeds it. */
const ROOM = 12;
const ALL = ROOM + 6;
const inOrder = Array.from({ length: ALL }, (_, i) => i + 1);
const seqsOf = (received: readonly Received[]) => received.map(({ body }) => (JSON.parse(body) as { seq: number }).seq);

/** Queued messages stay in the queue while `isHeld`. */
const holding = (hold: { isHeld: boolean }): NonNullable<Parameters<typeof startWebhookRig>[1]> => ({
  mostQueued: ROOM,
  over: ({ deliver }) => ({
    deliver: (event, invocation) => (hold.isHeld ? Promise.reject(new Error('held')) : deliver(event, invocation)),
  }),
});

async function holdable() {
  const hold = { isHeld: false };
  const rig = await open(holding(hold));
  const one = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, one.url);
  const queued = () => rig.queues['webhook-first'].held();
  return { rig, hold, receiver: one, endpoint, queued };
}

const standing = async (rig: WebhookRig, endpoint: TestEndpoint) => {
  const all = await rig.deliveries(endpoint);
  return {
    waiting: all.filter(({ waits, status: stands }) => waits === true && stands === 'pending').length,
    delivered: all.filter(({ status: stands }) => stands === 'delivered').length,
  };
};

/** Messages that were taken from the queue and not handled come back once they are visible. */
const release = async (rig: WebhookRig, hold: { isHeld: boolean }): Promise<void> => {
  hold.isHeld = false;
  for (let rounds = 0; rounds < 2; rounds += 1) await rig.tick(2 * MINUTE_MS);
};

test('a replay larger than the endpoint’s queue waits in the table, and arrives once and in order', async () => {
  const { rig, hold, receiver: one, endpoint, queued } = await holdable();
  const from = isoSeconds(now());
  await rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL);
  await rig.tick();
  expect(seqsOf(one.received)).toEqual(inOrder);
  hold.isHeld = true;
  const asked = await api('replay_events', endpoint, { body: { from, to: isoSeconds(now()), per_minute: 6_000 } });
  expect(asked.status).toBe(200);
  await rig.tick(MINUTE_MS);
  expect(queued()).toBe(ROOM);
  expect((await standing(rig, endpoint)).waiting).toBe(ALL - ROOM);
  expect((await api('get_webhook_endpoint', endpoint)).body).toMatchObject({ replay: { state: 'done', sent: ALL } });
  await release(rig, hold);
  expect(seqsOf(one.received)).toEqual([...inOrder, ...inOrder]);
  const deliveries = await rig.deliveries(endpoint);
  expect(deliveries.every(({ attempts }) => attempts.map(({ trigger }) => trigger).join() === 'schedule,replay')).toBe(
    true,
  );
  expect(await standing(rig, endpoint)).toEqual({ waiting: 0, delivered: ALL });
});

test('the catch-up of a resumed endpoint waits in the table if it exceeds the queue', async () => {
  const { rig, hold, receiver: one, endpoint, queued } = await holdable();
  expect((await api('pause_webhook_endpoint', endpoint)).status).toBe(200);
  await rig.tick(3 * SECOND_MS);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL);
  await rig.tick(SECOND_MS);
  hold.isHeld = true;
  expect((await api('resume_webhook_endpoint', endpoint)).status).toBe(200);
  await rig.tick(2 * MINUTE_MS);
  expect(queued()).toBe(ROOM);
  await release(rig, hold);
  expect(seqsOf(one.received)).toEqual(inOrder);
  expect(await standing(rig, endpoint)).toEqual({ waiting: 0, delivered: ALL });
});

test('messages postponed during an outage wait in the table if they exceed the queue', async () => {
  const { rig, hold, receiver: one, endpoint, queued } = await holdable();
  one.answer = status(500);
  // More than the breaker lets pass, so that more messages are postponed than fit into the queue.
  const ids = await rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL + 12);
  await rig.tick();
  const before = one.received.length;
  const tried = new Set(idsOf(one.received));
  expect(before).toBeLessThan(20);
  one.answer = ok;
  hold.isHeld = true;
  await rig.tick(2 * HOUR_MS);
  expect(queued()).toBeLessThanOrEqual(ROOM);
  expect((await standing(rig, endpoint)).waiting).toBeGreaterThanOrEqual(ids.length - before - ROOM);
  hold.isHeld = false;
  for (let hours = 0; hours < 3; hours += 1) await rig.tick(HOUR_MS);
  expect(await standing(rig, endpoint)).toEqual({ waiting: 0, delivered: ids.length });
  const arrived = idsOf(one.received.slice(before));
  expect(new Set(arrived)).toEqual(new Set(ids));
  // A retry may be queued twice, by its delay and by the sweep, and reach two workers at once. The others come once.
  const once = ids.filter((id) => !tried.has(id));
  expect(arrived.filter((id) => !tried.has(id)).toSorted()).toEqual(once.toSorted());
});

test('a recovery after the loss of all queues fills the queue up to its limit and delivers every message', async () => {
  const lost = await holdable();
  lost.hold.isHeld = true;
  await lost.rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL);
  await lost.rig.tick();
  expect(lost.queued()).toBeGreaterThanOrEqual(ROOM);
  await lost.rig.stop();
  const hold = { isHeld: true };
  const rig = await startWebhookRig(world.service(), holding(hold));
  world.stopAfter(rig.stop);
  await rig.tick();
  expect(rig.queues['webhook-first'].held()).toBe(ROOM);
  expect((await standing(rig, lost.endpoint)).waiting).toBe(ALL - ROOM);
  await release(rig, hold);
  expect(seqsOf(lost.receiver.received)).toEqual(inOrder);
  expect(await standing(rig, lost.endpoint)).toEqual({ waiting: 0, delivered: ALL });
});
