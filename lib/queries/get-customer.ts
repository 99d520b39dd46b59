import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { CustomerWithLicenses } from '../api/schemas/customer.ts';
import type { GetCustomerInput } from '../api/customers.ts';
import type { KeyOfCustomer } from '../api/schemas/license-key.ts';
import { customerById, customerView } from '../views/customer-view.ts';
import { customerKeyView } from '../views/license-key-view.ts';
import { readCustomerLicenses } from '../table/customers.ts';
import { buildLicenseEntry, readViewsByAddress } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor } from './cursor.ts';

/** One read returns 100 items: this many licenses with a key each, and their customer. */
const MOST = 49;

/** A customer with one page of licenses, in four round trips. */
export async function getCustomer(
  ctx: BrandContext,
  input: GetCustomerInput,
): Promise<Answer<CustomerWithLicenses> | Refusal> {
  const { customer_id, limit, cursor } = input;
  const brand = ctx.brand.key_prefix;
  const listContext = { vault: ctx.vault, owner: brand, list: 'customer', filters: { customer_id } };
  const after = openCursor(listContext, cursor);
  if (isRefusal(after)) return after;
  const customer = await customerById(ctx, customer_id);
  if (customer === undefined) return refuse('customer_not_found');
  const { licenses, last } = await readCustomerLicenses(ctx.table, brand, customer.partition, {
    limit: Math.min(limit, MOST),
    after,
  });
  const views = await readViewsByAddress(
    ctx,
    licenses.map(({ anchor, key_partition }) => ({ anchor, key_partition, customer_partition: customer.partition })),
  );
  const onPage = new Map<string, KeyOfCustomer>(
    views.map(({ licenseKey }) => [licenseKey.id, customerKeyView(ctx, licenseKey)]),
  );
  return {
    body: {
      ...customerView(ctx, customer),
      license_keys: [...onPage.values()],
      licenses: views.map((view) => buildLicenseEntry(ctx, view)),
      next_cursor: sealCursor(listContext, last),
    },
  };
}
