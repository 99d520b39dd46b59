import { revokeInRing, type KeyRing } from '../domain/signing-keys.ts';
import { changeKeySet, type KeySetContext } from './key-set-change.ts';

/**
 * Revokes a signing key: no client accepts its proofs once it has the new key set. If it was the current one, the
 * standby signs at once. A key that is revoked already stays so. Undefined for a key that the set does not have.
 */
export function revokeSigningKey(ctx: KeySetContext, kid: string): Promise<KeyRing | undefined> {
  return changeKeySet(ctx, (ring) => {
    const changed = revokeInRing(ring, kid);
    if (changed !== undefined)
      return { ring: changed, event: { type: 'signing_key.revoked' as const, after: { kid } } };
    // Published again: an earlier run may have died before it wrote the secret.
    return ring.revoked.some((revoked) => revoked.kid === kid) ? { ring } : undefined;
  });
}
