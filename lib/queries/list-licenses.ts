import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { parseMs } from '../domain/time.ts';
import type { AcrossContext, BrandContext } from '../context.ts';
import type { LicenseEntry, LicenseList } from '../api/schemas/license.ts';
import type { ListLicensesInput } from '../api/licenses.ts';
import { findLicenses, type Sought } from './search/license-search.ts';
import { buildLicenseEntry } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { findProduct } from '../table/products.ts';
import type { Position } from './search/search-page.ts';
import { openCursor, sealCursor, type ListContext } from './cursor.ts';
import { asEntry, searchLicensesAcrossBrands, type BrandPosition } from './search-licenses-across-brands.ts';
import { readSought } from './sought.ts';

/** Checked only if a search by product finds nothing: then a wrong name may be the reason. */
const NO_SUCH_PRODUCT = { pointer: '?product', message: 'is no product of this brand' };

type Result = Promise<Answer<LicenseList> | Refusal>;

/**
 * Finds a brand's licenses by one property. By e-mail and by key the search is consistent: a license provisioned a
 * moment ago is found.
 */
export async function listLicenses(ctx: AcrossContext, input: ListLicensesInput): Result {
  const sought = readSought(ctx.vault, input);
  return input.brands === 'all' ? inAllBrands(ctx, sought, input) : inOwnBrand(ctx, sought, input);
}

async function inOwnBrand(ctx: BrandContext, sought: Sought, input: ListLicensesInput): Result {
  const { limit, cursor, ...filters } = input;
  const list: ListContext<Position> = { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'licenses', filters };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const found = await findLicenses(ctx, sought, { limit, after });
  if (isRefusal(found)) return found;
  if (sought.by === 'product' && found.views.length === 0 && found.last === undefined) {
    const product = await findProduct(ctx.table, ctx.brand.key_prefix, sought.product);
    if (isRefusal(product)) return refuse('bad_request', { errors: [NO_SUCH_PRODUCT] });
  }
  const entries = found.views.map((view) => buildLicenseEntry(ctx, view));
  return { body: { licenses: entries.filter(fits(input)), next_cursor: sealCursor(list, found.last) } };
}

/** Other brands' key texts stay masked, even for a credential that reveals those of its own brand. */
async function inAllBrands(ctx: AcrossContext, sought: Sought, input: ListLicensesInput): Result {
  if (ctx.everyBrand === undefined) return refuse('scope_missing', { required_scope: 'licenses:read:all_brands' });
  const { limit, cursor, ...filters } = input;
  const own = ctx.brand.key_prefix;
  const list: ListContext<BrandPosition> = { vault: ctx.vault, owner: own, list: 'licenses', filters };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const show = asEntry(ctx, ({ key_prefix }) => (key_prefix === own ? ctx.credential : { scopes: [] }));
  const found = await searchLicensesAcrossBrands({ open: ctx.everyBrand, show }, sought, { limit, after });
  return isRefusal(found)
    ? found
    : { body: { licenses: found.entries.filter(fits(input)), next_cursor: sealCursor(list, found.last) } };
}

const fits =
  ({ status, expires_before }: ListLicensesInput) =>
  (entry: LicenseEntry): boolean =>
    (status === undefined || entry.status === status) &&
    (expires_before === undefined || isBefore(entry.expires_at, expires_before));

const isBefore = (expires_at: string | null, bound: string): boolean =>
  expires_at !== null && parseMs(expires_at) < parseMs(bound);
