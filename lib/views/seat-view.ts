import { findStoredKind } from '../domain/seat-costs.ts';
import { describeStored } from '../domain/describe-later.ts';
import type { ShownSeat } from '../domain/refusal.ts';
import type { Policy } from '../domain/policy.ts';
import type { Activation } from '../domain/seats.ts';
import type { ShownToKey } from '../table/brand-copies.ts';

const MOST = 10;

/** The first seats of a list. What an older version did not store is computed now. */
export async function showSeats(
  policy: Policy,
  activations: readonly Activation[],
  shown: ShownToKey,
): Promise<ShownSeat[]> {
  const described = await Promise.all(
    activations.slice(0, MOST).map(async (one) => ({ ...one, ...(await describeStored(one)) })),
  );
  return described.map((activation) => ({
    activation_id: activation.id,
    instance: shownInstance(activation, shown),
    kind: findStoredKind(policy, activation),
    activated_at: activation.activated_at,
    last_checked_at: activation.last_checked_at,
  }));
}

function shownInstance(
  { instance_identifier, masked_identifier }: Pick<Activation, 'instance_identifier' | 'masked_identifier'>,
  shown: ShownToKey,
): string | null {
  if (shown === 'none') return null;
  return shown === 'full' ? instance_identifier : masked_identifier;
}
