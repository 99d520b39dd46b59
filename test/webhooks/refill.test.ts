import { randomUUID } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import { now } from '../../lib/process/clock.ts';
import { readWebhooksConfig } from '../../lib/process/config.ts';
import type { Runtime } from '../../lib/context.ts';
import { openJob } from '../../lib/job.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import type { WebhookContext } from '../../lib/webhooks/context.ts';
import { openWebhookQueues } from '../../lib/webhooks/queues.ts';
import { refill } from '../../lib/webhooks/refill.ts';
import { serveDeliveries } from '../../lib/webhooks/serve.ts';
import type { Received } from '../support/webhooks/receiver.ts';
import { patientRuntime, type TestEndpoint, type WebhookRig } from '../support/webhooks/webhook-rig.ts';
import { idsOf, webhookWorld } from '../support/webhooks/webhook-world.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

jest.setTimeout(240_000);

const world = webhookWorld({ stream: 'quick' });
const { open, receiver } = world;
/** The size of an endpoint's queue in these tests. */
const ROOM = 12;
const WAITING = 10;
const ALL = ROOM + WAITING;
/** Later than the end of any claim, and than the time after which an idle queue counts as empty. */
const LATER = 16 * MINUTE_MS;

const waitingPlaces = async () =>
  (await wholeTable(world.service())).filter(
    ({ sk, pk }) => pk.startsWith(`${world.brand().key_prefix}#webhook#`) && sk.startsWith('waiting#'),
  );

/** Expects every message once and in order, both at the receiver and in the delivery log. */
async function expectAll(rig: WebhookRig, endpoint: TestEndpoint, received: readonly Received[]): Promise<void> {
  const seqs = received.map(({ body }) => (JSON.parse(body) as { seq: number }).seq);
  expect(seqs).toEqual(Array.from({ length: ALL }, (_, i) => i + 1));
  expect(new Set(idsOf(received)).size).toBe(ALL);
  expect((await rig.deliveries(endpoint)).every(({ status }) => status === 'delivered')).toBe(true);
  expect(await waitingPlaces()).toEqual([]);
}

type Call = { operation: string; input: string };

/**
 * The possible crashes of a refill, each by the first write that it does not make. The delivering function has no other
 * write of that kind.
 */
const DEATHS: readonly (readonly [where: string, ends: (call: Call) => boolean])[] = [
  ['queueing', ({ operation, input }) => operation === 'UpdateItem' && input.includes('issued_')],
  ['marking the queued messages', ({ operation, input }) => operation === 'UpdateItem' && input.includes('"waits"')],
  [
    'removing the waiting items',
    ({ operation, input }) => operation === 'TransactWriteItems' && input.includes('waiting#'),
  ],
];

/** A runtime whose table fails for the first such call. */
function dyingRuntime(ends: (call: Call) => boolean, deaths: { left: number }): Runtime {
  const runtime = patientRuntime();
  const wire: Wire = (operation, input, signal) => {
    if (deaths.left > 0 && ends({ operation, input: JSON.stringify(input) })) {
      deaths.left -= 1;
      return Promise.reject(new Error('dead'));
    }
    return runtime.wire(operation, input, signal);
  };
  return { ...runtime, wire };
}

test.each(DEATHS)('a refill that crashes before %s loses and repeats no message', async (_where, ends) => {
  const deaths = { left: 1 };
  let isHeld = true;
  const deliver = serveDeliveries(() => dyingRuntime(ends, deaths), { timeoutMs: 10_000, mostQueued: ROOM });
  const rig = await open({
    mostQueued: ROOM,
    over: () => ({
      deliver: (event, invocation) => (isHeld ? Promise.reject(new Error('held')) : deliver(event, invocation)),
    }),
  });
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL);
  await rig.tick();
  expect((await waitingPlaces()).length).toBeGreaterThan(1);
  isHeld = false;
  const isDone = async (): Promise<boolean> => received.length >= ALL && (await waitingPlaces()).length === 0;
  for (let waited = 0; !(await isDone()) && waited < LATER; waited += MINUTE_MS) await rig.tick(MINUTE_MS);
  expect(deaths.left).toBe(0);
  await expectAll(rig, endpoint, received);
});

/** The context of a worker whose clock is ahead by this time. */
function workerCtx(rig: WebhookRig, aheadMs: number): WebhookContext {
  const runtime = patientRuntime();
  const invocation = { awsRequestId: 'tests', getRemainingTimeInMillis: () => 60_000 };
  return {
    ...openJob({ ...runtime, metrics: rig.runtime.metrics }, invocation),
    now: () => now() + aheadMs,
    queues: openWebhookQueues(readWebhooksConfig()),
    brands: { slugOf: () => Promise.resolve(undefined), prefixOf: () => Promise.resolve(undefined) },
    mostQueued: ROOM,
    random: Math.random,
  };
}

/** An endpoint whose queue is full and not processed until `go`, and for which more waits. */
async function full() {
  let isHeld = true;
  const rig = await open({
    mostQueued: ROOM,
    over: ({ deliver }) => ({
      deliver: (event, invocation) => (isHeld ? Promise.reject(new Error('held')) : deliver(event, invocation)),
    }),
  });
  const { url, received } = await receiver();
  const endpoint = await rig.addEndpoint(world.brand().key_prefix, url);
  await rig.happen(world.brand().key_prefix, randomUUID(), 1, ALL);
  await rig.tick();
  const held = () => rig.queues['webhook-first'].held();
  const waiting = (await waitingPlaces()).length;
  expect(waiting).toBeGreaterThan(1);
  const finish = async (): Promise<void> => {
    isHeld = false;
    // Messages that were handed out and not taken come back once they are visible.
    for (let minutes = 0; minutes < 4; minutes += 2) await rig.tick(2 * MINUTE_MS);
    await expectAll(rig, endpoint, received);
  };
  return { rig, endpoint, waiting, held, finish };
}

test('only one of several concurrent refills queues the waiting messages', async () => {
  const { rig, endpoint, waiting, held, finish } = await full();
  const one = () => refill(workerCtx(rig, LATER), endpoint.brand, endpoint.id);
  const brought = await Promise.all([one(), one(), one()]);
  expect(brought.toSorted((a, b) => a - b)).toEqual([0, 0, waiting]);
  expect(held()).toBe(ALL);
  expect(await waitingPlaces()).toEqual([]);
  await finish();
});

test('a refill that continues after its claim expired queues no message a second time', async () => {
  const { rig, endpoint, waiting, held, finish } = await full();
  const late = workerCtx(rig, LATER);
  const [reached, overtaken] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const slow = refill(
    {
      ...late,
      queues: {
        ...late.queues,
        sendFirst: async (deliveries) => {
          reached.resolve(undefined);
          await overtaken.promise;
          await late.queues.sendFirst(deliveries);
        },
      },
    },
    endpoint.brand,
    endpoint.id,
  );
  await reached.promise;
  expect(await refill(workerCtx(rig, 2 * LATER), endpoint.brand, endpoint.id)).toBe(waiting);
  expect(held()).toBe(ALL);
  overtaken.resolve(undefined);
  expect(await slow).toBe(waiting);
  expect(held()).toBe(ALL);
  await finish();
});
