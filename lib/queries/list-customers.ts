import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { CustomerList } from '../api/schemas/customer.ts';
import type { ListCustomersInput } from '../api/customers.ts';
import { customerByEmail, customerView } from '../views/customer-view.ts';
import type { Answer } from '../table/once.ts';
import { openCursor } from './cursor.ts';

/** Finds the customer who has an e-mail now, in one round trip, two by a later e-mail. No second page ever follows. */
export async function listCustomers(
  ctx: BrandContext,
  input: ListCustomersInput,
): Promise<Answer<CustomerList> | Refusal> {
  const { email, cursor } = input;
  const after = openCursor(
    { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'customers', filters: { email } },
    cursor,
  );
  if (isRefusal(after)) return after;
  const customer = await customerByEmail(ctx, email);
  return { body: { customers: customer ? [customerView(ctx, customer)] : [], next_cursor: null } };
}
