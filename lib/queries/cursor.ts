import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';

/** A list as one caller asked for it: whose, which route, which filters. A cursor of another list does not open here. */
export type ListContext<T = Key> = {
  vault: Vault;
  owner: string;
  list: string;
  filters: Record<string, unknown>;
  /** Where the first page begins, unless that is where the list does. */
  first?: T;
};

const contextOf = ({ owner, list, filters }: ListContext<unknown>): string =>
  `cursor\n${owner}\n${list}\n${JSON.stringify(Object.entries(filters).sort())}`;

/** Where the next page begins, sealed, so that nobody reads keys out of it or makes one up; null on the last page. */
export function sealCursor<T = Key>(list: ListContext<T>, last: T | undefined): string | null {
  return last === undefined ? null : list.vault.encrypt(JSON.stringify(last), contextOf(list));
}

/** Where a page begins. A cursor that opens was sealed by a page of this very list, and so is of its type. */
export function openCursor<T = Key>(list: ListContext<T>, cursor: string | undefined): T | undefined | Refusal {
  if (cursor === undefined) return list.first;
  try {
    return JSON.parse(list.vault.decrypt(cursor, contextOf(list))) as T;
  } catch {
    return refuse('cursor_invalid');
  }
}
