import type { Kind } from '../../../lib/audit/kinds.ts';
import type { Vault } from '../../../lib/process/vault.ts';
import type { StoredItem } from '../table/whole-table.ts';

export type Which = (item: StoredItem) => boolean;

/** One way to break a table: an item of this kind is changed, removed or added. Undefined fields are removed. */
export type Break = {
  how: string;
  rule: string;
  kind: Kind;
  which?: Which;
  change?: (item: StoredItem, vault: Vault, items: readonly StoredItem[]) => Record<string, unknown>;
  remove?: true;
  add?: (item: StoredItem) => StoredItem;
};

/** An id that nothing has. */
export const NO_ID = '01a21fa5-0000-7000-8000-00000000abcd';

export const isLive: Which = ({ status }) => status !== 'cancelled';
export const counted = (item: StoredItem, field: string): number => Number(item[field]);

/** The same sealed text with one of its last bytes changed. */
export function flipped(sealed: unknown): string {
  const text = String(sealed);
  const at = text.length - 6;
  return text.slice(0, at) + (text.charAt(at) === 'A' ? 'B' : 'A') + text.slice(at + 1);
}
