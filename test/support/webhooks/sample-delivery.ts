import { randomUUID } from 'node:crypto';
import { newId } from '../../../lib/process/ids.ts';
import { isoSeconds } from '../../../lib/domain/time.ts';
import { transact } from '../../../lib/dynamo/transact.ts';
import { webhookKeys } from '../../../lib/table/keys.ts';
import { newDelivery, type Delivery } from '../../../lib/table/webhook-deliveries.ts';
import type { Service, TestBrand } from '../service/service.ts';

/** A delivery of an event of this time. */
export function sampleDelivery(
  atMs: number,
  { endpointId = newId(atMs), seq = 1, entityId = randomUUID() } = {},
): Delivery {
  const entity = { type: 'license', id: entityId };
  return newDelivery(
    endpointId,
    { id: newId(atMs), type: 'license.renewed', entity, seq, occurred_at: isoSeconds(atMs) },
    atMs,
  );
}

/** Writes a delivery directly, with these changes: its id, which is its event's. */
export async function putSampleDelivery(
  { table }: Pick<Service, 'table'>,
  { key_prefix: brand }: Pick<TestBrand, 'key_prefix'>,
  endpointId: string,
  { atMs = Date.now(), ...changes }: Partial<Delivery> & { atMs?: number } = {},
): Promise<string> {
  const delivery = { ...sampleDelivery(atMs, { endpointId }), ...changes };
  await transact<never>(table(brand), [
    { put: { ...webhookKeys.delivery(brand, endpointId, delivery.id), ...delivery } },
  ]);
  return delivery.id;
}
