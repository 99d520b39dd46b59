import { required } from '../domain/invariant.ts';
import { findCurrentKey, rotateRing, type KeyRing } from '../domain/signing-keys.ts';
import { changeKeySet, type KeySetContext } from './key-set-change.ts';

/** The current signing key ends now: the standby signs from here on, and another standby is published. */
export async function rotateSigningKey(ctx: KeySetContext): Promise<KeyRing> {
  const rotated = await changeKeySet(ctx, (ring, nowS) => {
    const current = findCurrentKey(ring.keys, nowS);
    const changed = { ring: rotateRing(ring, nowS) };
    return current === undefined
      ? changed
      : { ...changed, event: { type: 'signing_key.rotated' as const, after: { kid: current.kid } } };
  });
  return required(rotated, 'the ring has not been changed');
}
