import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { arrivalsAt, type Arrivals } from '../test/support/webhooks/arrivals.ts';
import { ok, startReceiver } from '../test/support/webhooks/receiver.ts';
import type { Service } from '../test/support/service/service.ts';
import type { WebhookRig } from '../test/support/webhooks/webhook-rig.ts';

const LICENSES = 20;
const QUICK = 3;
const LOOK_EVERY_MS = 20;

export type SlowOptions = { events: number; answersAfterMs: number };

/** The figures of one run. Messages are counted at the receivers. */
export type SlowRun = {
  wanted: number;
  slow: Arrivals & { lastDoneS: number };
  quick: { arrived: number; twice: number; outOfOrder: number; lastDoneS: number };
  /** The most messages of all endpoints together in the queue of first attempts at one time. */
  mostQueued: number;
  /** The most messages in that queue while only the slow receiver was incomplete. */
  mostQueuedForSlow: number;
};

/** Sends the same events to quick receivers and to one that answers 200 late. */
export async function runSlow(
  service: Service,
  rig: WebhookRig,
  { events, answersAfterMs }: SlowOptions,
): Promise<SlowRun> {
  const { key_prefix } = await service.brand({ products: {} });
  const times = { slow: 0, quick: 0 };
  const slow = await startReceiver(async (response, one, nth) => {
    await sleep(answersAfterMs);
    times.slow = performance.now();
    return ok(response, one, nth);
  });
  const answerAtOnce: typeof ok = (response, one, nth) => {
    times.quick = performance.now();
    return ok(response, one, nth);
  };
  const quick = await Promise.all(Array.from({ length: QUICK }, () => startReceiver(answerAtOnce)));
  for (const { url } of [slow, ...quick]) await rig.addEndpoint(key_prefix, url);
  const perLicense = Math.ceil(events / LICENSES);
  const wanted = perLicense * LICENSES;

  const most = { queued: 0, queuedForSlow: 0 };
  const watching = setInterval(() => {
    const held = rig.queues['webhook-first'].held();
    most.queued = Math.max(most.queued, held);
    const isOnlySlow = quick.every(({ received }) => received.length >= wanted);
    if (isOnlySlow) most.queuedForSlow = Math.max(most.queuedForSlow, held);
  }, LOOK_EVERY_MS);
  const started = performance.now();
  await Promise.all(Array.from({ length: LICENSES }, () => rig.happen(key_prefix, randomUUID(), 1, perLicense)));
  await rig.tick();
  clearInterval(watching);
  const ofQuick = quick.map(arrivalsAt);
  await Promise.all([slow, ...quick].map((receiver) => receiver.stop()));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    wanted,
    slow: { ...arrivalsAt(slow), lastDoneS: (times.slow - started) / 1000 },
    quick: {
      arrived: sum(ofQuick.map(({ ids }) => ids.size)),
      twice: sum(ofQuick.map(({ ids, requests }) => requests - ids.size)),
      outOfOrder: sum(ofQuick.map(({ outOfOrder }) => outOfOrder)),
      lastDoneS: (times.quick - started) / 1000,
    },
    mostQueued: most.queued,
    mostQueuedForSlow: most.queuedForSlow,
  };
}

export function printSlow({ wanted, slow, quick, mostQueued, mostQueuedForSlow }: SlowRun, ms: number): void {
  console.log(`  a receiver that answers 200 after ${ms} ms beside ${QUICK} quick ones, ${wanted} events:`);
  console.log(
    `    quick: ${quick.arrived} of ${QUICK * wanted} arrived, the last after ${quick.lastDoneS.toFixed(1)} s` +
      ` · twice: ${quick.twice} · out of order: ${quick.outOfOrder}`,
  );
  console.log(
    `    slow: ${slow.ids.size} of ${wanted} arrived, the last after ${slow.lastDoneS.toFixed(1)} s` +
      ` · twice: ${slow.requests - slow.ids.size} · out of order: ${slow.outOfOrder}`,
  );
  console.log(`    in the queue at most ${mostQueued}, and ${mostQueuedForSlow} once only the slow one was left`);
}
