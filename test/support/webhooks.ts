import { randomUUID } from 'node:crypto';
import { newId } from '../../lib/domain/ids.ts';
import { isoSeconds } from '../../lib/domain/time.ts';
import { newDelivery, type Delivery } from '../../lib/table/webhook-deliveries.ts';

/** A delivery of something that happened at this time. */
export function sampleDelivery(atMs: number, { endpointId = newId(atMs), seq = 1, entityId = randomUUID() } = {}): Delivery {
  const entity = { type: 'license', id: entityId };
  return newDelivery(endpointId, { id: newId(atMs), type: 'license.renewed', entity, seq, occurred_at: isoSeconds(atMs) }, atMs);
}
