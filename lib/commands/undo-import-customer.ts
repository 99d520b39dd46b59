import { normaliseChecked } from '../domain/email.ts';
import { parseCustomerItem, type Customer } from '../table/customers.ts';
import { readSlotPartition, removeCustomer, type Slot } from '../table/email-slots.ts';
import { keys } from '../table/keys.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { query } from '../dynamo/query.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Item } from '../dynamo/table.ts';
import { transact } from '../dynamo/transact.ts';
import type { ImportContext } from './import/row.ts';

/** One license of somebody else is enough to keep a customer. */
const MOST_LISTED = 100;

/**
 * Removes the customer of a row, if the run made it and nothing else is there of it: the last row of a customer that is
 * undone takes it along. True if others have used the customer since, who then stays.
 */
export async function undoCustomer(ctx: ImportContext, typed: string): Promise<boolean> {
  const hash = ctx.vault.keyedHash(normaliseChecked(typed).email, 'email');
  return retrying(ctx.table, () => tryCustomer(ctx, hash));
}

async function tryCustomer(ctx: ImportContext, hash: string): Promise<Outcome<boolean>> {
  const first = await readPerson(ctx, hash);
  const slot: Slot = { hash, item: first.item };
  const partition = readSlotPartition(slot) ?? hash;
  const { item, listed } = partition === hash ? first : await readPerson(ctx, partition);
  if (item?.['import_id'] !== ctx.importId) return done(false);
  const customer = parseCustomerItem(item);
  if (isUsed(customer) || listed.some((one) => !isOfRun(ctx, one))) return done(true);
  // Other rows of the customer are still to be undone, or were left and are listed.
  if (listed.length > 0 || customer.keys.length > 0) return done(false);
  const removed = await transact(ctx.table, removeCustomer(ctx.brand.key_prefix, customer, slot, retry));
  return removed.kind === 'retry' ? retry() : done(false);
}

/** The item of a partition of customers, which sorts last, and what is listed there. */
async function readPerson(ctx: ImportContext, partition: string): Promise<{ item: Item | undefined; listed: Item[] }> {
  const { pk, sk } = keys.customer(ctx.brand.key_prefix, partition);
  const { items } = await query(ctx.table, { pk, newestFirst: true, limit: MOST_LISTED });
  return { item: items.find((one) => one['sk'] === sk), listed: items.filter((one) => one['sk'] !== sk) };
}

/** A change of the customer, and a purchase that leaves no other trace on it. */
const isUsed = ({ seq, is_used }: Customer): boolean => seq > 0 || is_used === true;

const isOfRun = ({ importId }: ImportContext, item: Item): boolean => item['import_id'] === importId;
