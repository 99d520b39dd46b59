import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import type { Route } from '../../lib/api/route.ts';
import * as routes from '../../lib/api/webhook-endpoints.ts';
import { keys, webhookKeys } from '../../lib/table/keys.ts';
import { getOne, type Item } from '../../lib/dynamo/table.ts';
import { query } from '../../lib/dynamo/query.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { overwrite, upTo, type StoredItem } from '../support/table/whole-table.ts';
import type { Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { MINUTE_MS, DAY_MS } from '../../lib/domain/time.ts';

const service = useService();
const brand = useBrand(service);

type Fields = Record<string, unknown>;
const on = (route: Route, endpoint_id: string, headers = {}): Promise<Reply> =>
  service.call(route, { apiKey: brand.apiKey, params: { endpoint_id }, headers });
const pause = (id: string, headers = {}): Promise<Reply> => on(routes.pauseWebhookEndpoint, id, headers);
const resume = (id: string, headers = {}): Promise<Reply> => on(routes.resumeWebhookEndpoint, id, headers);
const get = async (id: string): Promise<Fields> => (await on(routes.getWebhookEndpoint, id)).body;
const made = async (): Promise<string> => {
  const reply = await service.call(routes.createWebhookEndpoint, {
    apiKey: brand.apiKey,
    body: { url: 'https://shop.example.com/hooks' },
  });
  return String(reply.body['id']);
};
const itemAt = async (key: { pk: string; sk: string }): Promise<Item | undefined> =>
  getOne(service.table(brand.key_prefix), key);
const catchUpItem = (id: string) => itemAt(webhookKeys.replay(brand.key_prefix, id, 'catch_up'));
/** Disables an endpoint as the service does after failures. */
const disable = async (id: string, stopped_at: string, more: Fields = {}): Promise<void> => {
  const item = (await itemAt(webhookKeys.endpoint(brand.key_prefix, id))) as StoredItem;
  await overwrite(service, item, {
    status: 'disabled',
    disabled_reason: 'failing',
    stopped_at,
    seq: Number(item['seq']) + 1,
    ...more,
  });
};
const lastEntry = async (id: string): Promise<Item | undefined> => {
  const { items } = await query(service.table(brand.key_prefix), {
    pk: keys.journal(brand.key_prefix, id, 1).pk,
    begins: 'journal#',
    newestFirst: true,
    limit: 1,
  });
  return items[0];
};

beforeEach(() => {
  stopClock('2026-11-25T12:00:00Z');
});

describe('the pause of an endpoint', () => {
  test('is shown and journaled, and changes nothing if it is repeated', async () => {
    const id = await made();
    moveClock(MINUTE_MS);
    const reply = await pause(id);
    expect(reply).toMatchObject({
      status: 200,
      body: { status: 'paused', disabled_reason: null, stopped_at: '2026-11-25T12:01:00Z' },
    });
    expect(await lastEntry(id)).toMatchObject({
      type: 'webhook_endpoint.updated',
      before: { status: 'active' },
      after: { status: 'paused' },
    });
    const before = await fingerprint(service);
    moveClock(MINUTE_MS);
    expect((await pause(id)).text).toBe(reply.text);
    expect(await fingerprint(service)).toBe(before);
  });

  test('does not change a disabled endpoint', async () => {
    const id = await made();
    await disable(id, '2026-11-25T11:00:00Z');
    const before = await fingerprint(service);
    expect((await pause(id)).body).toMatchObject({
      status: 'disabled',
      disabled_reason: 'failing',
      stopped_at: '2026-11-25T11:00:00Z',
    });
    expect(await fingerprint(service)).toBe(before);
  });
});

describe('a resumed endpoint', () => {
  test('is active and catches up on events since an hour before it stopped', async () => {
    const id = await made();
    moveClock(7_200_000);
    await pause(id);
    moveClock(600_000);
    const reply = await resume(id);
    expect(reply).toMatchObject({
      status: 200,
      body: { status: 'active', stopped_at: null, catch_up_from: '2026-11-25T13:00:00Z' },
    });
    expect(await get(id)).toMatchObject({
      status: 'active',
      replay: null,
      catch_up: {
        from: '2026-11-25T13:00:00Z',
        to: '2026-11-25T14:11:00Z',
        event_types: null,
        per_minute: 600,
        only_undelivered: true,
        state: 'running',
        sent: 0,
        requested_at: '2026-11-25T14:10:00Z',
      },
    });
    expect(await lastEntry(id)).toMatchObject({
      type: 'webhook_endpoint.updated',
      before: { status: 'paused' },
      after: { status: 'active' },
    });
  });

  test('is due for its catch-up at once', async () => {
    const id = await made();
    await pause(id);
    await resume(id);
    const item = await catchUpItem(id);
    const due = await query(service.table('@retry'), { pk: String(item?.['due_pk']), index: 'by_due', limit: 100 });
    expect(due.items).toContainEqual(
      expect.objectContaining({
        pk: item?.['pk'],
        sk: item?.['sk'],
        due_sk: expect.stringMatching(/^2026-11-25T12:00:00Z#/),
      }),
    );
  });

  test('catches up on nothing from before its creation', async () => {
    const id = await made();
    moveClock(MINUTE_MS);
    await pause(id);
    expect((await resume(id)).body).toMatchObject({ catch_up_from: '2026-11-25T12:00:00Z' });
  });

  test('loses the reason and the failures for which it was disabled', async () => {
    const id = await made();
    await disable(id, '2026-11-25T12:00:00Z', { created_at: '2026-11-01T00:00:00Z' });
    const health = webhookKeys.health(brand.key_prefix, id);
    await overwrite(service, health, { failures: 9, failing_since: '2026-11-20T12:00:00Z', open_until: null });
    expect(await get(id)).toMatchObject({
      status: 'disabled',
      health: { consecutive_failures: 9, failing_since: '2026-11-20T12:00:00Z' },
    });
    expect((await resume(id)).body).toMatchObject({
      status: 'active',
      disabled_reason: null,
      catch_up_from: '2026-11-25T11:00:00Z',
    });
    expect(await get(id)).toMatchObject({ status: 'active', health: null });
  });

  test('that was not stopped stays unchanged, with nothing to catch up on', async () => {
    const id = await made();
    const before = await fingerprint(service);
    expect((await resume(id)).body).toMatchObject({ status: 'active', catch_up_from: null });
    expect(await fingerprint(service)).toBe(before);
  });

  test('continues an unfinished catch-up, and starts a new one after a finished one', async () => {
    const id = await made();
    moveClock(DAY_MS);
    await pause(id);
    await resume(id);
    const reached = newId(Date.parse('2026-11-26T11:30:00Z'));
    await overwrite(service, (await catchUpItem(id)) as StoredItem, { position: reached, sent: 7 });
    moveClock(7_200_000);
    await pause(id);
    expect((await resume(id)).body).toMatchObject({ catch_up_from: '2026-11-26T11:30:00Z' });
    expect(await get(id)).toMatchObject({
      catch_up: { from: '2026-11-26T11:30:00Z', to: '2026-11-26T14:01:00Z', sent: 0, state: 'running' },
    });
    await overwrite(service, (await catchUpItem(id)) as StoredItem, {
      state: 'done',
      due_pk: undefined,
      due_sk: undefined,
    });
    await pause(id);
    expect((await resume(id)).body).toMatchObject({ catch_up_from: '2026-11-26T13:00:00Z' });
  });

  test('is resumed once by parallel calls, and parallel pauses and resumes keep a consistent state', async () => {
    const id = await made();
    await pause(id);
    const replies = await Promise.all(upTo(5).map(() => resume(id)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(replies.filter(({ body }) => body['catch_up_from'] !== null)).toHaveLength(1);
    expect((await lastEntry(id))?.['seq']).toBe(3);
    const crossed = await Promise.all(upTo(6).map((i) => (i % 2 === 0 ? pause(id) : resume(id))));
    expect(crossed.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const is = await get(id);
    expect(is['stopped_at'] === null).toBe(is['status'] === 'active');
  });

  test('gets its first answer again under one idempotency key, even after later changes', async () => {
    const id = await made();
    await pause(id);
    const headers = { 'idempotency-key': `resume-${id}` };
    const first = await resume(id, headers);
    await pause(id);
    expect(await resume(id, headers)).toMatchObject({
      status: 200,
      text: first.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await get(id)).toMatchObject({ status: 'paused' });
    const unchanged = await pause(id, { 'idempotency-key': `pause-${id}` });
    await resume(id);
    expect(await pause(id, { 'idempotency-key': `pause-${id}` })).toMatchObject({
      text: unchanged.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await get(id)).toMatchObject({ status: 'active' });
  });
});
