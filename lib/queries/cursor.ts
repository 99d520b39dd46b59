import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';

/** A list as one caller asked for it: owner, route and filters. A cursor of another list is refused. */
export type ListContext<T = Key> = {
  vault: Vault;
  owner: string;
  list: string;
  filters: Record<string, unknown>;
  /** The start of the first page, unless it is the start of the list. */
  first?: T;
};

const contextOf = ({ owner, list, filters }: ListContext<unknown>): string =>
  `cursor\n${owner}\n${list}\n${JSON.stringify(Object.entries(filters).sort())}`;

/** The start of the next page, encrypted, so that nobody can read or forge it; null on the last page. */
export function sealCursor<T = Key>(list: ListContext<T>, last: T | undefined): string | null {
  return last === undefined ? null : list.vault.encrypt(JSON.stringify(last), contextOf(list));
}

/** The start of a page. A cursor that decrypts was made by a page of this list, and so has its type. */
export function openCursor<T = Key>(list: ListContext<T>, cursor: string | undefined): T | undefined | Refusal {
  if (cursor === undefined) return list.first;
  try {
    return JSON.parse(list.vault.decrypt(cursor, contextOf(list))) as T;
  } catch {
    return refuse('cursor_invalid');
  }
}
