import type { CopyOf } from '../domain/refusal.ts';
import type { Seat } from '../table/product-call.ts';
import type { Table } from '../dynamo/table.ts';
import { findCopy } from './copy-view.ts';

/** `findCopy` for each license of a key for several products, in one round trip. The id can be of one of them only. */
export const findCopies = (
  table: Table<'Query'>,
  brand: string,
  seats: readonly Seat[],
  activationId: string,
): Promise<{ copy_of?: CopyOf }[]> =>
  Promise.all(
    seats.map(async (seat) => {
      const copy_of = await findCopy(table, brand, seat, activationId);
      return copy_of === undefined ? {} : { copy_of };
    }),
  );
