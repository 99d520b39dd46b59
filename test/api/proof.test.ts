import { beforeAll, describe, expect, test } from '@jest/globals';
import { readTrustedKeys, verifyProof, type Claims, type Expected } from '../../clients/typescript/src/proof.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { getKeySet } from '../../lib/api/key-set.ts';
import { moveLicense } from '../../lib/api/move.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { parseMs } from '../../lib/domain/time.ts';
import { startMinute } from '../support/run/clock.ts';
import { firstOf, purchase } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { BASE_URL, openRoots, renewKeys, soon } from '../support/service/signing.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
const office = useBackOffice(service, brand);
beforeAll(() => renewKeys(service));

const SITE = 'https://Shop.example/ ';
const nowS = (): number => Math.floor(Date.now() / 1000);
const proofIn = ({ body }: Reply): string => String(body['proof']);
const secondsOf = (time: unknown): number => parseMs(String(time)) / 1000;

/** The claims of a proof, verified as a site does it, with the keys that it fetches. */
async function claimsOf(proof: string, license_key: string, more: Partial<Expected> = {}): Promise<Claims> {
  const { text } = await service.call(getKeySet);
  const roots = (await openRoots().list(soon())).map(({ x }) => x);
  const set = await readTrustedKeys(text, { roots, version: 0, now: nowS() });
  const asked = { iss: BASE_URL, aud: `${brand.slug}/wp-rocket`, license_key, seq: 0, now: nowS(), ...more };
  return verifyProof(proof, set, asked);
}

async function bought(order: object = {}) {
  const { license_key, licenses } = await purchase(service, brand, order);
  const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: SITE };
  return { key: license_key.key, id: firstOf(licenses).id, site };
}
const onSite = { instance_identifier: SITE };
const MOVING = { from_instance: 'https://old.example' };

describe('a proof', () => {
  test.each([
    ['proof=1 in a query', checkLicense, { query: { proof: '1' } }],
    ['proof=true in a query', checkLicense, { query: { proof: 'true' } }],
    ['a nonce in a query', checkLicense, { query: { nonce: 'Zm9v-bar_1' } }],
    ['1', checkLicenseByPost, { body: { proof: 1 } }],
    ['"1"', checkLicenseByPost, { body: { proof: '1' } }],
    ['true', checkLicenseByPost, { body: { proof: true } }],
    ['a nonce', activateLicense, { body: { nonce: 'n'.repeat(64) } }],
  ])('is given for %s', async (_, route, sent: { query?: Record<string, string>; body?: object }) => {
    const { key, site } = await bought();
    const call = sent.query === undefined ? { body: { ...site, ...sent.body } } : { query: { ...site, ...sent.query } };
    const reply = await service.call(route, call);
    const { nonce = null } = { ...sent.query, ...sent.body } as { nonce?: string };
    expect(await claimsOf(proofIn(reply), key, onSite)).toMatchObject({ nonce });
    expect(reply.headers['license-proof']).toBeUndefined();
  });

  test.each([[{}], [{ proof: false }], [{ proof: 0 }]])('is not given unasked: %p', async (sent) => {
    const { site } = await bought();
    const { body } = await service.call(checkLicenseByPost, { body: { ...site, ...sent } });
    expect(body).not.toHaveProperty('proof');
  });

  test.each([
    ['65 characters', { nonce: 'n'.repeat(65) }, '/nonce'],
    ['a dot', { nonce: 'a.b' }, '/nonce'],
    ['nothing in it', { nonce: '' }, '/nonce'],
    ['a line end', { nonce: 'a\n' }, '/nonce'],
    ['a number', { nonce: 1 }, '/nonce'],
    ['proof of 2', { proof: 2 }, '/proof'],
    ['proof of a text', { proof: 'yes' }, '/proof'],
  ])('is refused as bad input, by the name of its field: %s', async (_, sent, pointer) => {
    const { site } = await bought();
    for (const route of [activateLicense, checkLicenseByPost, moveLicense]) {
      const { status, body } = await service.call(route, { body: { ...site, ...MOVING, ...sent } });
      expect({ status, errors: body['errors'] }).toMatchObject({ status: 400, errors: [{ pointer }] });
      expect(body).not.toHaveProperty('proof');
    }
  });

  test('says what the answer says', async () => {
    const { key, id, site } = await bought({ max_seats: 3, expiration_date: '2098-12-31' });
    const activated = await service.call(activateLicense, { body: { ...site, proof: 1 } });
    const checked = await service.call(checkLicense, { query: { ...site, proof: '1' } });
    for (const reply of [activated, checked])
      expect(await claimsOf(proofIn(reply), key, onSite)).toMatchObject({
        v: 1,
        iss: BASE_URL,
        aud: `${brand.slug}/wp-rocket`,
        sub: id,
        exp: secondsOf(reply.body['stale_ok_until']),
        next: secondsOf(reply.body['next_check_at']),
        seq: 2,
        act: activated.body['activation_id'],
        verdict: { may_run: true, may_update: true, code: 'valid' },
        license: { status: 'valid', expires_at: '2098-12-31T23:59:59Z', seat_limit: 3 },
      });
  });

  test('has a higher seq after each change of the license', async () => {
    const { key, id, site } = await bought();
    const before = await claimsOf(
      proofIn(await service.call(checkLicense, { query: { ...site, proof: '1' } })),
      key,
      onSite,
    );
    await office.suspend(id);
    const after = await service.call(checkLicense, { query: { ...site, proof: '1' } });
    const claims = await claimsOf(proofIn(after), key, { ...onSite, seq: before.seq + 1 });
    expect(claims).toMatchObject({ seq: before.seq + 1, verdict: { may_run: false, code: 'suspended' } });
    expect(claims.exp).toBe(claims.next);
    await expect(claimsOf(proofIn(after), key, { ...onSite, seq: before.seq + 2 })).rejects.toThrow('seq');
  });

  test('of another stage, product, site or key is refused', async () => {
    const { key, site } = await bought();
    const proof = proofIn(await service.call(checkLicense, { query: { ...site, proof: '1' } }));
    await expect(claimsOf(proof, key, { ...onSite, iss: 'https://other.test' })).rejects.toThrow('iss');
    await expect(claimsOf(proof, key, { ...onSite, aud: `${brand.slug}/imagify` })).rejects.toThrow('aud');
    await expect(claimsOf(proof, key, { instance_identifier: 'https://other.example' })).rejects.toThrow('ih');
    await expect(claimsOf(proof, 'another key', onSite)).rejects.toThrow('kh');
  });

  test('is bound to the texts as they were sent, in a query, a form and JSON', async () => {
    const { key, site } = await bought();
    const pasted = ` ${key.toLowerCase()} `;
    const sent = { ...site, license_key: pasted, proof: '1' };
    const replies = [
      await service.call(checkLicense, { query: sent }),
      await service.call(checkLicenseByPost, { body: sent }),
      await service.call(checkLicenseByPost, {
        rawBody: new URLSearchParams(sent).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ];
    for (const reply of replies) expect(await claimsOf(proofIn(reply), pasted, onSite)).toBeDefined();
  });

  test('is for the slug of a product that was named by its id', async () => {
    const { key, site } = await bought();
    const { body } = await service.call(checkLicense, { query: site });
    const { product } = body['license'] as { product: { id: string } };
    const reply = await service.call(checkLicense, { query: { ...site, product: product.id, proof: '1' } });
    expect(await claimsOf(proofIn(reply), key, onSite)).toBeDefined();
  });

  test('of a key with several products, of which none was named, is each license’s own', async () => {
    const { key } = await bought({ products: ['wp-rocket', 'imagify'] });
    for (const query of [{ license_key: key }, { license_key: key, ...onSite }]) {
      const { body, headers } = await service.call(checkLicense, { query: { ...query, nonce: 'both' } });
      expect(body['proof']).toBeNull();
      expect(headers['license-proof']).toBeUndefined();
      const licenses = body['licenses'] as { proof: string; license: { id: string; product: { slug: string } } }[];
      expect(licenses).toHaveLength(2);
      for (const { proof, license } of licenses) {
        const aud = `${brand.slug}/${license.product.slug}`;
        const { license_key: _, ...instance } = query as { license_key: string; instance_identifier?: string };
        expect(await claimsOf(proof, key, { aud, nonce: 'both', ...instance })).toMatchObject({ sub: license.id });
      }
    }
    const activated = await service.call(activateLicense, { body: { license_key: key, ...onSite, proof: 1 } });
    expect(activated.body).toMatchObject({ code: 'product_required', proof: null });
  });
});

describe('a refusal is proven too', () => {
  const refused = async (reply: Reply, key: string, more: Partial<Expected> = onSite) => {
    const { code, next_check_at } = reply.body;
    const claims = await claimsOf(proofIn(reply), key, more);
    expect(claims).toMatchObject({
      exp: secondsOf(next_check_at),
      next: secondsOf(next_check_at),
      verdict: { may_run: false, may_update: false, code },
    });
    return claims;
  };

  test('of an unknown key, by check and activate', async () => {
    const key = newLicenseKey(brand.key_prefix);
    const site = { license_key: key, product: 'wp-rocket', instance_identifier: SITE };
    for (const reply of [
      await service.call(checkLicense, { query: { ...site, proof: '1' } }),
      await service.call(activateLicense, { body: { ...site, nonce: 'n' } }),
    ]) {
      expect(reply).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
      expect(await refused(reply, key)).toMatchObject({ sub: null, seq: 0, act: null, license: null });
    }
  });

  test('of a text that is no key: for the brand and product that the caller named', async () => {
    const sent = { license_key: 'typo', product: 'some', brand: 'named', proof: '1' };
    await refused(await service.call(checkLicense, { query: sent }), 'typo', { aud: 'named/some' });
    const { brand: _, product: __, ...bare } = sent;
    await refused(await service.call(checkLicense, { query: bare }), 'typo', { aud: '' });
  });

  test('of a full, a suspended and a cancelled license, and of a product that is not on the key', async () => {
    const { key, id, site } = await bought({ max_seats: 1 });
    await service.call(activateLicense, { body: { ...site, instance_identifier: 'https://first.example' } });
    const activate = (more: object = {}) => service.call(activateLicense, { body: { ...site, proof: true, ...more } });
    const full = await activate();
    expect(full.body['code']).toBe('seat_limit_reached');
    expect(await refused(full, key)).toMatchObject({ sub: id, license: { status: 'valid', seat_limit: 1 } });
    await office.suspend(id);
    expect(await refused(await activate(), key)).toMatchObject({ license: { status: 'suspended' } });
    await office.cancel(id);
    expect(await refused(await activate(), key)).toMatchObject({ license: { status: 'cancelled' } });
    const other = await activate({ product: 'imagify' });
    expect(other.body['code']).toBe('product_not_on_key');
    await refused(other, key, { ...onSite, aud: `${brand.slug}/imagify` });
  });

  test('but an unknown key only within the limit of failed look-ups, mistyped or not', async () => {
    const sourceIps = ['203.0.113.91', '203.0.113.92'];
    for (const [i, text] of [newLicenseKey(brand.key_prefix), 'no key at all'].entries()) {
      const replies: Reply[] = [];
      startMinute();
      for (let n = 0; n < 61; n += 1) {
        const query = { license_key: text, product: 'wp-rocket', proof: '1' };
        replies.push(await service.call(checkLicense, { query, sourceIp: String(sourceIps[i]) }));
      }
      const last = replies.at(-1);
      expect(
        replies.slice(0, 60).every(({ status, body }) => status === 404 && typeof body['proof'] === 'string'),
      ).toBe(true);
      expect(last).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(last?.body).not.toHaveProperty('proof');
    }
  });
});

describe('a move', () => {
  const moving = async () => {
    const { key, id, site } = await bought({ max_seats: 1 });
    await service.call(activateLicense, { body: { ...site, instance_identifier: MOVING.from_instance } });
    return {
      key,
      id,
      move: (more: object, headers = {}) =>
        service.call(moveLicense, { headers, body: { ...site, ...MOVING, ...more } }),
    };
  };

  test.each([
    ['proof', { proof: 1 }, null],
    ['a nonce', { nonce: 'moved' }, 'moved'],
  ])('is proven for %s: the seat and the instance are the new ones', async (_, sent, nonce) => {
    const { key, id, move } = await moving();
    const moved = await move(sent);
    expect(moved.status).toBe(201);
    expect(await claimsOf(proofIn(moved), key, onSite)).toMatchObject({
      sub: id,
      act: moved.body['activation_id'],
      nonce,
      seq: 4,
      verdict: { may_run: true, code: 'valid' },
    });
    await expect(claimsOf(proofIn(moved), key, { instance_identifier: MOVING.from_instance })).rejects.toThrow('ih');
  });

  test('that is refused is proven too, and says when to ask again', async () => {
    const { key, move } = await moving();
    const reply = await move({ from_instance: 'https://nobody.example', proof: 1 });
    expect(reply).toMatchObject({ status: 404, body: { code: 'activation_not_found', stale_ok_until: null } });
    expect(await claimsOf(proofIn(reply), key, onSite)).toMatchObject({
      act: null,
      next: secondsOf(reply.body['next_check_at']),
      verdict: { may_run: false, code: 'activation_not_found' },
    });
  });

  test('that is repeated with its idempotency key has a fresh proof', async () => {
    const { key, move } = await moving();
    const headers = { 'idempotency-key': 'move-once' };
    const first = await move({ nonce: 'first' }, headers);
    const second = await move({ nonce: 'second' }, headers);
    expect(second.headers['idempotent-replayed']).toBe('true');
    const claims = await claimsOf(proofIn(second), key, { ...onSite, nonce: 'second' });
    expect(claims.jti).not.toBe((await claimsOf(proofIn(first), key, onSite)).jti);
    expect(claims.act).toBe(first.body['activation_id']);
  });
});

describe('an idempotency key', () => {
  test('names a request without its nonce and proof: each replay has a fresh proof', async () => {
    const { key, site } = await bought();
    const headers = { 'idempotency-key': 'once' };
    const first = await service.call(activateLicense, { headers, body: { ...site, nonce: 'first' } });
    const second = await service.call(activateLicense, { headers, body: { ...site, nonce: 'second' } });
    const third = await service.call(activateLicense, { headers, body: site });
    expect([second, third].map((reply) => reply.headers['idempotent-replayed'])).toEqual(['true', 'true']);
    expect(second.body['activation_id']).toBe(first.body['activation_id']);
    const claims = await claimsOf(proofIn(second), key, { ...onSite, nonce: 'second' });
    expect(claims.jti).not.toBe((await claimsOf(proofIn(first), key, onSite)).jti);
    expect(third.body).not.toHaveProperty('proof');
  });
});
