import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyPair, type KeyPair } from '../lib/process/ed25519.ts';

const ROOTS = 'root-keys.json';
const SIGNING = 'signing-keys.json';

/** The files with this machine's root keys and signing keys, made at the first start, as variables of the functions. */
export function buildSigningEnvironment(localDir: string): Record<'ROOT_KEYS_FILE' | 'SIGNING_KEYS_FILE', string> {
  mkdirSync(localDir, { recursive: true, mode: 0o700 });
  const files = { ROOT_KEYS_FILE: join(localDir, ROOTS), SIGNING_KEYS_FILE: join(localDir, SIGNING) };
  writeNew(files.ROOT_KEYS_FILE, () => [newKeyPair(), newKeyPair()]);
  writeNew(files.SIGNING_KEYS_FILE, () => ({ keys: [] }));
  return files;
}

function writeNew(file: string, make: () => unknown): void {
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(make())}\n`, { mode: 0o600, flag: 'wx' });
}

/** The public halves of the root keys, which a client pins. */
export const readRootKeys = (localDir: string): string[] =>
  (JSON.parse(readFileSync(join(localDir, ROOTS), 'utf8')) as KeyPair[]).map(({ x }) => x);
