import { isDue, isoSeconds } from '../../domain/time.ts';
import type { BrandContext } from '../../context.ts';
import type { Customer } from '../../table/customers.ts';
import { listCustomerAnswers, listLicenseAnswers, type ListedAnswer } from '../../table/listed-answers.ts';
import { eraseAnswer, eraseAnswerPast } from '../../table/once.ts';
import { transact, type Write } from '../../dynamo/transact.ts';
import type { Tally } from './tally.ts';

/** Each takes up to three writes of one transaction: the answer, and its entries in two lists. */
const AT_ONCE = 30;

/** Deletes a page of the answers stored for idempotency keys that concern a person. False if there were none. */
export async function dropAnswers(ctx: BrandContext, { partition }: Customer, tally: Tally): Promise<boolean> {
  const listed = await listCustomerAnswers(ctx.table, ctx.brand.key_prefix, partition, AT_ONCE);
  await drop(ctx, listed, tally);
  return listed.length > 0;
}

/**
 * Deletes a page of the answers that show a license, to later holders too: they contain its old metadata. False if
 * there were none.
 */
export async function dropLicenseAnswers(ctx: BrandContext, anchor: string, tally: Tally): Promise<boolean> {
  const listed = await listLicenseAnswers(ctx.table, ctx.brand.key_prefix, anchor, AT_ONCE);
  await drop(ctx, listed, tally);
  return listed.length > 0;
}

async function drop({ table, nowMs }: BrandContext, listed: readonly ListedAnswer[], tally: Tally): Promise<void> {
  const isPast = ({ ttl }: ListedAnswer): boolean => isDue(isoSeconds(ttl * 1000), nowMs);
  const unlist = ({ listings }: ListedAnswer): Write<never>[] => listings.map((key) => ({ remove: key }));
  const past = listed.filter(isPast);
  const kept = listed.filter((answer) => !isPast(answer));
  if (kept.length > 0)
    await transact<never>(
      table,
      kept.flatMap((answer) => [eraseAnswer(answer.once, answer.ttl), ...unlist(answer)]),
    );
  for (const answer of past) {
    await transact(table, [eraseAnswerPast(answer.once, answer.ttl, () => 'newer' as const)]);
    await transact<never>(table, unlist(answer));
  }
  tally.writesLeft -= listed.length;
  tally.done.answers += listed.length;
}
