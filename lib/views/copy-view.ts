import type { CopyOf } from '../domain/refusal.ts';
import { activationById } from '../table/activation-by-id.ts';
import type { Seat } from '../table/product-call.ts';
import type { Table } from '../dynamo/table.ts';
import { describeStored } from '../domain/describe-later.ts';

/**
 * The seat of another site whose activation the caller holds: the caller is probably a copy of that site. Its instance
 * is masked whatever the brand shows.
 */
export async function findCopy(
  table: Table<'Query'>,
  brand: string,
  { license, activation: own }: Seat,
  activationId: string,
): Promise<CopyOf | undefined> {
  if (own?.id === activationId) return undefined;
  const found = await activationById(table, brand, license, activationId);
  if (found?.activation.status !== 'active') return undefined;
  const { masked_identifier } = await describeStored(found.activation);
  return { activation_id: activationId, instance: masked_identifier };
}
