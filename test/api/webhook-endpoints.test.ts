import { describe, expect, test } from '@jest/globals';
import type { Context as LambdaContext } from 'aws-lambda';
import { createWebhookEndpoint } from '../../lib/commands/create-webhook-endpoint.ts';
import { bindBrand } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import type { Route } from '../../lib/api/route.ts';
import * as routes from '../../lib/api/webhook-endpoints.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { readJournal } from '../../lib/table/journal.ts';
import { webhookKeys } from '../../lib/table/keys.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { byOperation, eventFor, type Reply, type TestBrand } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { pointersOf } from '../support/service/world.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

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
const noteFailures = (id: unknown): Promise<unknown> =>
  transact<never>(service.table(brand.key_prefix), [
    {
      put: {
        ...webhookKeys.health(brand.key_prefix, String(id)),
        failures: 3,
        failing_since: '2026-11-20T00:00:00Z',
        open_until: null,
      },
    },
  ]);
const withoutSecret = ({ secret: _secret, ...rest }: Fields): Fields => rest;

describe('a new webhook endpoint', () => {
  test('receives all event types, is active, and shows its secret once', async () => {
    const { id, secret, ...rest } = await made();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rest).toEqual({
      url: URL,
      description: null,
      event_types: ['*'],
      products: null,
      payload_version: '2026-11-25',
      status: 'active',
      disabled_reason: null,
      stopped_at: null,
      old_secret_valid_until: null,
      created_at: expect.stringMatching(/Z$/),
      updated_at: rest['created_at'],
    });
    const one = await on(routes.getWebhookEndpoint, id);
    const speed = { p95_ms: null, status_reason: null };
    expect(one.body).toEqual({ id, ...rest, ...speed, health: null, replay: null, catch_up: null });
    const list = await service.call(routes.listWebhookEndpoints, { apiKey: brand.apiKey });
    expect((list.body['webhook_endpoints'] as Fields[])[0]).toEqual({ id, ...rest, ...speed });
    for (const { text } of [one, list]) expect(text).not.toContain('whsec_');
  });

  test('is journaled by its host only', async () => {
    const { id } = await made({ description: 'Shop', event_types: ['license.*'] });
    const after = {
      id,
      host: 'shop.example.com',
      description: 'Shop',
      event_types: ['license.*'],
      products: null,
      status: 'active',
    };
    const entries = await journal(id);
    expect(entries).toMatchObject([
      { type: 'webhook_endpoint.created', seq: 1, before: null, after, actor: { type: 'api_key', id: brand.apiKeyId } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/t0ken|s3cret|whsec_/);
  });

  test('stores products by id, and each event type once', async () => {
    const { products, event_types } = await made({
      products: ['wp-rocket', 'imagify'],
      event_types: ['license.*', 'customer.erased', 'license.*'],
    });
    const list = await service.call(byOperation('list_products'), { apiKey: brand.apiKey });
    const idOf = (slug: string): unknown =>
      (list.body['products'] as Fields[]).find((product) => product['slug'] === slug)?.['id'];
    expect(products).toEqual([idOf('wp-rocket'), idOf('imagify')]);
    expect(event_types).toEqual(['license.*', 'customer.erased']);
  });
});

describe('an invalid webhook endpoint', () => {
  test.each([
    ['plain HTTP', { url: 'http://shop.example.com/' }, '/url', /https:\/\//],
    ['a private address', { url: 'https://10.1.2.3/' }, '/url', /special address/],
    ['a malformed URL', { url: 'shop' }, '/url', /URL/],
    ['an unknown type', { event_types: ['license.*', 'license.renamed'] }, '/event_types/1', /license\.renewed/],
    ['an unknown noun', { event_types: ['order.*'] }, '/event_types/0', /license\.\*/],
    ['a malformed type', { event_types: ['*.renewed'] }, '/event_types/0', /type of event/],
    ['no types', { event_types: [] }, '/event_types', /empty/],
    ['a product named twice', { products: ['wp-rocket', 'wp-rocket'] }, '/products/1', /already/],
    ['no products', { products: [] }, '/products', /empty/],
  ])('with %s is refused by the field’s name, and nothing is written', async (_, body, pointer, message) => {
    const { id } = await made();
    const before = await fingerprint(service);
    for (const reply of [await create(body), await on(routes.updateWebhookEndpoint, id, body)]) {
      expect(reply).toMatchObject({
        status: 400,
        body: { code: 'bad_request', errors: [{ pointer, message: expect.stringMatching(message) }] },
      });
    }
    expect(await fingerprint(service)).toBe(before);
  });

  test('is refused with all of its errors at once', async () => {
    const reply = await create({ url: 'http://a.example.com', event_types: ['a.b', '*', 'license.x'] });
    expect(pointersOf(reply)).toEqual(['/url', '/event_types/0', '/event_types/2']);
  });

  test('with a product that the brand does not have is refused, and nothing is written', async () => {
    const before = await fingerprint(service);
    expect(await create({ products: ['wp-rocket', 'nothing'] })).toMatchObject({
      status: 404,
      body: { code: 'product_not_found', product: 'nothing' },
    });
    expect(await fingerprint(service)).toBe(before);
  });
});

describe('a receiver on the same machine', () => {
  const url = 'http://127.0.0.1:4000/webhooks';

  test('is accepted while the service runs locally', async () => {
    expect(await made({ url })).toMatchObject({ url });
  });

  test('is refused by a deployed service', async () => {
    const deployed = serve(
      () => ({ ...openRuntime(), stage: 'dev' }),
      [bindBrand(routes.createWebhookEndpoint, createWebhookEndpoint)],
    );
    const call = async (address: string): Promise<number | undefined> => {
      const event = eventFor(routes.createWebhookEndpoint, { apiKey: brand.apiKey, body: { url: address } });
      return (await deployed(event as Parameters<typeof deployed>[0], {} as LambdaContext)).statusCode;
    };
    expect([await call(url), await call('https://localhost/'), await call(URL)]).toEqual([400, 400, 201]);
  });
});

describe('the limit of 50 endpoints per brand', () => {
  test('holds for parallel requests, and an earlier request still gets its answer', async () => {
    const full = await service.brand();
    const headers = { 'idempotency-key': 'the-first' };
    const first = await create({}, full, headers);
    for (let i = 1; i < 46; i += 1) expect((await create({}, full)).status).toBe(201);
    const replies = await Promise.all(upTo(8).map(() => create({}, full)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 422, 422, 422, 422]);
    const refused = await create({}, full);
    expect(refused).toMatchObject({ status: 422, body: { code: 'too_many_webhook_endpoints', maximum: 50 } });
    expect(await create({}, full, headers)).toMatchObject({
      status: 201,
      text: first.text,
      headers: { 'idempotent-replayed': 'true' },
    });

    const pages = [await list(full, { limit: '30' })];
    pages.push(await list(full, { limit: '30', cursor: String(pages[0]?.body['next_cursor']) }));
    const ids = pages.flatMap(({ body }) => (body['webhook_endpoints'] as { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(50);
    expect(ids).toEqual(ids.toSorted().reverse());

    await service.call(routes.deleteWebhookEndpoint, {
      apiKey: full.apiKey,
      params: { endpoint_id: String(first.body['id']) },
    });
    expect((await create({}, full)).status).toBe(201);
  });

  const list = (of: TestBrand, query: Record<string, string>): Promise<Reply> =>
    service.call(routes.listWebhookEndpoints, { apiKey: of.apiKey, query });
});

describe('a change of a webhook endpoint', () => {
  test('updates the given fields only, and is journaled', async () => {
    const previous = await made({ description: 'Shop', products: ['wp-rocket'] });
    const body = {
      url: 'https://new.example.com/hook',
      event_types: ['license.renewed'],
      description: null,
      products: null,
    };
    const reply = await on(routes.updateWebhookEndpoint, previous['id'], body);
    expect(reply).toMatchObject({
      status: 200,
      body: { ...withoutSecret(previous), ...body, updated_at: expect.any(String) },
    });
    expect((await on(routes.getWebhookEndpoint, previous['id'])).body).toMatchObject(reply.body);
    expect((await journal(previous['id']))[0]).toMatchObject({
      type: 'webhook_endpoint.updated',
      seq: 2,
      before: { host: 'shop.example.com', description: 'Shop', event_types: ['*'], products: previous['products'] },
      after: { host: 'new.example.com', description: null, event_types: ['license.renewed'], products: null },
    });
  });

  test('to the current values changes nothing', async () => {
    const previous = await made({ description: 'Shop' });
    const before = await fingerprint(service);
    for (const body of [{}, { url: URL }, { description: 'Shop', event_types: ['*'], products: null }])
      expect((await on(routes.updateWebhookEndpoint, previous['id'], body)).body).toEqual(withoutSecret(previous));
    expect(await fingerprint(service)).toBe(before);
  });

  test('of the URL path is journaled by the host, and resets the failures', async () => {
    const { id } = await made();
    await noteFailures(id);
    await on(routes.updateWebhookEndpoint, id, { description: 'another' });
    expect((await on(routes.getWebhookEndpoint, id)).body).toMatchObject({
      health: { consecutive_failures: 3, failing_since: '2026-11-20T00:00:00Z' },
    });
    await on(routes.updateWebhookEndpoint, id, { url: 'https://shop.example.com/other' });
    expect((await on(routes.getWebhookEndpoint, id)).body).toMatchObject({
      health: null,
      url: 'https://shop.example.com/other',
    });
    const [entry] = await journal(id);
    expect(entry).toMatchObject({ before: { host: 'shop.example.com' }, after: { host: 'shop.example.com' } });
  });

  test('takes effect beside a parallel change, a pause and a rotation', async () => {
    const { id } = await made();
    const replies = await Promise.all([
      on(routes.updateWebhookEndpoint, id, { description: 'both' }),
      on(routes.updateWebhookEndpoint, id, { event_types: ['license.*'] }),
      on(routes.pauseWebhookEndpoint, id),
      on(routes.rotateWebhookSecret, id, {}),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await on(routes.getWebhookEndpoint, id)).body).toMatchObject({
      description: 'both',
      event_types: ['license.*'],
      status: 'paused',
    });
    expect((await journal(id)).map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  });
});

describe('the deletion of a webhook endpoint', () => {
  test('returns the endpoint as it was, and removes it with its health', async () => {
    const previous = await made();
    await noteFailures(previous['id']);
    expect((await on(routes.deleteWebhookEndpoint, previous['id'])).body).toEqual(withoutSecret(previous));
    for (const route of [routes.getWebhookEndpoint, routes.deleteWebhookEndpoint, routes.pauseWebhookEndpoint])
      expect(await on(route, previous['id'])).toMatchObject({
        status: 404,
        body: { code: 'webhook_endpoint_not_found' },
      });
    expect((await wholeTable(service)).filter(({ pk }) => pk.endsWith(`#webhook#${String(previous['id'])}`))).toEqual(
      [],
    );
    expect((await journal(previous['id']))[0]).toMatchObject({
      type: 'webhook_endpoint.deleted',
      seq: 2,
      before: { host: 'shop.example.com' },
      after: null,
    });
  });
});
