import type { Credential } from '../domain/credential.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { OpenBrand } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { brandsAfter, findBrandByPrefix, type ListedBrand } from '../table/brand-list.ts';
import { PLATFORM } from '../table/keys.ts';
import { findLicenses, type Sought } from './search/license-search.ts';
import { buildLicenseEntry, type LicenseView } from '../views/license-view.ts';
import { MOST_LOOKED_THROUGH, type Position } from './search/search-page.ts';
import type { Vault } from '../process/vault.ts';

/** A caller who searches all brands: how it opens a brand, and the form in which it sees a license there. */
export type Searcher<T> = { open: OpenBrand; show: (brand: ListedBrand, view: LicenseView) => T };

/** The next page begins after this brand; with `within`, still in that brand. */
export type BrandPosition = { slug: string; key_prefix: string; within?: Position };

/** The number of brands that are searched at a time, and for one page at most. */
const AT_A_TIME = 10;
const A_PAGE = 50;

type Page = { limit: number; after: BrandPosition | undefined };
type Entries<T> = { entries: T[]; last: BrandPosition | undefined };

/** A license as a list shows it to a credential, which may be a different one in each brand. */
export const asEntry =
  (ctx: { vault: Vault; nowMs: number }, credentialIn: (brand: ListedBrand) => Pick<Credential, 'scopes'>) =>
  (brand: ListedBrand, view: LicenseView): LicenseEntry =>
    buildLicenseEntry({ brand, vault: ctx.vault, nowMs: ctx.nowMs, credential: credentialIn(brand) }, view);

/**
 * Searches the licenses of all brands, in the order of the brands' slugs. That order never changes, so pages are
 * stable. A brand that does not fit whole begins the next page. All brands of a page share the limit of a refined
 * search.
 */
export async function searchLicensesAcrossBrands<T>(
  { open, show }: Searcher<T>,
  sought: Sought,
  { limit, after }: Page,
): Promise<Entries<T> | Refusal> {
  const entries: T[] = [];
  let last = after;
  let left = MOST_LOOKED_THROUGH;
  for (let asked = 0; asked < A_PAGE && left > AT_A_TIME; asked += AT_A_TIME) {
    const { brands, isLast } = await brandsFrom(open, sought, last);
    const most = Math.floor(left / Math.max(1, brands.length));
    const pages = await Promise.all(
      brands.map(async ({ within, ...brand }) => {
        const scope = { brand, table: open(brand.key_prefix) };
        return { brand, found: await findLicenses(scope, sought, { limit, after: within, most }) };
      }),
    );
    for (const { brand, found } of pages) {
      if (isRefusal(found)) return found;
      left -= found.lookedThrough ?? 0;
      const shown = found.views.map((view) => show(brand, view));
      if (entries.length > 0 && entries.length + shown.length > limit) return { entries, last };
      entries.push(...shown);
      const { slug, key_prefix } = brand;
      last = { slug, key_prefix, ...(found.last ? { within: found.last } : {}) };
      if (found.last) return { entries, last };
    }
    if (isLast) return { entries, last: undefined };
    if (entries.length >= limit) break;
  }
  return { entries, last };
}

/** The next brands to search. A text with a license key's prefix selects the only brand that can have it. */
async function brandsFrom(
  open: OpenBrand,
  sought: Sought,
  at: BrandPosition | undefined,
): Promise<{ brands: BrandPosition[]; isLast: boolean }> {
  const inside = at?.within === undefined ? [] : [at];
  if (sought.brand === undefined) {
    if (inside.length > 0 && sought.refine) return { brands: inside, isLast: false };
    const { brands, isLast } = await brandsAfter(open(PLATFORM), at?.slug, AT_A_TIME);
    return { brands: [...inside, ...brands], isLast };
  }
  const brand = inside.length > 0 ? undefined : await findBrandByPrefix(open(PLATFORM), sought.brand);
  return { brands: brand ? [brand] : inside, isLast: true };
}
