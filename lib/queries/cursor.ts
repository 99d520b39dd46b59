import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';

/** A list as one caller asked for it: whose, which route, which filters. A cursor of another list does not open here. */
export type ListPlace<T = Key> = {
  vault: Vault;
  owner: string;
  list: string;
  filters: Record<string, unknown>;
  /** Where the first page begins, unless that is where the list does. */
  first?: T;
};

const placeOf = ({ owner, list, filters }: ListPlace<unknown>): string =>
  `cursor\n${owner}\n${list}\n${JSON.stringify(Object.entries(filters).sort())}`;

/** Where the next page begins, sealed, so that nobody reads keys out of it or makes one up; null on the last page. */
export function sealCursor<T = Key>(place: ListPlace<T>, last: T | undefined): string | null {
  return last === undefined ? null : place.vault.encrypt(JSON.stringify(last), placeOf(place));
}

/** Where a page begins. A cursor that opens was sealed by a page of this very list, and so is of its type. */
export function openCursor<T = Key>(place: ListPlace<T>, cursor: string | undefined): T | undefined | Refusal {
  if (cursor === undefined) return place.first;
  try {
    return JSON.parse(place.vault.decrypt(cursor, placeOf(place))) as T;
  } catch {
    return refuse('cursor_invalid');
  }
}
