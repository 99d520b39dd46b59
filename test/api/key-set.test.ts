import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readTrustedKeys, type TrustedKeys } from '../../clients/typescript/src/proof.ts';
import { handler as renewSigningKeys } from '../../functions/renew-signing-keys.ts';
import { getKeySet } from '../../lib/api/key-set.ts';
import { revokeSigningKey } from '../../lib/commands/revoke-signing-key.ts';
import { rotateSigningKey } from '../../lib/commands/rotate-signing-key.ts';
import { findCurrentKey, LIVES_S } from '../../lib/domain/signing-keys.ts';
import { DAY_MS, DAY_S } from '../../lib/domain/time.ts';
import { now } from '../../lib/process/clock.ts';
import { openRootKeys } from '../../lib/process/root-keys.ts';
import type { SecretStore } from '../../lib/process/secrets.ts';
import { PLATFORM, platformKeys } from '../../lib/table/keys.ts';
import { startKms } from '../support/service/kms.ts';
import { onItsRole } from '../support/run/roles.ts';
import { useService } from '../support/service/started-service.ts';
import {
  openKeySetContext,
  openRoots,
  openSigningSecret,
  readHeldKeys,
  renewKeys,
  setSigningEnvironment,
  soon,
} from '../support/service/signing.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';

const service = useService();
const fetchSet = () => service.call(getKeySet);
const deleteSet = () =>
  service.documents.send(new DeleteCommand({ TableName: service.tableName, Key: platformKeys.keySet() }));

/** The published set, as a client verifies it. */
async function trusted(version = 0, nowMs = now()): Promise<TrustedKeys> {
  const roots = (await openRoots().list(soon())).map(({ x }) => x);
  return readTrustedKeys((await fetchSet()).text, { roots, version, now: Math.floor(nowMs / 1000) });
}
const current = async (nowMs = now()): Promise<string | undefined> =>
  findCurrentKey((await readHeldKeys()).keys, Math.floor(nowMs / 1000))?.kid;

/** Every published key that has not ended has its private half in the secret, and no other key has one. */
async function expectPrivates(nowMs = now()): Promise<void> {
  const { keys } = await trusted(0, nowMs);
  const held = (await readHeldKeys()).keys.filter(({ d }) => d !== undefined);
  const lasting = keys.filter(({ use_until }) => use_until > nowMs / 1000);
  expect(held.map(({ kid }) => kid)).toEqual(lasting.map(({ kid }) => kid));
}

beforeEach(async () => {
  setSigningEnvironment();
  await deleteSet();
});

describe('the key set', () => {
  test('is unavailable, and kept by nobody, until the daily job has run', async () => {
    const reply = await fetchSet();
    expect(reply).toMatchObject({ status: 503, headers: { 'cache-control': 'no-store' } });
    expect(reply.body['code']).toBe('unavailable');
  });

  test('is begun by a rotation where there is none, without the event of one', async () => {
    await rotateSigningKey(openKeySetContext(service));
    expect((await trusted()).keys).toHaveLength(2);
    const events = journalIn(await wholeTable(service)).filter(({ type }) => type === 'signing_key.rotated');
    expect(events).toEqual([]);
  });

  test('is a compact JWS by the root key, which others may keep for a day', async () => {
    await renewKeys(service);
    const reply = await fetchSet();
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/jose', 'cache-control': 'public, max-age=86400' },
    });
    expect(reply.text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const [root] = await openRoots().list(soon());
    const header = Buffer.from(reply.text.split('.')[0] ?? '', 'base64url').toString();
    expect(header).toBe(`{"alg":"EdDSA","kid":"${root?.kid}","typ":"license-keys+jwt"}`);
    const set = await trusted();
    expect(Object.keys(set)).toEqual(['version', 'issued_at', 'expires', 'keys', 'revoked']);
    expect(set).toMatchObject({ version: 1, expires: set.issued_at + 30 * DAY_S, revoked: [] });
    expect(set.keys).toHaveLength(2);
  });

  test('contains no private half of a key', async () => {
    await renewKeys(service);
    const privates = (await readHeldKeys()).keys.map(({ d }) => d ?? 'none');
    const stored = JSON.stringify(await wholeTable(service));
    const payload = Buffer.from((await fetchSet()).text.split('.')[1] ?? '', 'base64url').toString();
    for (const d of privates) {
      expect(payload).not.toContain(d);
      expect(stored).not.toContain(d);
    }
  });

  test('is made again by each run under a higher version, with the same keys', async () => {
    await renewKeys(service);
    const first = await trusted();
    await renewKeys(service, { nowMs: now() + DAY_MS });
    const second = await trusted(first.version, now() + DAY_MS);
    expect(second.version).toBe(first.version + 1);
    expect(second.keys).toEqual(first.keys);
    expect(second.issued_at).toBeGreaterThanOrEqual(first.issued_at + DAY_S);
  });

  test('has a third key 14 days before the first one ends, and the second one signs after that', async () => {
    await renewKeys(service);
    const [, standby] = (await trusted()).keys;
    const late = now() + 77 * DAY_MS;
    await renewKeys(service, { nowMs: late });
    expect((await trusted(0, late)).keys).toHaveLength(3);
    expect(await current(now() + (LIVES_S + 60) * 1000)).toBe(standby?.kid);
    await expectPrivates(late);
  });

  test('keeps a key that has ended for its proofs, without its private half', async () => {
    await renewKeys(service);
    const [first] = (await trusted()).keys;
    const later = now() + (LIVES_S + DAY_S) * 1000;
    await renewKeys(service, { nowMs: later });
    expect((await trusted(0, later)).keys.map(({ kid }) => kid)).toContain(first?.kid);
    await expectPrivates(later);
  });

  test('never goes back in time or version when another clock is behind', async () => {
    await renewKeys(service, { nowMs: now() + DAY_MS });
    const first = await trusted();
    await renewKeys(service);
    const second = await trusted(first.version);
    expect(second.issued_at).toBe(first.issued_at);
  });

  test('stays whole when two runs meet: each publishes its own version', async () => {
    await renewKeys(service);
    const runs = await Promise.all([1, 2, 3].map(() => renewKeys(service)));
    const versions = runs.map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
    expect((await trusted()).version).toBe(Math.max(...versions));
    expect((await readHeldKeys()).version).toBe(Math.max(...versions));
    await expectPrivates();
  });

  test('never leaves a revoked key to sign when the secret was written in another order than the table', async () => {
    await renewKeys(service);
    const [first] = (await trusted()).keys;
    const store = openSigningSecret();
    let isOvertaken = false;
    const slow: SecretStore = {
      ...store,
      async write(text, signal) {
        if (!isOvertaken) {
          isOvertaken = true;
          await revokeSigningKey(openKeySetContext(service), first?.kid ?? '');
        }
        await store.write(text, signal);
      },
    };
    await renewKeys(service, { secret: slow });
    expect((await readHeldKeys()).revoked).toMatchObject([{ kid: first?.kid }]);
    expect(await current()).not.toBe(first?.kid);
    expect((await readHeldKeys()).version).toBe((await trusted()).version);
    await expectPrivates();
  });

  test('goes on from the secret when the table was lost', async () => {
    await renewKeys(service);
    await renewKeys(service);
    const before = await trusted();
    await deleteSet();
    await renewKeys(service);
    const after = await trusted(before.version);
    expect(after).toMatchObject({ version: before.version + 1, keys: before.keys });
  });

  test('replaces a standby that an older secret does not have, and its version still rises', async () => {
    await renewKeys(service);
    const older = (await openSigningSecret().read(soon())).toString();
    const [, standby] = (await trusted()).keys;
    await revokeSigningKey(openKeySetContext(service), standby?.kid ?? '');
    const { version } = await trusted();
    await openSigningSecret().write(older, soon());
    await renewKeys(service);
    const healed = await trusted(version + 1);
    expect(healed.revoked).toEqual([standby?.kid]);
    expect(healed.keys.map(({ kid }) => kid)).not.toContain(standby?.kid);
    await expectPrivates();
  });

  test('is made whole by the next run when one died before it wrote the secret', async () => {
    await renewKeys(service);
    const store = openSigningSecret();
    const dying: SecretStore = { ...store, write: () => Promise.reject(new Error('died')) };
    await expect(rotateSigningKey(openKeySetContext(service, { secret: dying }))).rejects.toThrow('died');
    const published = await trusted();
    await renewKeys(service);
    expect((await trusted(published.version + 1)).version).toBe(published.version + 1);
    await expectPrivates();
    expect(await current()).toBeDefined();
  });
});

describe('the daily job', () => {
  test('makes the key set with its own role', async () => {
    const invocation = { awsRequestId: 'daily', getRemainingTimeInMillis: () => 30_000 };
    await onItsRole('renew-signing-keys', () => renewSigningKeys({}, invocation));
    expect((await trusted()).version).toBe(1);
  });

  test('measures how long the published keys last, even when it fails', async () => {
    const measured: [string, number | undefined][] = [];
    const measure = (figure: string, value?: number) => void measured.push([figure, value]);
    await renewKeys(service, { measure });
    const roots = { ...openRoots(), sign: () => Promise.reject(new Error('AccessDenied')) };
    const late = { nowMs: now() + 170 * DAY_MS, measure, roots };
    await expect(renewKeys(service, late)).rejects.toThrow('AccessDenied');
    const [[, whole = 0] = [], [figure, left = 0] = []] = measured;
    expect(figure).toBe('signing_keys_left_seconds');
    expect(Math.round(whole / DAY_S)).toBe(180);
    expect(Math.round(left / DAY_S)).toBe(10);
  });

  test('lets KMS sign the text itself, and publishes nothing when KMS refuses', async () => {
    const arns = ['arn:aws:kms:eu-west-1:1:key/mrk-root', 'arn:aws:kms:eu-west-1:1:key/mrk-spare'];
    const kms = await startKms(arns);
    const roots = openRootKeys({ kind: 'kms', keyArns: arns, endpoint: kms.endpoint }, 'eu-west-1');
    await renewKeys(service, { roots });
    const pinned = await roots.list(soon());
    expect(pinned.map(({ x }) => x)).toEqual(arns.map((arn) => kms.publicKeys[arn]?.export({ format: 'jwk' }).x));
    const { text } = await fetchSet();
    const set = await readTrustedKeys(text, {
      roots: pinned.map(({ x }) => x),
      version: 0,
      now: Math.floor(now() / 1000),
    });
    expect(set.version).toBe(1);
    expect(kms.asked.find(({ operation }) => operation === 'TrentService.Sign')?.input).toEqual({
      KeyId: arns[0],
      Message: Buffer.from(text.slice(0, text.lastIndexOf('.'))).toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ED25519_SHA_512',
    });
    kms.fail('AccessDeniedException');
    await expect(renewKeys(service, { roots })).rejects.toThrow();
    expect((await fetchSet()).text).toBe(text);
    kms.stop();
  });
});

describe('an operator', () => {
  beforeEach(() => renewKeys(service));

  test('rotates: the standby signs at once, the old key stays published, another standby follows', async () => {
    const [first, standby] = (await trusted()).keys;
    await rotateSigningKey(openKeySetContext(service));
    const { keys } = await trusted(2);
    expect(await current()).toBe(standby?.kid);
    expect(keys.map(({ kid }) => kid)).toEqual([first?.kid, standby?.kid, expect.any(String)]);
    await expectPrivates();
  });

  test('revokes the current key: the standby signs at once, another is published', async () => {
    const [first, standby] = (await trusted()).keys;
    await revokeSigningKey(openKeySetContext(service), first?.kid ?? '');
    const { keys, revoked } = await trusted(2);
    expect(revoked).toEqual([first?.kid]);
    expect(await current()).toBe(standby?.kid);
    expect(keys.map(({ kid }) => kid)).toEqual([standby?.kid, expect.any(String)]);
    expect(JSON.stringify(await readHeldKeys())).not.toContain(first?.x);
    await expectPrivates();
  });

  test('revokes a key twice with the same result, and no key that the set does not have', async () => {
    const [first] = (await trusted()).keys;
    const once = await revokeSigningKey(openKeySetContext(service), first?.kid ?? '');
    const twice = await revokeSigningKey(openKeySetContext(service), first?.kid ?? '');
    expect(twice?.keys).toEqual(once?.keys);
    expect(await revokeSigningKey(openKeySetContext(service), 'nobody')).toBeUndefined();
  });

  test('gets no 13th key into the set, and the set stays as it is', async () => {
    for (let keys = 3; keys <= 12; keys += 1) await rotateSigningKey(openKeySetContext(service));
    const before = await trusted();
    expect(before.keys).toHaveLength(12);
    await expect(rotateSigningKey(openKeySetContext(service))).rejects.toThrow('13 keys; 12 is the most');
    expect(await trusted()).toEqual(before);
  });

  test('leaves an entry in the journal of the platform for each of both', async () => {
    const [first, standby] = (await trusted()).keys;
    await rotateSigningKey(openKeySetContext(service));
    await revokeSigningKey(openKeySetContext(service), standby?.kid ?? '');
    const entries = journalIn(await wholeTable(service)).filter(({ entity }) => entity.type === 'key_set');
    const latest = entries.filter(({ entity }) => entity.id === entries.at(-1)?.entity.id).slice(-2);
    expect(latest).toMatchObject([
      { type: 'signing_key.rotated', brand: PLATFORM, actor: { id: 'command-line' }, after: { kid: first?.kid } },
      { type: 'signing_key.revoked', brand: PLATFORM, after: { kid: standby?.kid, version: 3 } },
    ]);
  });
});
