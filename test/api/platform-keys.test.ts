import { describe, expect, test } from '@jest/globals';
import { listBrands, updateBrand } from '../../lib/api/brands.ts';
import {
  adminCreateApiKey,
  adminRevokeApiKey,
  createApiKey,
  createPlatformKey,
  listPlatformKeys,
  revokeApiKey,
  revokePlatformKey,
  rotatePlatformKey,
} from '../../lib/api/api-keys.ts';
import { listProducts } from '../../lib/api/products.ts';
import { createPlatformKey as createFirstKey } from '../../lib/commands/create-platform-key.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';
import { inMs } from '../support/run/clock.ts';
import type { Reply } from '../support/service/service.ts';
import { journalIn, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);

type Key = { id: string; api_key: string; scopes: string[] };

const create = (body: Record<string, unknown>, apiKey = service.platformKey): Promise<Reply> =>
  service.call(createPlatformKey, { apiKey, body: { name: 'a key', ...body } });
const made = async (body: Record<string, unknown> = {}): Promise<Key> => {
  const reply = await create(body);
  expect(reply.status).toBe(201);
  return reply.body as Key;
};
const rotate = (api_key_id: string, body = {}, apiKey = service.platformKey, headers = {}): Promise<Reply> =>
  service.call(rotatePlatformKey, { apiKey, params: { api_key_id }, body, headers });
const revoke = (api_key_id: string, apiKey = service.platformKey): Promise<Reply> =>
  service.call(revokePlatformKey, { apiKey, params: { api_key_id } });
const reads = async (apiKey: string): Promise<number> => (await service.call(listBrands, { apiKey })).status;
const renames = async (apiKey: string): Promise<number> =>
  (await service.call(updateBrand, { apiKey, params: { brand_id: brand.id }, body: { name: 'Renamed' } })).status;

const BEYOND = { status: 403, body: { code: 'scope_not_grantable' } };
const NOT_THERE = { status: 404, body: { code: 'api_key_not_found' } };

describe('an API key of the platform team', () => {
  test('has its creator’s scopes unless fewer are requested', async () => {
    const whole = await made();
    expect(whole.scopes).toEqual(['platform:read', 'platform:write']);
    expect(whole.api_key).toMatch(/^cls_platform_/);
    expect([await reads(whole.api_key), await renames(whole.api_key)]).toEqual([200, 200]);
    const reader = await made({ scopes: ['platform:read'] });
    expect([await reads(reader.api_key), await renames(reader.api_key)]).toEqual([200, 403]);
  });

  test('cannot grant a scope that it does not hold, by creating or rotating a key', async () => {
    const writer = await made({ scopes: ['platform:write'] });
    const whole = await made();
    expect(await create({ scopes: ['platform:read'] }, writer.api_key)).toMatchObject({
      ...BEYOND,
      body: { scope: 'platform:read' },
    });
    expect(await create({ scopes: ['platform:write', 'platform:read'] }, writer.api_key)).toMatchObject(BEYOND);
    expect(await rotate(whole.id, {}, writer.api_key)).toMatchObject(BEYOND);
    expect((await create({}, writer.api_key)).body).toMatchObject({ scopes: ['platform:write'] });
    expect(await rotate(writer.id, { overlap_hours: 1 }, writer.api_key)).toMatchObject({ status: 200 });
    expect([await reads(whole.api_key), await renames(writer.api_key)]).toEqual([200, 200]);
  });

  test('cannot hold a brand scope, and a brand’s key cannot hold a platform scope', async () => {
    expect(await create({ scopes: ['licenses:read'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/scopes/0' }] },
    });
    const body = { name: 'a key', scopes: ['platform:read'] };
    const tries = [
      await service.call(createApiKey, { apiKey: brand.apiKey, body }),
      await service.call(adminCreateApiKey, {
        apiKey: service.platformKey,
        params: { brand_id: brand.id },
        body,
      }),
    ];
    for (const reply of tries)
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/scopes/0' }] } });
  });

  test('is listed newest first with its restrictions and without its text', async () => {
    const keys = [
      await made({ name: 'one', expires_at: '2099-01-01' }),
      await made({ name: 'two', allowed_cidrs: ['10.0.0.0/8'] }),
    ];
    const listed = await service.call(listPlatformKeys, { apiKey: service.platformKey, query: { limit: '2' } });
    expect(listed.body['api_keys']).toMatchObject([
      { id: keys[1]?.id, name: 'two', allowed_cidrs: ['10.0.0.0/8'], revoked_at: null },
      { id: keys[0]?.id, name: 'one', expires_at: '2099-01-01T23:59:59Z' },
    ]);
    for (const { api_key } of keys) expect(listed.text).not.toContain(api_key.slice(-32));
    expect(JSON.stringify(await wholeTable(service))).not.toContain(keys[0]?.api_key.slice(-32));
  });

  test('works with both texts during an overlap, and only with the new one without an overlap', async () => {
    const key = await made();
    const second = (await rotate(key.id, { overlap_hours: 24 })).body as Key;
    expect(second).toMatchObject({ id: key.id, scopes: key.scopes });
    expect([await reads(key.api_key), await reads(second.api_key)]).toEqual([200, 200]);
    const third = (await rotate(key.id)).body as Key;
    expect([await reads(key.api_key), await reads(second.api_key), await reads(third.api_key)]).toEqual([
      401, 401, 200,
    ]);
  });

  test('can revoke itself, is refused from the next request on, and cannot be rotated', async () => {
    const key = await made();
    expect(await revoke(key.id, key.api_key)).toMatchObject({
      status: 200,
      body: { id: key.id, revoked_at: expect.any(String) },
    });
    expect(await reads(key.api_key)).toBe(401);
    expect((await revoke(key.id)).status).toBe(200);
    expect(await rotate(key.id)).toMatchObject({ status: 409, body: { code: 'api_key_revoked' } });
  });

  test('is created once and rotated once per idempotency key, and a repeated call gets the same text', async () => {
    const apiKey = service.platformKey;
    const [one, two] = [{ 'Idempotency-Key': 'platform-1' }, { 'Idempotency-Key': 'platform-2' }];
    const expectReplay = async (send: () => Promise<Reply>): Promise<Key> => {
      const [first, second] = [await send(), await send()];
      expect(first.headers).not.toHaveProperty('idempotent-replayed');
      const { status, text } = first;
      expect(second).toMatchObject({ status, text, headers: { 'idempotent-replayed': 'true' } });
      return first.body as Key;
    };
    const key = await expectReplay(() =>
      service.call(createPlatformKey, { apiKey, body: { name: 'once' }, headers: one }),
    );
    expect((await rotate(key.id, {}, apiKey, one)).status).toBe(422);
    const rotated = await expectReplay(() => rotate(key.id, {}, apiKey, two));
    expect([await reads(key.api_key), await reads(rotated.api_key)]).toEqual([401, 200]);
    const entries = journalIn(await wholeTable(service)).filter(({ entity }) => entity.id === key.id);
    expect(entries.map(({ type }) => type)).toEqual(['api_key.created', 'api_key.rotated']);
  });

  test('cannot be managed by brand routes, nor a brand’s key by platform routes', async () => {
    const key = await made();
    expect(await revoke(brand.apiKeyId)).toMatchObject(NOT_THERE);
    expect(await rotate(brand.apiKeyId)).toMatchObject(NOT_THERE);
    const params = { brand_id: brand.id, api_key_id: key.id };
    expect(await service.call(adminRevokeApiKey, { apiKey: service.platformKey, params })).toMatchObject(NOT_THERE);
    expect(await service.call(revokeApiKey, { apiKey: brand.apiKey, params: { api_key_id: key.id } })).toMatchObject(
      NOT_THERE,
    );
    expect([await reads(key.api_key), (await service.call(listProducts, { apiKey: brand.apiKey })).status]).toEqual([
      200, 200,
    ]);
  });

  test('has its lifecycle in the journal, with the actor and without its text', async () => {
    const maker = await made();
    const key = (await create({ scopes: ['platform:read'] }, maker.api_key)).body as Key;
    await rotate(key.id, { overlap_hours: 2 });
    await revoke(key.id, maker.api_key);
    const entries = journalIn(await wholeTable(service)).filter(({ entity }) => entity.id === key.id);
    expect(entries.map(({ type }) => type)).toEqual(['api_key.created', 'api_key.rotated', 'api_key.revoked']);
    expect(entries.map(({ seq }) => seq)).toEqual(upTo(3));
    for (const { brand: owner, actor } of entries)
      expect({ owner, type: actor.type }).toEqual({ owner: '@platform', type: 'admin' });
    expect([entries[0]?.actor.id, entries[2]?.actor.id]).toEqual([maker.id, maker.id]);
    expect(JSON.stringify(entries)).not.toContain('cls_');
  });
});

test('a rotated key with an end works in its old text no longer than that end', async () => {
  const expires_at = inMs(HOUR_MS);
  const { id } = await made({ expires_at });
  expect((await rotate(id, { overlap_hours: 24 })).status).toBe(200);
  const [rotated] = journalIn(await wholeTable(service)).filter(
    ({ entity, type }) => entity.id === id && type === 'api_key.rotated',
  );
  expect(rotated?.after).toEqual({ old_key_valid_until: expires_at });
});

test('the first key of a stage has the limit of every platform key', async () => {
  const context = { requestId: 'tests', nowMs: Date.now(), table: service.table };
  const { id } = await createFirstKey(context, { name: 'the first one' });
  const { body } = await service.call(listPlatformKeys, { apiKey: service.platformKey });
  const listed = (body['api_keys'] as Record<string, unknown>[]).find((one) => one['id'] === id);
  expect(listed).toMatchObject({ name: 'the first one', rate_limit_per_minute: null });
});
