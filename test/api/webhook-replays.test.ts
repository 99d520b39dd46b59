import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import {
  createWebhookEndpoint,
  getWebhookEndpoint,
  pauseWebhookEndpoint,
  replayEvents,
} from '../../lib/api/webhook-endpoints.ts';
import { RETRY, RETRY_SHARDS, retryGroup, webhookKeys } from '../../lib/table/keys.ts';
import { getOne, type Item } from '../../lib/dynamo/table.ts';
import { query } from '../../lib/dynamo/query.ts';
import { parseReplayItem } from '../../lib/table/webhook-replays.ts';
import type { WebhookContext } from '../../lib/webhooks/context.ts';
import { stepReplay } from '../../lib/webhooks/replay.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import type { Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { overwrite, upTo, type StoredItem } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

const service = useService();
const brand = useBrand(service);
beforeEach(() => {
  stopClock('2026-11-25T12:00:00Z');
});

type Fields = Record<string, unknown>;
const on = (route: Route, endpoint_id: string, body?: Fields, headers = {}): Promise<Reply> =>
  service.call(route, { apiKey: brand.apiKey, params: { endpoint_id }, ...(body ? { body } : {}), headers });
const replay = (id: string, body: Fields, headers = {}): Promise<Reply> => on(replayEvents, id, body, headers);
const made = async (): Promise<string> => {
  const reply = await service.call(createWebhookEndpoint, {
    apiKey: brand.apiKey,
    body: { url: 'https://shop.example.com/hooks' },
  });
  return String(reply.body['id']);
};
const itemOf = async (id: string): Promise<StoredItem> =>
  (await getOne(service.table(brand.key_prefix), webhookKeys.replay(brand.key_prefix, id, 'replay'))) as StoredItem;
const isDue = async ({ pk, sk }: Item): Promise<boolean> => {
  const shards = Array.from({ length: RETRY_SHARDS }, (_, shard) => shard);
  const pages = await Promise.all(
    shards.map((shard) => query(service.table(RETRY), { pk: retryGroup(shard), index: 'by_due', limit: 1_000 })),
  );
  return pages.some(({ items }) => items.some((item) => item['pk'] === pk && item['sk'] === sk));
};

const SPAN = { from: '2026-11-24T00:00:00Z', to: '2026-11-24T12:00:00Z' };

describe('a replay', () => {
  test('starts as requested, is shown on its endpoint, and is due at once', async () => {
    const id = await made();
    const body = { ...SPAN, event_types: ['license.*'], per_minute: 60, only_undelivered: true };
    const reply = await replay(id, body);
    const asked = { ...body, state: 'running', sent: 0, requested_at: '2026-11-25T12:00:00Z' };
    expect(reply).toMatchObject({ status: 200, body: asked });
    expect((await on(getWebhookEndpoint, id)).body).toMatchObject({ replay: asked, catch_up: null });
    const item = await itemOf(id);
    expect(item['due_sk']).toMatch(/^2026-11-25T12:00:00Z#/);
    expect(await isDue(item)).toBe(true);
  });

  test('by default sends all event types up to now, at 600 a minute', async () => {
    const id = await made();
    const { body } = await replay(id, { from: '2026-11-20T00:00:00+01:00' });
    expect(body).toEqual({
      from: '2026-11-19T23:00:00Z',
      to: '2026-11-25T12:00:00Z',
      event_types: null,
      per_minute: 600,
      only_undelivered: false,
      state: 'running',
      sent: 0,
      requested_at: '2026-11-25T12:00:00Z',
    });
  });

  test('ends now if a later end is requested', async () => {
    expect((await replay(await made(), { from: SPAN.from, to: '2026-11-25' })).body).toMatchObject({
      to: '2026-11-25T12:00:00Z',
    });
  });

  test.each([
    ['an end before the beginning', { from: SPAN.to, to: SPAN.from }, '/to'],
    ['a beginning in the future', { from: '2026-11-25T12:00:01Z' }, '/from'],
    ['a beginning more than 30 days ago', { from: '2026-10-26T11:59:59Z' }, '/from'],
    ['an unknown type', { ...SPAN, event_types: ['license.renewed', 'license.lost'] }, '/event_types/1'],
    ['a rate of 0', { ...SPAN, per_minute: 0 }, '/per_minute'],
    ['a rate that is too high', { ...SPAN, per_minute: 6_001 }, '/per_minute'],
  ])('with %s is refused by the field’s name, and nothing is written', async (_, body, pointer) => {
    const id = await made();
    const before = await fingerprint(service);
    expect(await replay(id, body)).toMatchObject({ status: 400, body: { code: 'bad_request', errors: [{ pointer }] } });
    expect(await fingerprint(service)).toBe(before);
  });

  test('may start exactly 30 days ago', async () => {
    expect((await replay(await made(), { from: '2026-10-26T12:00:00Z' })).status).toBe(200);
  });

  test('runs one at a time per endpoint, even if requested in parallel, and can be followed by another', async () => {
    const [id, other] = [await made(), await made()];
    const replies = await Promise.all(upTo(5).map(() => replay(id, SPAN)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(replies.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'replay_under_way' } });
    expect((await replay(other, SPAN)).status).toBe(200);
    await overwrite(service, await itemOf(id), { state: 'done', due_pk: undefined, due_sk: undefined });
    moveClock(1_000);
    expect(await replay(id, SPAN)).toMatchObject({
      status: 200,
      body: { state: 'running', requested_at: '2026-11-25T12:00:01Z' },
    });
  });

  test('starts once under one idempotency key, and its answer is replayed while it runs', async () => {
    const id = await made();
    const headers = { 'idempotency-key': `replay-${id}` };
    const first = await replay(id, SPAN, headers);
    moveClock(MINUTE_MS);
    expect(await replay(id, SPAN, headers)).toMatchObject({
      status: 200,
      text: first.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await replay(id, { ...SPAN, per_minute: 1 }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  test('to a paused endpoint is refused', async () => {
    const id = await made();
    await on(pauseWebhookEndpoint, id);
    expect(await replay(id, SPAN)).toMatchObject({
      status: 409,
      body: { code: 'webhook_endpoint_stopped', endpoint_status: 'paused' },
    });
  });
});

describe('a step of a replay', () => {
  const step = async (item: StoredItem, changes: Partial<WebhookContext> = {}): Promise<number> => {
    const parts = {
      requestId: 'step',
      table: service.table,
      now: () => Date.now(),
      mostQueued: 100,
      random: () => 0.5,
      measure: () => undefined,
    };
    const stop = new AbortController().signal;
    return stepReplay(
      { ...parts, stop, ...changes } as unknown as WebhookContext,
      brand.key_prefix,
      parseReplayItem(item),
    );
  };

  test('leaves events of the last seconds to the next one', async () => {
    const id = await made();
    await replay(id, { from: '2026-11-25T11:59:55Z' });
    expect(await step(await itemOf(id))).toBe(0);
    expect(await itemOf(id)).toMatchObject({ state: 'running', sent: 0, due_sk: expect.stringMatching(/12:01:00Z/) });
  });

  test('sends nothing without time, and to no endpoint that was paused or deleted', async () => {
    const id = await made();
    await replay(id, { from: '2026-11-25T11:59:00Z' });
    moveClock(MINUTE_MS);
    expect(await step(await itemOf(id), { stop: AbortSignal.abort() })).toBe(0);
    expect(await itemOf(id)).toMatchObject({ state: 'running', sent: 0 });
    await on(pauseWebhookEndpoint, id);
    expect(await step(await itemOf(id))).toBe(0);
    expect(await itemOf(id)).toMatchObject({ state: 'running', sent: 0 });
    const item = await itemOf(id);
    await service.documents.send(
      new DeleteCommand({ TableName: service.tableName, Key: webhookKeys.endpoint(brand.key_prefix, id) }),
    );
    expect(await step(item)).toBe(0);
    expect(await itemOf(id)).toMatchObject({ state: 'done', sent: 0 });
  });
});
