import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../lib/process/clock.ts';
import { SECOND_MS } from '../lib/domain/time.ts';
import { newKeyPair, type KeyPair } from '../lib/process/ed25519.ts';

const ROOTS = 'root-keys.json';
const SIGNING = 'signing-keys.json';

/** The files with this machine's root keys and signing keys, made at the first start, as variables of the functions. */
export function buildSigningEnvironment(localDir: string): Record<'ROOT_KEYS_FILE' | 'SIGNING_KEYS_FILE', string> {
  mkdirSync(localDir, { recursive: true, mode: 0o700 });
  const files = { ROOT_KEYS_FILE: join(localDir, ROOTS), SIGNING_KEYS_FILE: join(localDir, SIGNING) };
  writeNew(files.ROOT_KEYS_FILE, () => [newKeyPair(), newKeyPair()]);
  if (isOfLaterClock(files.SIGNING_KEYS_FILE)) rmSync(files.SIGNING_KEYS_FILE);
  writeNew(files.SIGNING_KEYS_FILE, () => ({ keys: [] }));
  return files;
}

/** An earlier start had its clock moved ahead (docs/tour.md), and its keys sign nothing for as long. */
function isOfLaterClock(file: string): boolean {
  if (!existsSync(file)) return false;
  const { issued_at = 0 } = JSON.parse(readFileSync(file, 'utf8')) as { issued_at?: number };
  return issued_at > now() / SECOND_MS;
}

function writeNew(file: string, make: () => unknown): void {
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(make())}\n`, { mode: 0o600, flag: 'wx' });
}

/** The public halves of the root keys, which a client pins. */
export const readRootKeys = (localDir: string): string[] =>
  (JSON.parse(readFileSync(join(localDir, ROOTS), 'utf8')) as KeyPair[]).map(({ x }) => x);
