import type { KeyRing } from '../domain/signing-keys.ts';
import { equals, isNew } from '../dynamo/condition.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { platformKeys } from './keys.ts';

/**
 * The published key set: `jws` is the text that clients get. `id` and `seq` are those of its journal, and `changed_at`
 * is the time of its last entry.
 */
export type StoredKeySet = KeyRing & { jws: string; id: string; seq: number; changed_at: string };

/** Undefined for a stage that has none yet. */
export async function readStoredKeySet(table: Table<'GetItem'>): Promise<StoredKeySet | undefined> {
  const item = await getOne(table, platformKeys.keySet());
  if (item === undefined) return undefined;
  const { pk: _pk, sk: _sk, ...set } = item;
  return set as StoredKeySet;
}

/** Replaces the set that was read, unless another writer was faster. */
export function putKeySet<R>(set: StoredKeySet, before: StoredKeySet | undefined, refused: () => R): Write<R> {
  const guard = before === undefined ? isNew : equals('version', before.version);
  return { put: { ...platformKeys.keySet(), ...set }, guard, refused };
}
