import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { listBrands } from '../../lib/api/brands.ts';
import {
  adminCreateApiKey,
  adminListApiKeys,
  adminRevokeApiKey,
  adminRotateApiKey,
  createApiKey,
  createPlatformKey,
  listApiKeys,
  listPlatformKeys,
  revokeApiKey,
  revokePlatformKey,
  rotateApiKey,
  rotatePlatformKey,
} from '../../lib/api/api-keys.ts';
import { listProducts } from '../../lib/api/products.ts';
import { readJournal } from '../../lib/table/journal.ts';
import { PLATFORM } from '../../lib/table/keys.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { holdRead } from '../support/table/delayed-reads.ts';
import { startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { upTo } from '../support/table/whole-table.ts';

let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
const engine = engineEndpoint();
beforeAll(async () => {
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  brand = await service.brand();
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(async () => {
  announceEngineEndpoint(engine);
  await proxy.stop();
});

type Key = { id: string; api_key: string };
/** The routes that manage one kind of API key, and a call that succeeds with a valid key of that kind. */
type Side = {
  create: () => Promise<Reply>;
  rotate: (api_key_id: string, overlap_hours: number, as?: string) => Promise<Reply>;
  revoke: (api_key_id: string) => Promise<Reply>;
  list: () => Promise<Reply>;
  use: (apiKey: string) => Promise<Reply>;
  owner: string;
};

const named = { body: { name: 'raced' } };
const newest = { query: { limit: '10' } };
const SIDES: Record<string, () => Side> = {
  'the brand’s own routes': () => ({
    create: () => service.call(createApiKey, { apiKey: brand.apiKey, ...named }),
    rotate: (api_key_id, overlap_hours, apiKey = brand.apiKey) =>
      service.call(rotateApiKey, { apiKey, params: { api_key_id }, body: { overlap_hours } }),
    revoke: (api_key_id) => service.call(revokeApiKey, { apiKey: brand.apiKey, params: { api_key_id } }),
    list: () => service.call(listApiKeys, { apiKey: brand.apiKey, ...newest }),
    use: (apiKey) => service.call(listProducts, { apiKey }),
    owner: brand.key_prefix,
  }),
  'the admin’s routes for a brand': () => {
    const about = (more: Record<string, string> = {}) => ({
      apiKey: service.platformKey,
      params: { brand_id: brand.id, ...more },
    });
    return {
      create: () => service.call(adminCreateApiKey, { ...about(), ...named }),
      rotate: (api_key_id, overlap_hours) =>
        service.call(adminRotateApiKey, { ...about({ api_key_id }), body: { overlap_hours } }),
      revoke: (api_key_id) => service.call(adminRevokeApiKey, about({ api_key_id })),
      list: () => service.call(adminListApiKeys, { ...about(), ...newest }),
      use: (apiKey) => service.call(listProducts, { apiKey }),
      owner: brand.key_prefix,
    };
  },
  'the platform’s routes for its own keys': () => ({
    create: () => service.call(createPlatformKey, { apiKey: service.platformKey, ...named }),
    rotate: (api_key_id, overlap_hours, apiKey = service.platformKey) =>
      service.call(rotatePlatformKey, { apiKey, params: { api_key_id }, body: { overlap_hours } }),
    revoke: (api_key_id) => service.call(revokePlatformKey, { apiKey: service.platformKey, params: { api_key_id } }),
    list: () => service.call(listPlatformKeys, { apiKey: service.platformKey, ...newest }),
    use: (apiKey) => service.call(listBrands, { apiKey }),
    owner: PLATFORM,
  }),
};
const CASES = Object.keys(SIDES).flatMap((name) => [0, 24].map((overlap): [string, number] => [name, overlap]));
const sideNamed = (name: string): Side => {
  const open = SIDES[name];
  if (open === undefined) throw new Error(name);
  return open();
};

const fresh = async ({ create }: Side): Promise<Key> => (await create()).body as Key;
const textOf = ({ body }: Reply): string[] => (typeof body['api_key'] === 'string' ? [body['api_key']] : []);
const statusesOf = (replies: readonly Reply[]): number[] => replies.map(({ status }) => status);
const works = async ({ use }: Side, texts: readonly string[]): Promise<string[]> => {
  const replies = await Promise.all(texts.map(async (text) => ({ text, status: (await use(text)).status })));
  return replies.filter(({ status }) => status === 200).map(({ text }) => text);
};
const listedAs = async ({ list }: Side, id: string): Promise<Record<string, unknown> | undefined> =>
  ((await list()).body['api_keys'] as Record<string, unknown>[]).find((key) => key['id'] === id);

const holdPointer = (id: string, meanwhile: () => Promise<unknown>): void =>
  holdRead(proxy, `api-key#${id}`, meanwhile);

/** Revokes the key, then expects a history without gaps and no text that still works. */
async function expectEndable(side: Side, id: string, texts: readonly string[]): Promise<void> {
  const ended = await side.revoke(id);
  expect(ended).toMatchObject({ status: 200, body: { id, revoked_at: expect.any(String) } });
  expect(await works(side, texts)).toEqual([]);
  expect(await side.rotate(id, 0)).toMatchObject({ status: 409, body: { code: 'api_key_revoked' } });
  expect(await listedAs(side, id)).toMatchObject({ revoked_at: ended.body['revoked_at'] });
  const { owner } = side;
  const { entries } = await readJournal(service.table(owner), owner, id, { limit: 100, oldestFirst: true });
  expect(entries.map(({ seq }) => seq)).toEqual(upTo(entries.length));
  expect(entries.map(({ type }) => type)).toEqual([
    'api_key.created',
    ...entries.slice(2).map(() => 'api_key.rotated'),
    'api_key.revoked',
  ]);
}

describe.each(CASES)('an API key, through %s with an overlap of %i hours', (name, overlap) => {
  test('a revocation overtaken by a rotation also ends the new text', async () => {
    const side = sideNamed(name);
    const key = await fresh(side);
    let rotated: Reply | undefined;
    holdPointer(key.id, async () => {
      rotated = await side.rotate(key.id, overlap);
    });
    expect(await side.revoke(key.id)).toMatchObject({ status: 200, body: { revoked_at: expect.any(String) } });
    expect(rotated?.status).toBe(200);
    await expectEndable(side, key.id, [key.api_key, ...textOf(rotated as Reply)]);
  });

  test('a revocation overtaken by two rotations ends all three texts', async () => {
    const side = sideNamed(name);
    const key = await fresh(side);
    const texts = [key.api_key];
    holdPointer(key.id, async () => {
      for (const _ of upTo(2)) texts.push(...textOf(await side.rotate(key.id, overlap)));
    });
    expect((await side.revoke(key.id)).status).toBe(200);
    expect(texts).toHaveLength(3);
    await expectEndable(side, key.id, texts);
  });

  test('a rotation overtaken by a revocation is refused', async () => {
    const side = sideNamed(name);
    const key = await fresh(side);
    holdPointer(key.id, () => side.revoke(key.id));
    expect(await side.rotate(key.id, overlap)).toMatchObject({ status: 409, body: { code: 'api_key_revoked' } });
    await expectEndable(side, key.id, [key.api_key]);
  });

  test.each([1, 2])('a rotation overtaken by %i others returns the text that the list shows', async (others) => {
    const side = sideNamed(name);
    const key = await fresh(side);
    const texts = [key.api_key];
    holdPointer(key.id, async () => {
      for (const _ of upTo(others)) texts.push(...textOf(await side.rotate(key.id, overlap)));
    });
    const last = await side.rotate(key.id, overlap);
    expect(last.status).toBe(200);
    texts.push(...textOf(last));
    expect(await works(side, texts)).toEqual(texts.slice(overlap === 0 ? -1 : -2));
    expect((await listedAs(side, key.id))?.['last_four']).toBe(texts.at(-1)?.slice(-4));
    await expectEndable(side, key.id, texts);
  });

  test('parallel rotations and revocations leave no working text and never answer 500', async () => {
    const side = sideNamed(name);
    for (const _ of upTo(5)) {
      const key = await fresh(side);
      const replies = await Promise.all([
        side.rotate(key.id, overlap),
        side.revoke(key.id),
        side.rotate(key.id, overlap),
        side.revoke(key.id),
        side.use(key.api_key),
      ]);
      expect(statusesOf(replies).filter((status) => status >= 500)).toEqual([]);
      expect([replies[1].status, replies[3].status]).toEqual([200, 200]);
      await expectEndable(side, key.id, [key.api_key, ...replies.flatMap(textOf)]);
    }
  });

  test('parallel rotations leave one current text, and the list shows it', async () => {
    const side = sideNamed(name);
    for (const _ of upTo(4)) {
      const key = await fresh(side);
      const replies = await Promise.all([...upTo(3).map(() => side.rotate(key.id, overlap)), side.use(key.api_key)]);
      expect(statusesOf(replies.slice(0, 3))).toEqual([200, 200, 200]);
      const texts = replies.flatMap(textOf);
      const alive = await works(side, [key.api_key, ...texts]);
      expect(alive).toHaveLength(overlap === 0 ? 1 : 2);
      const listed = await listedAs(side, key.id);
      expect(alive.map((text) => text.slice(-4))).toContain(listed?.['last_four']);
      await expectEndable(side, key.id, [key.api_key, ...texts]);
    }
  });
});

describe('a list of API keys', () => {
  test.each(Object.keys(SIDES))(
    'through %s shows the current text of a key that is rotated during the read',
    async (name) => {
      const side = sideNamed(name);
      const key = await fresh(side);
      let rotated: Reply | undefined;
      holdRead(proxy, '"api-key#"', async () => {
        for (const _ of upTo(2)) rotated = await side.rotate(key.id, 24);
      });
      const listed = await listedAs(side, key.id);
      expect(listed).toMatchObject({ last_four: String(rotated?.body['api_key']).slice(-4), expires_at: null });
    },
  );
});
