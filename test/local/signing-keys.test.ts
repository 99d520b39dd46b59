import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTrustedKeys, type TrustedKeys } from '../../clients/typescript/src/proof.ts';
import { buildSigningEnvironment } from '../../local/signing-keys.ts';
import { useLocalStart } from '../support/service/started-locally.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

type Shown = { roots: { kid: string; x: string }[]; keys: { kid: string }[]; revoked: string[]; version: number };

const local = useLocalStart();

const admin = async (...words: string[]): Promise<Shown> => {
  const run = await local.admin('signing-key', ...words);
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Shown;
};
const pinned = (): string[] => local.credentials.root_keys;

/** The key set as a client fetches and verifies it; its clock may be the service's. */
async function fetchSet(version: number, now = Date.now() / 1000): Promise<TrustedKeys> {
  const text = await (await fetch(`${local.baseUrl}/.well-known/license-keys`)).text();
  return readTrustedKeys(text, { roots: pinned(), version, now });
}

test('a service on one machine has a key set from its start on, by the roots that its credentials name', async () => {
  const { roots, version } = await admin('show');
  expect(pinned()).toEqual(roots.map(({ x }) => x));
  expect((await fetchSet(version)).keys).toHaveLength(2);
});

test('its keys are rotated and revoked from the command line, and only after a yes', async () => {
  const before = await admin('show');
  await expect(admin('rotate')).rejects.toThrow('add --yes');
  expect(await admin('show')).toEqual(before);
  const rotated = await admin('rotate', '--yes');
  expect(rotated.version).toBe(before.version + 1);
  const [, second] = before.keys;
  const revoked = await admin('revoke', String(second?.kid), '--yes');
  expect(revoked.revoked).toEqual([second?.kid]);
  expect((await fetchSet(rotated.version)).revoked).toEqual([second?.kid]);
  await expect(admin('revoke', 'nobody', '--yes')).rejects.toThrow('The key set has no key "nobody"');
});

test('its key set follows a clock that was moved', async () => {
  const { version } = await admin('show');
  const later = new Date(Date.now() + 80 * DAY_MS);
  const response = await fetch(`${local.baseUrl}/__local/tick?now=${later.toISOString()}`, { method: 'POST' });
  expect(response.status).toBe(200);
  const set = await fetchSet(version + 1, later.getTime() / 1000);
  expect(set.issued_at).toBeGreaterThanOrEqual(Math.floor(later.getTime() / 1000) - 1);
  expect(set.keys.length).toBeGreaterThanOrEqual(3);
});

test.each([
  [-DAY_MS, 'keeps'],
  [400 * DAY_MS, 'makes another'],
])('a service whose last clock was %d ms ahead %s its signing keys at its start', (ahead, outcome) => {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-clock-'));
  const file = buildSigningEnvironment(folder).SIGNING_KEYS_FILE;
  const held = JSON.stringify({
    version: 3,
    issued_at: Math.floor((Date.now() + ahead) / 1000),
    keys: [],
    revoked: [],
  });
  writeFileSync(file, held);
  buildSigningEnvironment(folder);
  expect(readFileSync(file, 'utf8') === held ? 'keeps' : 'makes another').toBe(outcome);
  rmSync(folder, { recursive: true });
});
