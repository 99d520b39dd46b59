import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Key } from '../table/keys.ts';
import type { Vault } from '../vault.ts';

/** A list as one caller asked for it: whose, which route, which filters. A cursor of another list does not open here. */
export type ListPlace = { vault: Vault; owner: string; list: string; filters: Record<string, unknown> };

const placeOf = ({ owner, list, filters }: ListPlace): string => `cursor\n${owner}\n${list}\n${JSON.stringify(Object.entries(filters).sort())}`;

/** Where the next page begins, sealed, so that nobody reads keys out of it or makes one up; null on the last page. */
export function sealCursor(place: ListPlace, last: Key | undefined): string | null {
  return last === undefined ? null : place.vault.encrypt(JSON.stringify([last.pk, last.sk]), placeOf(place));
}

export function openCursor(place: ListPlace, cursor: string | undefined): Key | undefined | Refusal {
  if (cursor === undefined) return undefined;
  try {
    const [pk, sk] = JSON.parse(place.vault.decrypt(cursor, placeOf(place))) as [string, string];
    return { pk, sk };
  } catch {
    return refuse('cursor_invalid');
  }
}
