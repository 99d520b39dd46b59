import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSigningEnvironment } from '../../../local/signing-keys.ts';
import type { KeySetContext } from '../../../lib/commands/key-set-change.ts';
import { renewKeySet } from '../../../lib/commands/renew-key-set.ts';
import { now } from '../../../lib/process/clock.ts';
import { readKeySetConfig } from '../../../lib/process/config.ts';
import type { Measure } from '../../../lib/process/figures.ts';
import { openRootKeys, type RootKeys } from '../../../lib/process/root-keys.ts';
import { openSecret } from '../../../lib/process/secrets.ts';
import { readSigningSecret, type SigningSecret } from '../../../lib/process/signing-secret.ts';
import type { Table } from '../../../lib/dynamo/table.ts';

type Tables = { table: (...owners: string[]) => Table };

/** The address by which the services of tests name themselves in proofs. */
export const BASE_URL = 'https://licenses.test';

/** Root keys and an empty secret in files of this test file's own, for the functions that it calls. */
export function setSigningEnvironment(): void {
  const localDir = mkdtempSync(join(tmpdir(), 'license-service-signing-'));
  Object.assign(process.env, { BASE_URL, ...buildSigningEnvironment(localDir) });
}

export const openSigningSecret = () => openSecret(readKeySetConfig().signingKeys, 'eu-west-1');
export const openRoots = (): RootKeys => openRootKeys(readKeySetConfig().roots, 'eu-west-1');
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);
export const readHeldKeys = (): Promise<SigningSecret> => readSigningSecret(openSigningSecret(), soon());

/** The context of an operator who changes the keys of this file's service. */
export function openKeySetContext({ table }: Tables, changes: Partial<KeySetContext> = {}): KeySetContext {
  return {
    requestId: 'test',
    actor: { type: 'system', id: 'command-line' },
    nowMs: now(),
    table,
    roots: openRoots(),
    secret: openSigningSecret(),
    ...changes,
  };
}

/** Does what the daily job does. */
export const renewKeys = (
  service: Tables,
  changes: Partial<KeySetContext & { measure: Measure }> = {},
): Promise<{ version: number; keys: number }> =>
  renewKeySet({ measure: () => undefined, ...openKeySetContext(service, changes), ...changes });
