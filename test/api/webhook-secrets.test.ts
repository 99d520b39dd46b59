import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import * as routes from '../../lib/api/webhook-endpoints.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { readJournal } from '../../lib/table/journal.ts';
import { webhookKeys } from '../../lib/table/keys.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { secretContext } from '../../lib/table/webhook-endpoints.ts';
import type { Reply } from '../support/service/service.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';

const service = useService();
const brand = useBrand(service);

type Fields = Record<string, unknown>;
const URL = 'https://shop.example.com/hooks/t0ken?key=s3cret';
const create = (body: Fields = {}, of = brand, headers = {}): Promise<Reply> =>
  service.call(routes.createWebhookEndpoint, { apiKey: of.apiKey, body: { url: URL, ...body }, headers });
const on = (route: Route, endpoint_id: unknown, body?: Fields, headers = {}): Promise<Reply> =>
  service.call(route, {
    apiKey: brand.apiKey,
    params: { endpoint_id: String(endpoint_id) },
    ...(body ? { body } : {}),
    headers,
  });
const made = async (body: Fields = {}): Promise<Fields> => {
  const reply = await create(body);
  expect({ status: reply.status, text: reply.status === 201 ? '' : reply.text }).toEqual({ status: 201, text: '' });
  return reply.body;
};
const journal = async (id: unknown) =>
  (await readJournal(service.table(brand.key_prefix), brand.key_prefix, String(id), { limit: 50 })).entries;
const stored = (id: unknown): Promise<Fields | undefined> =>
  getOne(service.table(brand.key_prefix), webhookKeys.endpoint(brand.key_prefix, String(id)));

describe('the secret of a new webhook endpoint', () => {
  test('is stored encrypted, and can be decrypted for this endpoint only', async () => {
    const { id, secret } = await made();
    const everything = JSON.stringify(await wholeTable(service));
    expect(everything).not.toContain(String(secret).slice('whsec_'.length));
    const sealed = String((await stored(id))?.['secret']);
    const vault = await openRuntime().vault(AbortSignal.timeout(10_000));
    expect(vault.decrypt(sealed, secretContext(brand.key_prefix, String(id)))).toBe(secret);
    expect(() => vault.decrypt(sealed, secretContext(brand.key_prefix, brand.id))).toThrow();
  });

  test('is shown in the same text to each request under one idempotency key, and made once', async () => {
    const headers = { 'idempotency-key': 'one-endpoint' };
    const replies = await Promise.all(upTo(5).map(() => create({}, brand, headers)));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect(replies.filter((reply) => reply.headers['idempotent-replayed'] === 'true')).toHaveLength(4);
    expect(JSON.stringify(await wholeTable(service))).not.toContain(String(replies[0]?.body['secret']).slice(6));
  });
});

describe('a new webhook secret', () => {
  test('is shown once, and the old one is kept for the overlap', async () => {
    const previous = await made();
    const reply = await on(routes.rotateWebhookSecret, previous['id'], { overlap_hours: 48 });
    const { secret, old_secret_valid_until } = reply.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(previous['secret']);
    expect(Date.parse(String(old_secret_valid_until)) - Date.now()).toBeGreaterThan(47.9 * HOUR_MS);
    const vault = await openRuntime().vault(AbortSignal.timeout(10_000));
    const item = await stored(previous['id']);
    const place = secretContext(brand.key_prefix, String(previous['id']));
    expect([item?.['secret'], item?.['previous_secret']].map((sealed) => vault.decrypt(String(sealed), place))).toEqual(
      [secret, previous['secret']],
    );
    expect((await on(routes.getWebhookEndpoint, previous['id'])).text).not.toContain('whsec_');
    const [entry] = await journal(previous['id']);
    expect(entry).toMatchObject({
      type: 'webhook_endpoint.secret_rotated',
      before: null,
      after: { old_secret_valid_until },
    });
  });

  test.each([
    [{}, 24],
    [{ overlap_hours: 0 }, null],
  ])('after %p keeps the old one for %p hours', async (body, hours) => {
    const { id } = await made();
    const { old_secret_valid_until: until } = (await on(routes.rotateWebhookSecret, id, body)).body;
    if (hours === null) expect([until, (await stored(id))?.['previous_secret']]).toEqual([null, null]);
    else expect(Math.round((Date.parse(String(until)) - Date.now()) / 360_000) / 10).toBe(hours);
  });

  test('is created once under one idempotency key', async () => {
    const { id } = await made();
    const headers = { 'idempotency-key': 'rotate-once' };
    const [one, two] = [
      await on(routes.rotateWebhookSecret, id, {}, headers),
      await on(routes.rotateWebhookSecret, id, {}, headers),
    ];
    expect(two).toMatchObject({ status: 200, text: one.text, headers: { 'idempotent-replayed': 'true' } });
    expect(await journal(id)).toHaveLength(2);
    expect(await on(routes.rotateWebhookSecret, id, { overlap_hours: 1 }, headers)).toMatchObject({
      body: { code: 'idempotency_key_reused' },
    });
  });
});
