import type { BrandContext } from '../../context.ts';
import { answersOfCustomer, type Customer } from '../../table/customers.ts';
import type { Write } from '../../table/transact.ts';
import { transact } from '../../table/transact.ts';
import type { Tally } from './tally.ts';

const AT_ONCE = 40;

/** Drops the answers stored for idempotency keys that tell of a person. False when the call has no more left. */
export async function dropAnswers(ctx: BrandContext, customer: Customer, tally: Tally): Promise<boolean> {
  for (;;) {
    const listed = await answersOfCustomer(ctx.table, ctx.brand.key_prefix, customer.home, AT_ONCE);
    if (listed.length === 0) return true;
    if (tally.left <= 0) return false;
    const writes = listed.flatMap(({ key, once }): Write<never>[] => [{ remove: once }, { remove: key }]);
    await transact<never>(ctx.table, writes);
    tally.left -= listed.length;
    tally.done.answers += listed.length;
  }
}
