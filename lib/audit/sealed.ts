import type { Vault } from '../process/vault.ts';

/** A sealed text: opened, left closed because nobody asked to open it, or not as the service seals. */
type Opened = { kind: 'opened'; text: string } | { kind: 'closed' } | { kind: 'fault'; what: string };

const SEALED = /^v1\.[A-Za-z0-9_-]{38,}$/;

/** Opens a sealed text if the operator asked for it; else looks at its form alone. */
export function openSealed(vault: Pick<Vault, 'decrypt'> | undefined, sealed: unknown, context: string): Opened {
  if (typeof sealed !== 'string' || !SEALED.test(sealed)) return { kind: 'fault', what: 'is not sealed' };
  if (vault === undefined) return { kind: 'closed' };
  try {
    return { kind: 'opened', text: vault.decrypt(sealed, context) };
  } catch {
    return { kind: 'fault', what: 'does not open with the present data key' };
  }
}
