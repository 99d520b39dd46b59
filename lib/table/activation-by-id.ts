import { readIdTail } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';
import { isUnchanged, readActivation, type StoredActivation } from './activations.ts';
import { keys } from './keys.ts';
import { parseLicenseItem } from './licenses.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { getMany, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { allOf, equals } from '../dynamo/condition.ts';

/** One license almost never has more than one seat whose instance's hash begins with the same twelve digits. */
const MAX_SAME_BEGINNING = 10;

/**
 * Finds a license and one of its activations by the activation's id: its last digits begin the hash in the item's key.
 * A retry is needed when a change came between the two reads. The license is undefined if there is none.
 */
export async function readLicenseAndActivation(
  table: Table<'BatchGetItem' | 'Query'>,
  brand: string,
  anchor: string,
  activationId: string,
): Promise<Outcome<{ license: License | undefined; found: StoredActivation | undefined }>> {
  const [item] = await getMany(table, [keys.license(brand, anchor)]);
  if (item === undefined) return done({ license: undefined, found: undefined });
  const license = parseLicenseItem(item);
  const found = await activationById(table, brand, license, activationId);
  return found && found.seq > license.seq ? retry() : done({ license, found });
}

/**
 * An activation of a license's present seat set. `seq` is the license's at its last write; a later one than the
 * license's reveals a torn read.
 */
export async function activationById(
  table: Table<'Query'>,
  brand: string,
  { anchor, seat_set }: Pick<License, 'anchor' | 'seat_set'>,
  activationId: string,
): Promise<(StoredActivation & { seq: number }) | undefined> {
  const { pk, sk } = keys.seat(brand, anchor, seat_set, readIdTail(activationId));
  const { items } = await query(table, { pk, begins: sk, limit: MAX_SAME_BEGINNING });
  const seat = items.find(({ id }) => id === activationId);
  return seat && { ...readActivation(seat), seq: Number(seat['seq']) };
}

/**
 * Frees a seat in one transaction with its license, whose guard orders all changes of its seats. Its own guard fails if
 * the journaled instance has been erased.
 */
export function putFreed<R>({ key, activation }: StoredActivation, license: License, refused: () => R): Write<R> {
  const { status, takes_seat, free_staging, deactivated_at, instance_identifier } = activation;
  return {
    update: key,
    set: { status, takes_seat, free_staging, deactivated_at, seq: license.seq },
    guard: equals('instance_identifier', instance_identifier),
    refused,
  };
}

/** Frees a seat if the activation is still as it was read. */
export function putFreedAsRead<R>(
  freed: StoredActivation,
  previous: Activation,
  license: License,
  refused: () => R,
): Write<R> {
  return { ...putFreed(freed, license, refused), guard: isUnchanged(previous) };
}

/** Writes what an active site costs from now on, if the activation is still as it was read. */
export function putUse<R>(
  { key, activation: { takes_seat, free_staging } }: StoredActivation,
  previous: Activation,
  license: License,
  refused: () => R,
): Write<R> {
  return {
    update: key,
    set: { takes_seat, free_staging, seq: license.seq },
    guard: allOf(isUnchanged(previous), equals('activated_at', previous.activated_at)),
    refused,
  };
}

/** Takes a seat again for an instance that had one, if its activation is still as it was read. */
export function putRestored<R>(
  { key, activation }: StoredActivation,
  previous: Activation,
  license: License,
  refused: () => R,
): Write<R> {
  const { status, takes_seat, free_staging, activated_at, deactivated_at, last_checked_at } = activation;
  return {
    update: key,
    set: { status, takes_seat, free_staging, activated_at, deactivated_at, last_checked_at, seq: license.seq },
    guard: isUnchanged(previous),
    refused,
  };
}
