import type { GroupClass, ItemClass } from '../lib/table/item-classes.ts';

/**
 * A function's grants on the table: the classes of items, and the actions on them. A transaction has no action of its
 * own: each of its items counts as the action on that item.
 */
export type Grant = {
  /** Classes of items are known by their keys. */
  read?: readonly ItemClass[];
  /** Read by one request that spans the platform's items and brands', so that one statement has to allow both. */
  readAcross?: readonly ItemClass[];
  /** Whole partitions, or parts of them. */
  query?: readonly ItemClass[];
  /** Partitions of an index. */
  find?: readonly GroupClass[];
  put?: readonly ItemClass[];
  /** Put by a transaction that spans the platform's items and a brand's, so that one statement has to allow both. */
  putAcross?: readonly ItemClass[];
  update?: readonly ItemClass[];
  remove?: readonly ItemClass[];
  /** Guards of a transaction, on items that it does not write. */
  check?: readonly ItemClass[];
  /** Every item of every owner, by scans too, which no class of items can narrow down. */
  readAll?: true;
};
export type Verb = keyof Grant;
