import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { LANES } from '../../lib/domain/webhook-flow.ts';
import { now } from '../../lib/process/clock.ts';
import { computeLane, issueTickets } from '../../lib/table/webhook-flow.ts';
import { ok, type Answering, type Received } from '../support/webhooks/receiver.ts';
import { startWebhookRig, type WebhookRig } from '../support/webhooks/webhook-rig.ts';
import { idsOf, webhookWorld } from '../support/webhooks/webhook-world.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { SECOND_MS, MINUTE_MS, HOUR_MS } from '../../lib/domain/time.ts';

jest.setTimeout(240_000);

const world = webhookWorld({ stream: 'quick' });
const { open, receiver, api } = world;
const LICENSES = 6;
const EACH = 10;
/** The size of an endpoint's queue in these tests. */
const ROOM = 12;
/** Concurrent calls of the fan-out read the queue's state at once: four calls of ten entities may exceed the limit. */
const AT_ONCE = 40;

const after =
  (ms: number): Answering =>
  async (response, one, nth) => {
    await sleep(ms);
    return ok(response, one, nth);
  };

const newLicenses = (): string[] => Array.from({ length: LICENSES }, () => randomUUID());
const happenMany = async (rig: WebhookRig, licenses = newLicenses()): Promise<void> => {
  await Promise.all(licenses.map((license) => rig.happen(world.brand().key_prefix, license, 1, EACH)));
};

/** So many licenses have no event in the first lane. */
const licensesBesidesFirstLane = (): string[] =>
  newLicenses().map((license) => {
    let id = license;
    while (computeLane(id) === 0) id = randomUUID();
    return id;
  });

/** The numbers of each license's messages, at their first arrival. */
function seqs(received: readonly Received[]): number[][] {
  const byId = new Map(received.map(({ body }) => JSON.parse(body) as Message).map((one) => [one.id, one]));
  return [...Map.groupBy(byId.values(), ({ data }) => data.entity.id).values()].map((ones) =>
    ones.map(({ seq }) => seq),
  );
}
type Message = { id: string; seq: number; data: { entity: { id: string } } };
const inOrder = Array.from({ length: LICENSES }, () => Array.from({ length: EACH }, (_, i) => i + 1));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50);
}

/** The waiting items in the table, and the marks that some wait. */
const leftWaiting = async () =>
  (await wholeTable(world.service())).filter(
    ({ sk, due_pk, pk }) =>
      pk.startsWith(`${world.brand().key_prefix}#webhook#`) &&
      (sk.startsWith('waiting#') || (sk === 'flow' && due_pk !== undefined)),
  );

test('a slow receiver delays no other endpoint and fills no queue, and then receives everything in order', async () => {
  const rig = await open({ mostQueued: ROOM, timeoutMs: 200_000 });
  const answers = Promise.withResolvers<undefined>();
  const slow = await receiver(async (response, one, nth) => {
    await answers.promise;
    return ok(response, one, nth);
  });
  const quick = [await receiver()];
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, slow.url);
  for (const { url } of quick) await rig.addEndpoint(world.brand().key_prefix, url);
  await happenMany(rig);
  const ticked = rig.tick();
  await until(() => quick.every(({ received }) => received.length === LICENSES * EACH));
  await until(() => rig.queues['webhook-events'].held() === 0);
  // Only messages for the slow one are left in the queue, and one message of each of its lanes is on its way.
  await until(() => rig.queues['webhook-first'].held() <= ROOM + AT_ONCE);
  expect(slow.received.length).toBeLessThanOrEqual(LANES);
  expect((await leftWaiting()).length).toBeGreaterThan(1);
  answers.resolve(undefined);
  await ticked;
  for (const one of [slow, ...quick]) {
    expect(seqs(one.received)).toEqual(inOrder);
    expect(one.received).toHaveLength(LICENSES * EACH);
  }
  const deliveries = await rig.deliveries(endpoint);
  expect(deliveries.every(({ status, attempts }) => status === 'delivered' && attempts.length === 1)).toBe(true);
  await rig.tick(MINUTE_MS);
  expect(await leftWaiting()).toEqual([]);
  expect(rig.errors).toEqual([]);
});

test('the waiting messages of a paused endpoint are kept, and are delivered in order when it is resumed', async () => {
  const rig = await open({ mostQueued: ROOM, timeoutMs: 200_000 });
  const paused = Promise.withResolvers<undefined>();
  const slow = await receiver(async (response, one, nth) => {
    await paused.promise;
    return ok(response, one, nth);
  });
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, slow.url);
  await happenMany(rig);
  const ticked = rig.tick();
  await until(() => slow.received.length > 0);
  await until(() => rig.queues['webhook-events'].held() === 0);
  expect((await api('pause_webhook_endpoint', endpoint)).status).toBe(200);
  paused.resolve(undefined);
  await ticked;
  const before = slow.received.length;
  expect(before).toBeLessThan(LICENSES * EACH);
  await rig.tick(7 * HOUR_MS);
  expect(slow.received).toHaveLength(before);
  const waiting = (await rig.deliveries(endpoint)).filter(({ waits }) => waits === true).map(({ id }) => id);
  expect(waiting.length).toBeGreaterThan(1);
  expect((await api('resume_webhook_endpoint', endpoint)).status).toBe(200);
  for (let minutes = 0; minutes < 4 * 60; minutes += 30) await rig.tick(30 * MINUTE_MS);
  const hadWaited = slow.received.filter((one) => waiting.includes(String(one.headers['webhook-id'])));
  for (const ones of seqs(hadWaited)) expect(ones).toEqual(ones.toSorted((a, b) => a - b));
  expect(new Set(idsOf(slow.received)).size).toBe(LICENSES * EACH);
  expect((await rig.deliveries(endpoint)).every(({ status }) => status === 'delivered')).toBe(true);
  expect(await leftWaiting()).toEqual([]);
});

test('waiting messages survive the loss of all queues', async () => {
  const first = await startWebhookRig(world.service(), {
    mostQueued: ROOM,
    over: () => ({ deliver: () => Promise.reject(new Error('stopping')) }),
  });
  await world.useNewBrand();
  const { url, received } = await receiver();
  const endpoint = await first.addEndpoint(world.brand().key_prefix, url);
  await happenMany(first, licensesBesidesFirstLane());
  await first.tick();
  expect((await leftWaiting()).length).toBeGreaterThan(1);
  await first.stop();
  // The first lane had filled the queue as well, and none of its messages is left.
  const { key_prefix: brand } = world.brand();
  const at = { brand, endpointId: endpoint.id, nowMs: now() };
  await issueTickets(world.service().table(brand), at, new Map([[0, ROOM]]));
  const second = await startWebhookRig(world.service(), { mostQueued: ROOM });
  world.stopAfter(second.stop);
  // A call that a busy machine cuts short goes on at the next tick.
  for (let ticks = 0; ticks < 6 && new Set(idsOf(received)).size < LICENSES * EACH; ticks += 1)
    await second.tick(10 * MINUTE_MS);
  expect(new Set(idsOf(received)).size).toBe(LICENSES * EACH);
  expect((await second.deliveries(endpoint)).every(({ status }) => status === 'delivered')).toBe(true);
  expect(await leftWaiting()).toEqual([]);
});

test('the waiting messages of a deleted endpoint are canceled', async () => {
  const rig = await open({ mostQueued: ROOM, over: () => ({ deliver: () => Promise.reject(new Error('held')) }) });
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  const all = ROOM + AT_ONCE + 1;
  await rig.happen(world.brand().key_prefix, randomUUID(), 1, all);
  await rig.tick();
  expect(await rig.deliveries(endpoint)).toHaveLength(all);
  const waiting = (await rig.deliveries(endpoint)).filter(({ waits }) => waits === true);
  expect(waiting.length).toBeGreaterThan(0);
  expect(waiting.length).toBeLessThanOrEqual(all - ROOM);
  expect((await api('delete_webhook_endpoint', endpoint)).status).toBe(200);
  await rig.tick(7 * HOUR_MS);
  expect((await rig.deliveries(endpoint)).every(({ status }) => status === 'canceled')).toBe(true);
  expect(received).toEqual([]);
});

test('an endpoint shows the latency of its answers, and has the reason slow above five seconds', async () => {
  const rig = await open({ mostQueued: ROOM });
  const answers = await receiver(after(50));
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, answers.url);
  const shown = async () => {
    const { body } = await api('get_webhook_endpoint', endpoint);
    const listed = (await api('list_webhook_endpoints', endpoint)).body['webhook_endpoints'] as object[];
    expect(body).toMatchObject(listed[0] ?? {});
    return { status: body['status'], reason: body['status_reason'], p95: body['p95_ms'] as number | null };
  };
  expect(await shown()).toEqual({ status: 'active', reason: null, p95: null });
  const license = randomUUID();
  await rig.happen(world.brand().key_prefix, license, 1, 3);
  await rig.tick();
  const quick = await shown();
  expect(quick).toMatchObject({ status: 'active', reason: null });
  expect(quick.p95).toBeGreaterThanOrEqual(50);
  answers.answer = after(5_200);
  await rig.happen(world.brand().key_prefix, license, 4);
  await rig.tick();
  const slow = await shown();
  expect(slow).toMatchObject({ status: 'active', reason: 'slow' });
  expect(slow.p95).toBeGreaterThan(5_000);
  const moved = await api('update_webhook_endpoint', endpoint, { body: { url: 'https://shop.example.com/hooks' } });
  expect(moved.status).toBe(200);
  expect(await shown()).toEqual({ status: 'active', reason: null, p95: null });
  await rig.tick(SECOND_MS);
});
