import type { Item } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';

/** A table as the auditor reads it, or a list of items in memory. It cannot be written. */
export type Source = {
  /** Every item of one of `total` segments, page by page. The items of a partition follow one another. */
  scan: (segment: number, total: number) => AsyncIterable<readonly Item[]>;
  /** Every item of one partition, consistently. */
  partition: (pk: string) => AsyncIterable<readonly Item[]>;
  /** The items at these keys, consistently, in their order. */
  read: (keys: readonly Key[]) => Promise<(Item | undefined)[]>;
};
