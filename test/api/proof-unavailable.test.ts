import { unlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { moveLicense } from '../../lib/api/move.ts';
import { revokeSigningKey } from '../../lib/commands/revoke-signing-key.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import type { SecretStore } from '../../lib/process/secrets.ts';
import { openSigner } from '../../lib/process/signer.ts';
import { moveClock } from '../support/clock.ts';
import { purchase } from '../support/service/purchases.ts';
import { openKeySetContext, openSigningSecret, readHeldKeys, renewKeys, soon } from '../support/service/signing.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
const file = (): string => String(process.env['SIGNING_KEYS_FILE']);

/** Each test is later than the keys of the one before are remembered. */
beforeEach(async () => {
  moveClock(10 * MINUTE_MS);
  await renewKeys(service);
});

async function askForProof() {
  const { license_key } = await purchase(service, brand);
  const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: 'https://a.example' };
  const moving = { ...site, instance_identifier: 'https://b.example', from_instance: site.instance_identifier };
  return {
    activated: await service.call(activateLicense, { body: { ...site, proof: 1 } }),
    checked: await service.call(checkLicense, { query: { ...site, proof: '1' } }),
    moved: await service.call(moveLicense, { body: { ...moving, proof: 1 } }),
    unknown: await service.call(checkLicense, { query: { ...site, license_key: newLicenseKey('NONE'), nonce: 'n' } }),
  };
}

describe('without a key to sign with, every answer comes all the same, without a proof', () => {
  const held = { text: '' };
  const faults: [string, () => void][] = [
    ['the secret is gone', () => unlinkSync(file())],
    ['the secret is empty', () => writeFileSync(file(), '')],
    ['the secret has no keys', () => writeFileSync(file(), '{"keys":[],"unused":"x"}')],
    ['the keys have ended', () => writeFileSync(file(), held.text.replaceAll(/"use_until":\d+/g, '"use_until":1'))],
    ['a key is damaged', () => writeFileSync(file(), held.text.replaceAll(/"d":"[^"]+"/g, '"d":"AAAA"'))],
  ];

  test.each(faults)('when %s', async (_, damage) => {
    held.text = (await openSigningSecret().read(soon())).toString();
    damage();
    moveClock(10 * MINUTE_MS);
    const { activated, checked, moved, unknown } = await askForProof();
    writeFileSync(file(), held.text);
    expect(activated).toMatchObject({ status: 201, body: { status: 'active', proof: null } });
    expect(checked).toMatchObject({ status: 200, body: { may_run: true, proof: null } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'license_key_not_found', proof: null } });
    expect(moved).toMatchObject({ status: 201, body: { status: 'active', proof: null } });
    for (const { headers } of [activated, checked, moved, unknown])
      expect(headers['license-proof']).toBe('unavailable');
  });

  test('proofs return by themselves once the secret is back', async () => {
    const text = (await openSigningSecret().read(soon())).toString();
    unlinkSync(file());
    moveClock(10 * MINUTE_MS);
    expect((await askForProof()).checked.body['proof']).toBeNull();
    writeFileSync(file(), text);
    moveClock(11_000);
    expect((await askForProof()).checked.body['proof']).toEqual(expect.any(String));
  });
});

describe('the signer of a container', () => {
  const counting = (read: SecretStore['read']): { store: SecretStore; reads: () => number } => {
    let count = 0;
    const store: SecretStore = {
      ...openSigningSecret(),
      read: (signal) => {
        count += 1;
        return read(signal);
      },
    };
    return { store, reads: () => count };
  };

  test('loads the keys once in five minutes, for any number of calls', async () => {
    const { store, reads } = counting(openSigningSecret().read);
    const sign = openSigner(store, () => undefined);
    const startMs = Date.now();
    await Promise.all([1, 2, 3].map(() => sign(startMs, soon())));
    await sign(startMs + 5 * MINUTE_MS - 1, soon());
    expect(reads()).toBe(1);
    await sign(startMs + 5 * MINUTE_MS, soon());
    expect(reads()).toBe(2);
  });

  test('signs with a revoked key for five minutes at most', async () => {
    const sign = openSigner(openSigningSecret(), () => undefined);
    const startMs = Date.now();
    const before = await sign(startMs, soon());
    await revokeSigningKey(openKeySetContext(service), before?.kid ?? '');
    const after = await sign(startMs + 5 * MINUTE_MS, soon());
    expect(after?.kid).toBeDefined();
    expect(after?.kid).not.toBe(before?.kid);
    expect(JSON.stringify(await readHeldKeys())).not.toContain(`"d":"${before?.kid}`);
  });

  test('answers at once for ten seconds after a load that failed, and reports the fault once', async () => {
    const { store, reads } = counting(() => Promise.reject(new Error('away')));
    const faults: unknown[] = [];
    const sign = openSigner(store, (error) => void faults.push(error));
    const startMs = Date.now();
    for (const laterMs of [0, 1_000, 9_999]) expect(await sign(startMs + laterMs, soon())).toBeUndefined();
    expect({ reads: reads(), faults: faults.length }).toEqual({ reads: 1, faults: 1 });
    await sign(startMs + 10_000, soon());
    expect(reads()).toBe(2);
  });

  test('waits at most a second for a secret that does not answer, and never longer than the call', async () => {
    const never: SecretStore['read'] = () => new Promise(() => undefined);
    const sign = openSigner(counting(never).store, () => undefined);
    expect(await sign(Date.now(), AbortSignal.timeout(20))).toBeUndefined();
    expect(await sign(Date.now(), AbortSignal.timeout(20_000))).toBeUndefined();
  });
});
