import { expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import type { Attempt } from '../../lib/domain/webhook.ts';
import { readDueGroup } from '../../lib/table/due.ts';
import { RETRY, RETRY_SHARDS, retryGroup, computeShard, webhookKeys } from '../../lib/table/keys.ts';
import { ForeignKey } from '../../lib/dynamo/table.ts';
import { readEventCursor, moveCursor } from '../../lib/table/webhook-cursors.ts';
import {
  changeDelivery,
  readDeliveries,
  readEventDeliveries,
  deliveryById,
  type Delivery,
  KEPT_ATTEMPTS,
  putNewDelivery,
  renewed,
  addAttempt,
} from '../../lib/table/webhook-deliveries.ts';
import { endpointHealth, noteFailure, noteSuccess, takeTrial } from '../../lib/table/webhook-health.ts';
import { sampleDelivery } from '../support/webhooks/sample-delivery.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

const BRAND = 'WPR';
const NOW = '2026-05-01T12:00:00Z';
const nowMs = Date.parse(NOW);
const LATER = '2026-05-01T13:00:00Z';
const service = useService();
const table = () => service.table(BRAND);
const tried: Attempt = {
  at: NOW,
  trigger: 'schedule',
  outcome: 'timed_out',
  status_code: null,
  latency_ms: 15_000,
  response_body: null,
};

/** The entries that a sweep finds for one delivery up to a time. */
async function due({ id, entity }: Delivery, until: string): Promise<string[]> {
  const { entries } = await readDueGroup(
    service.table(RETRY),
    retryGroup(computeShard(entity.id, RETRY_SHARDS)),
    ['0', until],
    {
      limit: 100,
    },
  );
  return entries.map(({ brand, key }) => `${brand} ${key.sk}`).filter((entry) => entry.endsWith(id));
}

test('concurrent workers create a delivery once', async () => {
  const delivery = sampleDelivery(nowMs);
  const made = await Promise.all(Array.from({ length: 5 }, () => putNewDelivery(table(), BRAND, delivery, LATER)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await deliveryById(table(), BRAND, delivery.endpoint_id, delivery.id)).toEqual(delivery);
});

test('concurrent workers record an attempt of a delivery once', async () => {
  const delivery = sampleDelivery(nowMs);
  await putNewDelivery(table(), BRAND, delivery, LATER);
  const record = () =>
    changeDelivery(table(), BRAND, delivery, { status: 'waiting', attempts: addAttempt(delivery, tried) }, LATER);
  const records = await Promise.all([record(), record(), record()]);
  expect(records.filter((changed) => changed !== undefined)).toEqual([
    { ...delivery, status: 'waiting', attempts: [tried], revision: 2 },
  ]);
  expect((await deliveryById(table(), BRAND, delivery.endpoint_id, delivery.id))?.attempts).toEqual([tried]);
});

test('a missing delivery cannot be changed', async () => {
  expect(await changeDelivery(table(), BRAND, sampleDelivery(nowMs), { status: 'canceled' }, null)).toBeUndefined();
});

test('the sweep finds an open delivery from its due time on, and no finished one', async () => {
  const delivery = sampleDelivery(nowMs);
  await putNewDelivery(table(), BRAND, delivery, LATER);
  const found = [`${BRAND} delivery#${delivery.id}`];
  expect([await due(delivery, NOW), await due(delivery, LATER)]).toEqual([[], found]);
  const moved = await changeDelivery(table(), BRAND, delivery, {}, NOW);
  if (moved === undefined) throw new Error('it was not written');
  expect(await due(delivery, NOW)).toEqual(found);
  const done = await changeDelivery(table(), BRAND, moved, { status: 'delivered', next_attempt_at: null }, null);
  expect(await due(delivery, '2099-01-01T00:00:00Z')).toEqual([]);
  if (done === undefined) throw new Error('it was not written');
  await changeDelivery(table(), BRAND, done, renewed(nowMs), LATER);
  expect(await due(delivery, LATER)).toEqual(found);
});

test('a delivery is kept for 30 days with its newest attempts', () => {
  const delivery = sampleDelivery(nowMs);
  expect(delivery.ttl).toBe(Date.parse('2026-05-31T12:00:00Z') / 1000);
  let attempts: Attempt[] = [];
  for (let i = 0; i < KEPT_ATTEMPTS + 3; i += 1) attempts = addAttempt({ attempts }, { ...tried, latency_ms: i });
  expect(attempts.map(({ latency_ms }) => latency_ms)).toEqual(Array.from({ length: KEPT_ATTEMPTS }, (_, i) => i + 3));
});

test('the deliveries of an endpoint are listed newest first, in pages and by status', async () => {
  const endpointId = newId(nowMs);
  const made = Array.from({ length: 25 }, (_, i) => sampleDelivery(nowMs + i * 1_000, { endpointId }));
  await Promise.all(made.map((delivery) => putNewDelivery(table(), BRAND, delivery, LATER)));
  await putNewDelivery(table(), BRAND, sampleDelivery(nowMs), LATER);
  const exhausted = made.filter((_, i) => i % 5 === 0);
  await Promise.all(
    exhausted.map((delivery) => changeDelivery(table(), BRAND, delivery, { status: 'exhausted' }, null)),
  );
  const all = async (status?: 'exhausted' | 'canceled', limit = 4): Promise<string[][]> => {
    const pages: string[][] = [];
    let after;
    do {
      const { deliveries, last }: Awaited<ReturnType<typeof readDeliveries>> = await readDeliveries(
        table(),
        BRAND,
        endpointId,
        { status, limit, after },
      );
      pages.push(deliveries.map(({ id }) => id));
      after = last;
    } while (after !== undefined);
    return pages;
  };
  const newestFirst = made.map(({ id }) => id).reverse();
  expect((await all()).flat()).toEqual(newestFirst);
  expect((await all(undefined, 25)).flat()).toEqual(newestFirst);
  expect((await all('exhausted', 2)).flat()).toEqual(exhausted.map(({ id }) => id).reverse());
  expect(await all('canceled')).toEqual([[]]);
});

test('a page of deliveries of one status looks through those of others, and may end with the list', async () => {
  const endpointId = newId(nowMs);
  const [oldest, ...others] = Array.from({ length: 102 }, (_, i) => sampleDelivery(nowMs + i, { endpointId }));
  const wanted = { ...oldest, status: 'delivered' } as Delivery;
  await Promise.all([wanted, ...others].map((delivery) => putNewDelivery(table(), BRAND, delivery, LATER)));
  const page = await readDeliveries(table(), BRAND, endpointId, { status: 'delivered', limit: 1 });
  expect(page).toEqual({ deliveries: [wanted], last: undefined });
  const [newest] = (await readDeliveries(table(), BRAND, endpointId, { limit: 1 })).deliveries;
  expect(newest?.id).toBe(others.at(-1)?.id);
});

test('the deliveries of an event are found for each of its endpoints', async () => {
  const [first, second] = [sampleDelivery(nowMs), sampleDelivery(nowMs)];
  const twin = { ...second, id: first.id };
  await Promise.all([first, twin].map((delivery) => putNewDelivery(table(), BRAND, delivery, LATER)));
  const found = await readEventDeliveries(
    table(),
    BRAND,
    [first.endpoint_id, newId(nowMs), twin.endpoint_id],
    first.id,
  );
  expect(found).toEqual([first, twin]);
});

test('a delivery of another brand can be neither read nor changed', async () => {
  const delivery = sampleDelivery(nowMs);
  await putNewDelivery(table(), BRAND, delivery, LATER);
  expect(await deliveryById(service.table('WP'), 'WP', delivery.endpoint_id, delivery.id)).toBeUndefined();
  await expect(changeDelivery(service.table('WP'), BRAND, delivery, {}, null)).rejects.toThrow(ForeignKey);
});

test('a cursor moves forward and never back', async () => {
  const id = newId(nowMs);
  expect(await readEventCursor(table(), BRAND, id)).toBe(0);
  await Promise.all([3, 9, 4, 7].map((seq) => moveCursor(table(), BRAND, id, seq)));
  expect(await readEventCursor(table(), BRAND, id)).toBe(9);
});

test('failures of all lanes are counted together, and one worker gets the trial attempt', async () => {
  const id = newId(nowMs);
  for (let i = 0; i < 3; i += 1) {
    await Promise.all(
      Array.from({ length: 4 }, () => noteFailure(table(), BRAND, id, { known: undefined, nowMs: nowMs + i })),
    );
  }
  const health = await endpointHealth(table(), BRAND, id);
  expect(health).toMatchObject({ failures: 12, failing_since: NOW, open_until: '2026-05-01T12:01:00Z' });
  if (health === undefined) throw new Error('nothing was noted');
  const trials = await Promise.all(
    Array.from({ length: 4 }, () => takeTrial(table(), BRAND, id, health, nowMs + MINUTE_MS)),
  );
  expect(trials.filter(Boolean)).toHaveLength(1);
  await noteSuccess(table(), BRAND, id);
  expect(await endpointHealth(table(), BRAND, id)).toBeUndefined();
  const { pk } = webhookKeys.health(BRAND, id);
  expect((await wholeTable(service)).filter((item) => item.pk === pk)).toEqual([]);
});
