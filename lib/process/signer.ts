import type { KeyObject } from 'node:crypto';
import { findCurrentKey } from '../domain/signing-keys.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { openPrivateKey } from './ed25519.ts';
import type { SecretStore } from './secrets.ts';
import { readSigningSecret, type HeldKey, type SigningSecret } from './signing-secret.ts';
import { deadline } from './timers.ts';
import { within } from './within.ts';

export type SigningKey = { kid: string; key: KeyObject };

/** A warm container signs with a revoked key no longer than this. */
const LOADED_FOR_MS = 5 * MINUTE_MS;
/** A caller waits no longer for a proof: its verdict is ready. */
const LOAD_WITHIN_MS = 1_000;
/** After a load that failed, callers get their verdicts at once for this long. */
const FAILED_FOR_MS = 10_000;

/** Raised by `forgetSigners`: keys that were loaded before are loaded again. */
let age = 0;

/** On one machine only: every container forgets its signing keys, as if it were cold. */
export function forgetSigners(): void {
  age += 1;
}

type Load = { age: number; atMs: number; keys: Promise<readonly HeldKey[] | undefined>; failed: boolean };

/**
 * Loads the signing keys when they are first needed, and again after five minutes. Resolves with undefined, soon, when
 * no key can be had.
 */
export function openSigner(
  store: SecretStore,
  onFault: (error: unknown) => void,
): (nowMs: number, signal: AbortSignal) => Promise<SigningKey | undefined> {
  let load: Load | undefined;
  let opened: SigningKey | undefined;

  const begin = (atMs: number): Load => {
    const begun: Load = { age, atMs, failed: false, keys: Promise.resolve(undefined) };
    begun.keys = within(deadline(LOAD_WITHIN_MS), readSigningSecret(store, deadline(LOAD_WITHIN_MS))).then(
      usableKeys,
      (error: unknown) => {
        begun.failed = true;
        onFault(error);
        return undefined;
      },
    );
    return begun;
  };
  return async (nowMs, signal) => {
    const lasts = load?.failed === true ? FAILED_FOR_MS : LOADED_FOR_MS;
    // The clock may have gone back.
    if (load?.age !== age || Math.abs(nowMs - load.atMs) >= lasts) load = begin(nowMs);
    const keys = await within(signal, load.keys).catch(() => undefined);
    const current = keys && findCurrentKey(keys, Math.floor(nowMs / 1000));
    if (current?.d === undefined) return undefined;
    if (opened?.kid !== current.kid) opened = { kid: current.kid, key: openPrivateKey({ d: current.d }) };
    return opened;
  };
}

const usableKeys = ({ keys, revoked }: SigningSecret): HeldKey[] =>
  keys.filter(({ kid, d }) => d !== undefined && revoked.every((one) => one.kid !== kid));
