import { pick } from '../domain/pick.ts';
import type { BrandContext } from '../context.ts';
import { customerOf, type Customer } from '../table/customers.ts';
import { customerAt } from '../table/email-slots.ts';
import { keys } from '../table/keys.ts';
import type { LicenseKey } from '../table/license-keys.ts';
import { retrying } from '../dynamo/retrying.ts';
import { keyTextFor } from '../domain/shown-secret.ts';
import { getOne, type Item } from '../dynamo/table.ts';

const CUSTOMER_FIELDS = ['id', 'email', 'created_at', 'updated_at', 'erased_at'] as const;

/** A customer as the API shows it. */
export function customerView(ctx: BrandContext, customer: Customer) {
  const { email_cipher, partition } = customer;
  const email = ctx.vault.decrypt(email_cipher, keys.customer(ctx.brand.key_prefix, partition).pk);
  return pick(CUSTOMER_FIELDS, { ...customer, email });
}

/** A key as it is shown with its customer. */
export function keyView(
  ctx: BrandContext,
  { id, partition, text_cipher, created_at }: Pick<LicenseKey, 'id' | 'partition' | 'text_cipher' | 'created_at'>,
) {
  const text = ctx.vault.decrypt(text_cipher, keys.licenseKey(ctx.brand.key_prefix, partition).pk);
  return { id, key: keyTextFor(ctx.credential, text), created_at };
}

/** The partition of a customer, by the customer's id; undefined when the id is that of a key or a license. */
export function customerPartitionOf(address: Item | undefined): string | undefined {
  const { partition, customer_partition, anchor } = address ?? {};
  return typeof partition === 'string' && customer_partition === undefined && anchor === undefined
    ? partition
    : undefined;
}

/** The brand's customer with this id, in two round trips. */
export async function customerById(ctx: BrandContext, id: string): Promise<Customer | undefined> {
  const brand = ctx.brand.key_prefix;
  const partition = customerPartitionOf(await getOne(ctx.table, keys.address(brand, id)));
  const item = partition === undefined ? undefined : await getOne(ctx.table, keys.customer(brand, partition));
  return item && customerOf(item);
}

/** The brand's customer who has this e-mail now: one round trip, two if the customer's first e-mail was another. */
export function customerByEmail(ctx: BrandContext, email: string): Promise<Customer | undefined> {
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(email, 'email');
  return retrying(ctx.table, async () =>
    customerAt(ctx.table, brand, { hash, item: await getOne(ctx.table, keys.customer(brand, hash)) }),
  );
}
