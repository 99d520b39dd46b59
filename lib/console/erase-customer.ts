import type { EraseCustomerInput } from '../api/customers.ts';
import { eraseCustomer } from '../commands/erase-customer.ts';
import type { BrandContext } from '../context.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { getCustomer } from '../queries/get-customer.ts';

/** The address of the form may be another customer's by now: erased is the customer of the page or nobody. */
export async function hasCustomersEmail(ctx: BrandContext, id: string, input: unknown): Promise<Refusal | undefined> {
  const found = await getCustomer(ctx, { customer_id: id, limit: 1, cursor: undefined });
  if (isRefusal(found)) return found;
  const { email } = input as EraseCustomerInput;
  return found.body.email.toLowerCase() === email.toLowerCase() ? undefined : refuse('customer_not_found');
}

/** One call erases a part of a customer with many licenses. This repeats it, within the time of a request. */
export async function eraseWhole(ctx: BrandContext, input: EraseCustomerInput): ReturnType<typeof eraseCustomer> {
  for (;;) {
    const answer = await eraseCustomer(ctx, input);
    if (isRefusal(answer) || answer.body.complete) return answer;
  }
}
