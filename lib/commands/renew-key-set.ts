import { required } from '../domain/invariant.ts';
import { NO_KEYS, type KeyRing } from '../domain/signing-keys.ts';
import type { Measure } from '../process/figures.ts';
import { changeKeySet, readRing, type KeySetContext } from './key-set-change.ts';

export type RenewedKeySet = { version: number; keys: number };

/**
 * Makes the key set again, and the next signing key when it is time. Measures how long the keys that are published
 * last, even if that fails.
 */
export async function renewKeySet(ctx: KeySetContext & { measure: Measure }): Promise<RenewedKeySet> {
  let ring: KeyRing = NO_KEYS;
  try {
    ring = (await readRing(ctx)).ring;
    ring = required(await changeKeySet(ctx, (present) => ({ ring: present })), 'a renewal always makes a set');
  } finally {
    const lastsUntil = Math.max(0, ...ring.keys.map(({ use_until }) => use_until));
    ctx.measure('signing_keys_left_seconds', Math.max(0, lastsUntil - Math.floor(ctx.nowMs / 1000)));
  }
  return { version: ring.version, keys: ring.keys.length };
}
