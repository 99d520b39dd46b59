import type { EraseCustomerInput } from '../api/customers.ts';
import { eraseCustomer } from '../commands/erase-customer.ts';
import type { BrandContext } from '../context.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { SECOND_MS } from '../domain/time.ts';
import { getOne } from '../dynamo/table.ts';
import { uptimeMs } from '../process/clock.ts';
import { readUnfinished } from '../table/email-slots.ts';
import { keys } from '../table/keys.ts';
import { customerById, customerView } from '../views/customer-view.ts';

/**
 * The address of the form may be another customer's by now: erased is the customer of the page or nobody. An erasure
 * goes on under the address with which it began.
 */
export async function hasCustomersEmail(ctx: BrandContext, id: string, input: unknown): Promise<Refusal | undefined> {
  const customer = await customerById(ctx, id);
  if (customer === undefined) return refuse('customer_not_found');
  const { email } = input as EraseCustomerInput;
  if (customerView(ctx, customer).email.toLowerCase() === email.toLowerCase()) return undefined;
  const hash = ctx.vault.keyedHash(email, 'email');
  const item = await getOne(ctx.table, keys.customer(ctx.brand.key_prefix, hash));
  return readUnfinished({ hash, item }) === customer.partition ? undefined : refuse('customer_not_found');
}

/** A request has ten seconds and a call takes seven at most, so no call begins later than this. */
const LAST_BEGINS_MS = 2 * SECOND_MS;
const CALLS_A_REQUEST = 2;

/** One call erases a part of a customer with many licenses, and a request has time for few calls. */
export async function eraseMost(ctx: BrandContext, input: EraseCustomerInput): ReturnType<typeof eraseCustomer> {
  const begunMs = uptimeMs();
  for (let call = 1; ; call += 1) {
    const answer = await eraseCustomer(ctx, input);
    if (isRefusal(answer) || answer.body.complete) return answer;
    if (call === CALLS_A_REQUEST || uptimeMs() - begunMs > LAST_BEGINS_MS) return answer;
  }
}
