import { isDue, isoSeconds } from '../../domain/time.ts';
import type { BrandContext } from '../../context.ts';
import { answersOfCustomer, type Customer } from '../../table/customers.ts';
import { eraseAnswer, eraseAnswerPast } from '../../table/once.ts';
import { transact, type Write } from '../../table/transact.ts';
import type { Tally } from './tally.ts';

const AT_ONCE = 40;

/** Drops a page of the answers stored for idempotency keys that tell of a person. False when there were none. */
export async function dropAnswers(ctx: BrandContext, customer: Customer, tally: Tally): Promise<boolean> {
  const listed = await answersOfCustomer(ctx.table, ctx.brand.key_prefix, customer.home, AT_ONCE);
  const isPast = ({ ttl }: { ttl: number }): boolean => isDue(isoSeconds(ttl * 1000), ctx.nowMs);
  const { past = [], kept = [] } = Object.groupBy(listed, (answer) => (isPast(answer) ? 'past' : 'kept'));
  if (kept.length > 0)
    await transact<never>(
      ctx.table,
      kept.flatMap(({ key, once, ttl }): Write<never>[] => [eraseAnswer(once, ttl), { remove: key }]),
    );
  for (const { key, once, ttl } of past) {
    await transact(ctx.table, [eraseAnswerPast(once, ttl, () => 'newer' as const)]);
    await transact<never>(ctx.table, [{ remove: key }]);
  }
  tally.writesLeft -= listed.length;
  tally.done.answers += listed.length;
  return listed.length > 0;
}
