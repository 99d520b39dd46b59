import crypto from 'node:crypto';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newLicenseKey, newApiKey } from '../../lib/process/new-credentials.ts';
import { hashApiKey, sameHash } from '../../lib/domain/api-key.ts';
import { newToken, readToken } from '../../lib/domain/token.ts';
import type { Route } from '../../lib/api/route.ts';
import { pathParameters } from '../../lib/api/route.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { plainSchema } from '../support/inputs/plain-schema.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { bodyFields, withValue } from '../support/inputs/json-fields.ts';
import { atOnce } from '../support/service/back-office.ts';
import { inTurn } from '../support/inputs/in-turn.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { formOf, freshCall, hasBody, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

let fromOffice: { id: string; text: string };
const world = useWorld();
beforeAll(async () => {
  const made = await world.call(byOperation('admin_create_api_key'), {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id },
    body: { name: 'office', allowed_cidrs: ['198.51.100.0/24', '2001:db8::/32'] },
  });
  fromOffice = { id: String(made.body['id']), text: String(made.body['api_key']) };
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('an API key with an address allowlist', () => {
  const [OFFICE, ELSEWHERE] = ['198.51.100.9', '203.0.113.7'];
  const SPEAKS_OF_ADDRESSES = [
    'cf-connecting-ip',
    'cloudfront-viewer-address',
    'true-client-ip',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'fastly-client-ip',
    'x-original-forwarded-for',
    'x-envoy-external-address',
    'host',
  ];
  /** Every form of `X-Forwarded-For` with all other headers: if the service trusted one, it would accept the call. */
  const claims = (address: string): Record<string, string>[] =>
    [address, `${address}, 10.0.0.1`, `10.0.0.1,${address}`].map((forwarded) => ({
      ...Object.fromEntries(SPEAKS_OF_ADDRESSES.map((name) => [name, address])),
      'x-forwarded-for': forwarded,
      forwarded: `for=${address};proto=https`,
      via: `1.1 ${address}`,
    }));

  test.each(rows(({ auth }) => auth === 'brand'))(
    'is checked by %s against the address that the gateway saw, whatever the headers claim',
    async (_, route) => {
      const before = await fingerprint(world);
      for (const headers of inTurn(claims(OFFICE), route, 1)) {
        const reply = await world.call(route, {
          ...validCall(route, world),
          apiKey: fromOffice.text,
          sourceIp: ELSEWHERE,
          headers,
        });
        expect({ headers, code: reply.body['code'] }).toEqual({ headers, code: 'address_not_allowed' });
      }
      expect(await fingerprint(world)).toBe(before);
      const [headers] = claims(ELSEWHERE);
      const reply = await world.call(route, {
        ...(await freshCall(route, world)),
        apiKey: fromOffice.text,
        sourceIp: OFFICE,
        headers: headers ?? {},
      });
      expect({ refused: reply.status < 300 ? '' : reply.text }).toEqual({ refused: '' });
    },
  );

  test('gets no token if only a header claims an allowed address', async () => {
    const form = formOf({ grant_type: 'client_credentials', client_id: fromOffice.id, client_secret: fromOffice.text });
    for (const headers of claims(OFFICE)) {
      const reply = await world.call(issueToken, {
        ...form,
        sourceIp: ELSEWHERE,
        headers: { ...form.headers, ...headers },
      });
      expect(reply).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    }
    expect((await world.call(issueToken, { ...form, sourceIp: OFFICE })).status).toBe(200);
  });
});

describe('the comparison of API keys and tokens', () => {
  const hash = hashApiKey('cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7dx7qm');

  test('compares whole hashes in constant time, wherever they differ', () => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    for (const at of [0, 20, hash.length - 1]) {
      const near = hash.slice(0, at) + (hash[at] === 'x' ? 'y' : 'x') + hash.slice(at + 1);
      expect(sameHash(hash, near)).toBe(false);
      expect(compare).toHaveBeenLastCalledWith(Buffer.from(hash), Buffer.from(near));
    }
    expect(sameHash(hash, hash)).toBe(true);
    expect(sameHash(hash, hash.slice(1))).toBe(false);
    expect(compare).toHaveBeenCalledTimes(4);
  });

  test('runs once per API key, and checks a token’s signature before it parses the token', async () => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    await world.call(byOperation('admin_list_products'), { apiKey: world.shop.apiKey });
    expect(compare).toHaveBeenCalledTimes(1);
    const claims = {
      iss: 'test',
      sub: 'a',
      brand: 'WPR',
      scope: 's',
      jti: 't',
      key_hash: 'h',
      iat: 1,
      exp: 2,
      allowed_cidrs: [],
      rate_limit_per_minute: null,
    };
    const parse = jest.spyOn(JSON, 'parse');
    expect(
      readToken(
        newToken(claims, () => 'forged'),
        { sign: () => 'signed', iss: 'test', nowMs: 0 },
      ),
    ).toBe('invalid');
    expect(compare).toHaveBeenCalledTimes(2);
    expect(parse).not.toHaveBeenCalled();
  });
});

describe('2,000 random keys', () => {
  const COUNT = 2_000;
  const owners = (): string[] => [world.shop.key_prefix, 'platform', 'NOBODY'];
  const random = (i: number): string => {
    const owner = owners()[i % 3] ?? '';
    if (i % 2 === 0) return newApiKey(owner, () => crypto.randomBytes(32).toString('base64url'));
    const junk = crypto.randomBytes(8 + (i % 40)).toString(i % 5 === 0 ? 'base64' : 'hex');
    return i % 4 === 1 ? `cls_${owner}_${junk}` : junk;
  };

  test('are refused as API keys and are soon rate limited', async () => {
    const before = await fingerprint(world);
    const route = byOperation('list_events');
    const codes = new Set<unknown>();
    for (let done = 0; done < COUNT; done += 100)
      for (const { status, body } of await atOnce(100, (i) => world.call(route, { apiKey: random(done + i) })))
        codes.add(`${String(status)} ${String(body['code'])}`);
    expect([...codes].sort()).toEqual(['401 api_key_invalid', '429 too_many_failures']);
    expect(await fingerprint(world)).toBe(before);
  }, 300_000);

  test('are refused as license keys and are soon rate limited', async () => {
    const before = await fingerprint(world);
    const site = { product: 'wp-rocket', instance_identifier: 'https://random.example.com' };
    const text = (i: number): string =>
      i % 2 === 0
        ? newLicenseKey(world.shop.key_prefix)
        : `${world.shop.key_prefix}-${crypto.randomBytes(8).toString('hex').toUpperCase()}`;
    const codes = new Set<unknown>();
    for (let done = 0; done < COUNT; done += 100) {
      const replies = await atOnce(100, (i) =>
        world.call(byOperation('check_license'), { query: { ...site, license_key: text(done + i) } }),
      );
      for (const { status, body } of replies) codes.add(`${String(status)} ${String(body['code'])}`);
    }
    expect([...codes].sort()).toEqual(['404 license_key_not_found', '429 rate_limited']);
    expect(await fingerprint(world)).toBe(before);
  }, 300_000);
});

describe('text of every kind', () => {
  /**
   * Composed and decomposed text, several scripts and directions, characters beyond the basic plane, joined and
   * invisible characters, and a name that is special in JavaScript.
   */
  const MIXED = [
    'e\u0301 \u00e9 \u1e69',
    'Ωμέγα 漢字 हिन्दी',
    'שלום \u202eabc',
    '👩‍👩‍👧 𝒳',
    'a\u200bb\ufeffc',
    '__proto__',
    'ﬃ Ａ ①',
    '%00%0a',
    "'; DROP TABLE x; --",
    '${7*7} {{7*7}}',
  ];
  const NEVER = ['a\u0000b', 'a\u001b[31mb', 'a\u0007b', 'a\u0085b', 'a\ud800b', 'a\u2028b\u0000'];
  const isPlain = (reply: Reply, sent: string): void => {
    expect({ sent, status: reply.status < 500 ? '' : reply.text }).toEqual({ sent, status: '' });
    if (reply.status >= 300) return;
    // Accepted text is returned in composed form.
    expect(reply.text).not.toContain('e\u0301');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  };
  const withBody = rows((route) => hasBody(route) && route.oauth !== true && route.edd !== true);

  test.each(withBody)(
    'is accepted or refused by name in each body field of %s, and never causes a 500',
    async (_, route) => {
      let fresh = await freshCall(route, world);
      const fields = bodyFields(route).filter(
        ({ takes, path: [first] }) => takes.has('string') && first !== 'metadata',
      );
      for (const [step, { path, pointer }] of fields.entries()) {
        for (const sent of inTurn(MIXED, route, 3, step)) {
          const reply = await world.call(route, { ...fresh, body: withValue(fresh.body, path, sent) });
          isPlain(reply, sent);
          // A refused call has changed nothing, so the same call can be repeated.
          if (reply.status < 300) fresh = await freshCall(route, world);
          if (reply.body['code'] === 'bad_request') expect(JSON.stringify(reply.body['errors'])).toContain(pointer);
        }
      }
    },
  );

  const textsInQuery = ({ input, path }: Route): string[] => {
    const known = Object.keys(plainSchema(input, 'input').properties ?? {});
    return known.filter((name) => !pathParameters(path).includes(name));
  };
  test.each(rows((route) => !hasBody(route) && route.auth !== 'none'))(
    'is accepted or refused in each query and path parameter of %s, and never causes a 500',
    async (_, route) => {
      const valid = validCall(route, world);
      const names = [...textsInQuery(route), ...pathParameters(route.path)];
      for (const [step, name] of names.entries()) {
        for (const sent of [...inTurn(MIXED, route, 2, step), ...inTurn(NEVER, route, 1, step)]) {
          const inPath = pathParameters(route.path).includes(name);
          const call = inPath
            ? { ...valid, params: { ...valid.params, [name]: sent } }
            : { ...valid, query: { ...valid.query, [name]: sent } };
          const reply = await world.call(route, call);
          isPlain(reply, sent);
          // A license key is recognized even if control characters were pasted with it.
          if (NEVER.includes(sent) && route.auth !== 'license_key' && name !== 'license_key')
            expect({ name, sent, status: reply.status }).toEqual({ name, sent, status: 400 });
        }
      }
    },
  );

  const withMetadata = withBody.filter(([, route]) =>
    bodyFields(route).some(({ path: [first] }) => first === 'metadata'),
  );
  test.each(withMetadata)(
    'is stored unchanged in the metadata of %s, including reserved names, and pollutes no prototype',
    async (_, route) => {
      const odd = { ['constructor']: 'a', ['toString']: 'b\n', שלום: '𝒳', 'a.b[0]': '', hasOwnProperty: 'c' };
      const { body, ...call } = await freshCall(route, world);
      const taken = await world.call(route, { ...call, body: { ...body, metadata: odd } });
      expect({ refused: taken.status < 300 ? '' : taken.text }).toEqual({ refused: '' });
      if ('metadata' in taken.body) expect(taken.body['metadata']).toEqual(odd);
      const text = JSON.stringify((await freshCall(route, world)).body).replace(/"metadata":\{[^}]*\}/, '"x":0');
      for (const half of [{ a: 'b\u0000c' }, { 'a\u0000': 'b' }, { a: 'b\u0007' }])
        expect(await world.call(route, { ...call, body: { ...body, metadata: half } })).toMatchObject({
          status: 400,
          body: { code: 'bad_request' },
        });
      for (const metadata of [
        '{"__proto__":{"polluted":"yes"}}',
        '{"__proto__":"yes"}',
        '{"constructor":{"prototype":{"polluted":"yes"}}}',
      ]) {
        const rawBody = text.includes('"x":0')
          ? text.replace('"x":0', `"metadata":${metadata}`)
          : `${text.slice(0, -1)},"metadata":${metadata}}`;
        isPlain(await world.call(route, { ...(await freshCall(route, world)), body: undefined, rawBody }), metadata);
      }
      for (const half of [{ 'a\ud800': 'b' }, { a: 'b\udfff' }])
        expect(await world.call(route, { ...call, body: { ...body, metadata: half } })).toMatchObject({
          status: 400,
          body: { code: 'bad_request' },
        });
    },
  );
});
