import type { KeyRing, KnownKey } from '../domain/signing-keys.ts';
import type { SecretStore } from './secrets.ts';

/** A signing key with its private half `d`, which is dropped once the key has ended. */
export type HeldKey = KnownKey & { d?: string };

/** The content of the secret: the whole ring, so that a table that was lost or restored learns it from here. */
export type SigningSecret = Omit<KeyRing, 'keys'> & { keys: readonly HeldKey[] };

/** A new secret has no keys yet, but a member that Secrets Manager generated. */
export async function readSigningSecret(store: SecretStore, signal: AbortSignal): Promise<SigningSecret> {
  const stored = JSON.parse((await store.read(signal)).toString('utf8')) as Partial<SigningSecret>;
  const { version = 0, issued_at = 0, keys = [], revoked = [] } = stored;
  return { version, issued_at, keys, revoked };
}

export const writeSigningSecret = (store: SecretStore, secret: SigningSecret, signal: AbortSignal): Promise<void> =>
  store.write(JSON.stringify(secret), signal);
