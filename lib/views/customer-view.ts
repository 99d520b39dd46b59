import { pick } from '../domain/pick.ts';
import type { BrandContext } from '../context.ts';
import { parseCustomerItem, emailContext, type Customer } from '../table/customers.ts';
import { findCustomer } from '../table/email-slots.ts';
import { keys } from '../table/keys.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne, type Item } from '../dynamo/table.ts';

const CUSTOMER_FIELDS = ['id', 'email', 'created_at', 'updated_at', 'erased_at'] as const;

/**
 * A customer's e-mail as answers show it, to every caller who may see the customer. An erased customer has a pseudonym
 * in its place.
 */
export const shownEmail = (
  { brand, vault }: { brand: Pick<BrandContext['brand'], 'key_prefix'>; vault: BrandContext['vault'] },
  { partition, email_cipher }: Pick<Customer, 'partition' | 'email_cipher'>,
): string => vault.decrypt(email_cipher, emailContext(brand.key_prefix, partition));

/** A customer as the API shows it. */
export function customerView(ctx: BrandContext, customer: Customer) {
  return pick(CUSTOMER_FIELDS, { ...customer, email: shownEmail(ctx, customer) });
}

/** The partition of a customer, by the customer's id; undefined when the id is that of a key or a license. */
export function parseCustomerPartition(address: Item | undefined): string | undefined {
  const { partition, customer_partition, anchor } = address ?? {};
  return typeof partition === 'string' && customer_partition === undefined && anchor === undefined
    ? partition
    : undefined;
}

/** The brand's customer with this id, in two round trips. */
export async function customerById(ctx: BrandContext, id: string): Promise<Customer | undefined> {
  const brand = ctx.brand.key_prefix;
  const partition = parseCustomerPartition(await getOne(ctx.table, keys.address(brand, id)));
  const item = partition === undefined ? undefined : await getOne(ctx.table, keys.customer(brand, partition));
  return item && parseCustomerItem(item);
}

/** The brand's customer who has this e-mail now: one round trip, two if the customer's first e-mail was another. */
export function customerByEmail(ctx: BrandContext, email: string): Promise<Customer | undefined> {
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(email, 'email');
  return retrying(ctx.table, async () =>
    findCustomer(ctx.table, brand, { hash, item: await getOne(ctx.table, keys.customer(brand, hash)) }),
  );
}
