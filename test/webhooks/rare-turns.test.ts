import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { isoSeconds } from '../../lib/domain/time.ts';
import { NO_FLOW } from '../../lib/domain/webhook-flow.ts';
import { retry } from '../../lib/dynamo/outcome.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { now } from '../../lib/process/clock.ts';
import { newId } from '../../lib/process/ids.ts';
import type { Facts } from '../../lib/process/logger.ts';
import { journalWrite } from '../../lib/table/journal.ts';
import type { Journalled } from '../../lib/table/journal-stream.ts';
import { keys, webhookKeys } from '../../lib/table/keys.ts';
import { deliveryById, newDelivery, putNewDelivery, type Delivery } from '../../lib/table/webhook-deliveries.ts';
import { putNewWebhookEndpoint, webhookEndpointById, type WebhookEndpoint } from '../../lib/table/webhook-endpoints.ts';
import { firstWaiting, noteWaiting, putWaiting, readFlows } from '../../lib/table/webhook-flow.ts';
import { parseReplayItem, positionBefore, putNewReplay, type Replay } from '../../lib/table/webhook-replays.ts';
import type { SendingContext } from '../../lib/webhooks/context.ts';
import { cancel, deliverOne } from '../../lib/webhooks/deliver-one.ts';
import { deliver } from '../../lib/webhooks/deliver.ts';
import { disableEndpoint } from '../../lib/webhooks/disable.ts';
import { fanOut } from '../../lib/webhooks/fan-out.ts';
import { buildQueued, type Queued } from '../../lib/webhooks/queues.ts';
import { refill } from '../../lib/webhooks/refill.ts';
import { stepReplay } from '../../lib/webhooks/replay.ts';
import { waitForRoom } from '../../lib/webhooks/room.ts';
import { settle } from '../../lib/webhooks/settle.ts';
import { sampleLicense } from '../support/service/sample-license.ts';
import { loseTransaction } from '../support/table/lost-races.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service, { products: {} });
const table = () => service.table(shop.key_prefix);

const lines: Facts[] = [];
const queued: Queued[] = [];
beforeEach(() => {
  lines.length = 0;
  queued.length = 0;
});

/** A function's context whose queue and log are kept here. */
const context = (changes: Partial<SendingContext> = {}): SendingContext =>
  ({
    requestId: 'tests',
    now,
    table: service.table,
    stop: new AbortController().signal,
    logger: { info: () => undefined, error: (facts: Facts) => void lines.push(facts) },
    measure: () => undefined,
    queues: {
      sendFirst: (sent: Queued[]) => Promise.resolve(void queued.push(...sent)),
      sendRetry: () => Promise.resolve(),
    },
    brands: {
      slugOf: () => Promise.resolve(shop.slug),
      prefixOf: () => Promise.resolve(shop.key_prefix),
    },
    mostQueued: 100,
    random: () => 0.5,
    sending: { allowLoopback: true },
    ...changes,
  }) as unknown as SendingContext;

const ended = { stop: AbortSignal.abort() };
const eventsLogged = (): unknown[] => lines.map(({ event }) => event);

async function addEndpoint(changes: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const at = isoSeconds(now() - 60_000);
  const endpoint: WebhookEndpoint = {
    ...{ id: newId(now()), url: 'https://shop.example/hook', description: null, event_types: ['license.*'] },
    ...{ products: null, payload_version: '2026-07-28', status: 'active', disabled_reason: null, stopped_at: null },
    ...{ created_at: at, updated_at: at, seq: 1, secret: '', previous_secret: null, previous_secret_until: null },
    ...changes,
  };
  await transact<never>(table(), [putNewWebhookEndpoint(shop.key_prefix, endpoint)]);
  return endpoint;
}

/** Journals a renewal of a license at a time, as a machine whose clock says so. */
async function happen(id: string, seq: number, nowMs = now()): Promise<string> {
  const actor = { type: 'system', id: 'tests' } as const;
  const author = { brand: shop.key_prefix, actor, requestId: 'tests', nowMs };
  const change = { notBefore: '', before: { expires_at: null }, after: { expires_at: isoSeconds(nowMs) } };
  const of = { type: 'license.renewed', entity: { type: 'license', id }, seq } as const;
  const write = journalWrite(author, { ...of, ...change, license: sampleLicense({ id, seq }) });
  await transact<never>(table(), [write]);
  return 'put' in write ? String(write.put['id']) : '';
}

/** An entry that a later version wrote, or that is damaged. */
const spoil = (id: string, seq: number): Promise<unknown> =>
  transact<never>(table(), [
    { put: { ...keys.journal(shop.key_prefix, id, seq), type: 'nonsense', occurred_at: isoSeconds(now()) } },
  ]);

async function addDelivery(endpoint: WebhookEndpoint, changes: Partial<Delivery> = {}): Promise<Delivery> {
  const entry = { id: newId(now()), type: 'license.renewed', entity: { type: 'license', id: randomUUID() }, seq: 1 };
  const delivery = { ...newDelivery(endpoint.id, { ...entry, occurred_at: isoSeconds(now()) }, now()), ...changes };
  await putNewDelivery(table(), shop.key_prefix, delivery, isoSeconds(now()));
  return delivery;
}
const stored = ({ endpoint_id, id }: Delivery) => deliveryById(table(), shop.key_prefix, endpoint_id, id);

const notice = (id: string, seq: number, messageId = 'm') => ({
  messageId,
  body: JSON.stringify({ detail: { seq, brand: { slug: shop.slug }, entity: { id } } }),
});
const readOf = (endpoint: WebhookEndpoint, delivery: Delivery, journalled?: Journalled) => ({
  queued: buildQueued(shop.key_prefix, delivery, 'schedule'),
  delivery,
  journalled,
  receiver: { endpoint, health: undefined, flow: NO_FLOW },
});

describe('a message', () => {
  const key = { pk: 'a', sk: 'b' };
  const entry = { kind: 'entry', key, type: 'license.renewed' } as Journalled;
  const unreadable = { kind: 'unreadable', key, type: 'nonsense', reason: 'its type' } as const;
  const nobody = { brands: { slugOf: () => Promise.resolve(undefined) } } as unknown as Partial<SendingContext>;

  test.each([
    ['has no entry', undefined, {}, 'no such entry'],
    ['has an entry that cannot be read', unreadable, {}, 'its type'],
    ['is of a brand that is not there', entry, nobody, 'no such brand'],
  ])('that %s is put off, and its log line says why', async (_, journalled, changes, reason) => {
    const endpoint = await addEndpoint();
    const delivery = await addDelivery(endpoint);
    const handled = await deliverOne(context(changes), readOf(endpoint, delivery, journalled));
    expect(handled).toEqual({ done: 'put_off' });
    expect(lines).toMatchObject([{ event: 'webhooks.entry_unreadable', delivery_id: delivery.id, reason }]);
    expect(String((await stored(delivery))?.next_attempt_at) > isoSeconds(now())).toBe(true);
  });

  test('that was sent again by hand is skipped while its endpoint is paused', async () => {
    const endpoint = await addEndpoint({ status: 'paused' });
    const delivery = await addDelivery(endpoint);
    const read = { ...readOf(endpoint, delivery, entry) };
    read.queued = buildQueued(shop.key_prefix, delivery, 'redelivery');
    expect(await deliverOne(context(), read)).toEqual({ done: 'skipped' });
    expect(await stored(delivery)).toMatchObject({ revision: delivery.revision });
  });

  test('that was delivered stays so when its endpoint is removed', async () => {
    const delivery = await addDelivery(await addEndpoint(), { status: 'delivered' });
    await cancel(context(), shop.key_prefix, delivery);
    expect(await stored(delivery)).toMatchObject({ status: 'delivered' });
  });

  test('is given back with all after it in its lane once time is up', async () => {
    const delivery = await addDelivery(await addEndpoint());
    const body = JSON.stringify(buildQueued(shop.key_prefix, delivery, 'schedule'));
    const attributes = { MessageGroupId: 'lane', SequenceNumber: '1' };
    const records = ['first', 'second'].map((messageId) => ({ messageId, body, attributes }));
    expect(await deliver(context(ended), records)).toEqual(['first', 'second']);
  });

  test('whose delivery another worker has changed is not recorded, and sends no retry', async () => {
    const endpoint = await addEndpoint();
    const delivery = await addDelivery(endpoint, { revision: 3 });
    const stale = { ...delivery, revision: 2 };
    const failed = { at: isoSeconds(now()), trigger: 'schedule', outcome: 'timed_out', status_code: null } as const;
    await settle(context(), readOf(endpoint, stale), {
      attempt: { ...failed, latency_ms: 1, response: null } as never,
    });
    expect(eventsLogged()).toEqual(['webhooks.attempt_unrecorded']);
    expect(await stored(delivery)).toMatchObject({ revision: 3, attempts: [] });
  });
});

describe('an endpoint', () => {
  test('that is no longer active is not disabled again', async () => {
    const endpoint = await addEndpoint({ status: 'paused', stopped_at: isoSeconds(now()) });
    await disableEndpoint(context(), shop.key_prefix, endpoint.id, 'gone');
    expect(await webhookEndpointById(table(), shop.key_prefix, endpoint.id)).toEqual(endpoint);
  });

  test('is disabled once although another change came first', async () => {
    const endpoint = await addEndpoint();
    const measured: unknown[] = [];
    const faulty = loseTransaction(service.table);
    const ctx = context({ table: faulty, measure: (...one) => void measured.push(one) });
    await disableEndpoint(ctx, shop.key_prefix, endpoint.id, 'gone');
    expect(await webhookEndpointById(table(), shop.key_prefix, endpoint.id)).toMatchObject({
      status: 'disabled',
      seq: 2,
    });
    expect(measured).toEqual([['webhook_endpoints_disabled', 1, 'gone']]);
  });
});

describe('an event', () => {
  test('is given back once time is up, and handed out by the next call', async () => {
    const endpoint = await addEndpoint();
    const id = randomUUID();
    const eventId = await happen(id, 1);
    expect(await fanOut(context(ended), [notice(id, 1)])).toEqual(['m']);
    expect(await deliveryById(table(), shop.key_prefix, endpoint.id, eventId)).toBeUndefined();
    expect(await fanOut(context(), [notice(id, 1)])).toEqual([]);
    expect(await deliveryById(table(), shop.key_prefix, endpoint.id, eventId)).toMatchObject({ status: 'pending' });
  });

  test('that cannot be read is logged once and holds up no later one', async () => {
    const endpoint = await addEndpoint();
    const id = randomUUID();
    await spoil(id, 1);
    const later = await happen(id, 2);
    expect(await fanOut(context(), [notice(id, 2)])).toEqual([]);
    expect(await fanOut(context(), [notice(id, 1)])).toEqual([]);
    expect(lines).toMatchObject([{ event: 'webhooks.entry_unreadable', sk: keys.journal('', id, 1).sk }]);
    expect(await deliveryById(table(), shop.key_prefix, endpoint.id, later)).toBeDefined();
  });

  test('that comes late waits for room, once', async () => {
    const endpoint = await addEndpoint();
    const entry = { id: newId(now()), type: 'license.renewed', entity: { type: 'license', id: randomUUID() }, seq: 1 };
    const delivery = newDelivery(endpoint.id, { ...entry, occurred_at: isoSeconds(now()) }, now());
    for (const _ of ['first', 'second'])
      await waitForRoom(context(), table(), { brand: shop.key_prefix, delivery, onlyNew: true });
    expect(await stored(delivery)).toMatchObject({ waits: true, status: 'pending', revision: delivery.revision });
    expect(await firstWaiting(table(), shop.key_prefix, endpoint.id, 9)).toHaveLength(1);
  });
});

describe('the messages that wait for room', () => {
  const waitingOf = (endpointId: string) => firstWaiting(table(), shop.key_prefix, endpointId, 9);
  const note = (endpointId: string) =>
    noteWaiting(table(), { brand: shop.key_prefix, endpointId, nowMs: now() - 60_000 });

  test('of a removed endpoint are forgotten', async () => {
    const endpointId = newId(now());
    await note(endpointId);
    expect(await refill(context(), shop.key_prefix, endpointId)).toBe(0);
    const flows = await readFlows(table(), shop.key_prefix, [endpointId]);
    expect(flows.get(endpointId)).toEqual(NO_FLOW);
  });

  test('keep the position of one that another worker is about to write', async () => {
    const endpoint = await addEndpoint();
    const entry = { id: newId(now()), type: 'license.renewed', entity: { type: 'license', id: randomUUID() }, seq: 1 };
    const unwritten = newDelivery(endpoint.id, { ...entry, occurred_at: isoSeconds(now()) }, now());
    await putWaiting(table(), shop.key_prefix, unwritten, now());
    await note(endpoint.id);
    expect(await refill(context(), shop.key_prefix, endpoint.id)).toBe(0);
    expect(await waitingOf(endpoint.id)).toHaveLength(1);
    expect(queued).toEqual([]);
  });
});

describe('a replay', () => {
  const second = (): number => Math.floor(now() / 1000) * 1000 - 20_000;
  const replayOf = async (endpoint: WebhookEndpoint, atMs: number, changes: Partial<Replay> = {}): Promise<Replay> => {
    const at = isoSeconds(atMs);
    const replay: Replay = {
      ...{ endpoint_id: endpoint.id, kind: 'replay', from: at, to: at, event_types: null, per_minute: 100 },
      ...{ only_undelivered: false, position: positionBefore(at), sent: 0, state: 'running', requested_at: at },
      ...changes,
    };
    await transact(table(), [putNewReplay(shop.key_prefix, replay, now(), retry)]);
    return replay;
  };
  const storedReplay = async (endpoint: WebhookEndpoint): Promise<Replay> =>
    parseReplayItem((await getOne(table(), webhookKeys.replay(shop.key_prefix, endpoint.id, 'replay'))) ?? {});

  test('goes on within a second after the last event that it sent', async () => {
    const at = second();
    const endpoint = await addEndpoint({ created_at: isoSeconds(at - 5_000) });
    const first = await happen(randomUUID(), 1, at + 100);
    const last = await happen(randomUUID(), 1, at + 200);
    const replay = await replayOf(endpoint, at, { position: first });
    expect(await stepReplay(context(), shop.key_prefix, replay)).toBe(1);
    expect(await storedReplay(endpoint)).toMatchObject({ position: last, sent: 1, state: 'done' });
  });

  test('ends at the latest event of a second in which a clock went back', async () => {
    const at = second() - 10_000;
    const endpoint = await addEndpoint({ created_at: isoSeconds(at - 5_000) });
    const id = randomUUID();
    const latest = await happen(id, 1, at + 500);
    await happen(id, 2, at + 100);
    expect(await stepReplay(context(), shop.key_prefix, await replayOf(endpoint, at))).toBe(2);
    expect(await storedReplay(endpoint)).toMatchObject({ position: latest, sent: 2 });
  });

  test('gives a message that waits already its position again, as a step that died may not have', async () => {
    const at = second() - 20_000;
    const endpoint = await addEndpoint({ created_at: isoSeconds(at - 5_000) });
    const licenseId = randomUUID();
    const id = await happen(licenseId, 1, at);
    const entity = { type: 'license', id: licenseId };
    await addDelivery(endpoint, { id, entity, occurred_at: isoSeconds(at), waits: true });
    expect(await stepReplay(context(), shop.key_prefix, await replayOf(endpoint, at))).toBe(1);
    expect(queued.map(({ delivery_id }) => delivery_id)).toEqual([id]);
  });
});
