import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { CountLicensesInput, LicenseCount } from '../api/analytics.ts';
import type { BrandContext } from '../context.ts';
import { readCounter, readGenerations } from '../table/counts.ts';
import type { Answer } from '../table/once.ts';
import { findProduct } from '../table/products.ts';

/** The number of licenses by status, from the counters of the brand. */
export async function countLicenses(
  { table, brand: { key_prefix } }: Pick<BrandContext, 'table' | 'brand'>,
  { product }: CountLicensesInput,
): Promise<Answer<LicenseCount> | Refusal> {
  const found = product === undefined ? undefined : await findProduct(table, key_prefix, product);
  if (found !== undefined && isRefusal(found)) return found;
  const { shown: generation } = await readGenerations(table, key_prefix);
  const total = await readCounter(table, key_prefix, { of: 'total', generation, name: 'total' });
  const counter =
    found === undefined ? total : await readCounter(table, key_prefix, { of: 'product', generation, name: found.id });
  const by = (status: string): number => counter.sums[`licenses_${status}`] ?? 0;
  const by_status = {
    valid: by('valid'),
    expired: by('expired'),
    suspended: by('suspended'),
    cancelled: by('cancelled'),
  };
  const count = Object.values(by_status).reduce((sum, value) => sum + value, 0);
  return { body: { count, by_status, as_of: total.as_of } };
}
