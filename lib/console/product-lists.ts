import * as z from 'zod/mini';
import { ListLicensesInput } from '../api/licenses.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { BrandContext } from '../context.ts';
import { assertThat } from '../domain/invariant.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { getRelease } from '../queries/get-release.ts';
import { listLicenses } from '../queries/list-licenses.ts';
import { listProducts } from '../queries/list-products.ts';
import { listReleases } from '../queries/list-releases.ts';
import { readJournal } from '../table/journal.ts';
import type { BrandNoun, Row } from './brand-noun.ts';
import { filterForm, type Filter } from './filters.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';

/** The most products that the filter offers; others are named by their address. */
const MOST_OFFERED = 100;

async function readProductSlugs(ctx: BrandContext): Promise<string[]> {
  const found = await listProducts(ctx, { limit: MOST_OFFERED, cursor: undefined });
  assertThat(!isRefusal(found), 'a first page of products is never refused');
  return found.body.products.map(({ slug }) => slug).sort();
}

type List = BrandNoun['list'];
type Listed = Awaited<ReturnType<List>>;
const NONE = { rows: [], next: null };

/** The product of the address, or the first one of the brand. */
const readProduct = async (ctx: BrandContext, query: PageInput['query']): Promise<string | undefined> =>
  query['product'] ?? (await readProductSlugs(ctx))[0];

/** A product that does not exist has nothing. */
const orNothing = (refusal: Refusal): Listed => (refusal.code === 'product_not_found' ? NONE : refusal);

/** Licenses of a product. The filters are those of the API, and stand in the address of the page. */
const listBy =
  (show: (licenses: readonly LicenseEntry[]) => readonly Row[]): List =>
  async (ctx, page, query) => {
    const product = await readProduct(ctx, query);
    if (product === undefined) return NONE;
    const given = ['status', 'expires_before'].filter((name) => (query[name] ?? '') !== '');
    const filters = Object.fromEntries(given.map((name) => [name, query[name]]));
    const checked = z.safeParse(ListLicensesInput, { product, ...filters, limit: page.limit, cursor: page.cursor });
    if (!checked.success) return NONE;
    const found = await listLicenses({ ...ctx, everyBrand: undefined }, checked.data);
    return isRefusal(found) ? orNothing(found) : { rows: show(found.body.licenses), next: found.body.next_cursor };
  };

export const listSales = listBy((licenses) =>
  licenses.map((license) => ({
    ...license,
    customer: license.license_key.customer_email,
    product_name: license.product.name,
  })),
);

/** Rows with one id are one thing: a customer may have several licenses of a page. */
const distinct = (rows: readonly Row[]): readonly Row[] => [...new Map(rows.map((row) => [row['id'], row])).values()];

/** Lists the customers who have a license of a product. */
export const listProductCustomers = listBy((licenses) =>
  distinct(
    licenses.map(({ customer_id, license_key, created_at }) => ({
      id: customer_id,
      email: license_key.customer_email,
      bought_at: created_at,
    })),
  ),
);

/** The license keys that carry a license of a product. */
export const listProductKeys = listBy((licenses) =>
  distinct(licenses.map(({ license_key, status }) => ({ ...license_key, license_status: status }))),
);

export const listProductReleases: List = async (ctx, { limit, cursor }, query) => {
  const product = await readProduct(ctx, query);
  if (product === undefined) return NONE;
  const found = await listReleases(ctx, { product, limit, cursor });
  return isRefusal(found) ? orNothing(found) : { rows: found.body.releases, next: found.body.next_cursor };
};

/** A release by its id alone: the first entry of its history names its product. */
export async function readRelease(ctx: BrandContext, release_id: string): Promise<Row | Refusal> {
  const { entries } = await readJournal(ctx.table, ctx.brand.key_prefix, release_id, { limit: 1, oldestFirst: true });
  const { product } = (entries[0]?.after ?? {}) as { product?: { id: string } };
  if (product === undefined) return refuse('release_not_found');
  const found = await getRelease(ctx, { product: product.id, release_id });
  return isRefusal(found) ? found : found.body;
}

const productFilter = async (ctx: BrandContext): Promise<Filter> => ({
  name: 'product',
  label: 'Product',
  options: await readProductSlugs(ctx),
});

export const filterByProduct = async ({ ctx, query }: PageInput): Promise<Html> =>
  filterForm([await productFilter(ctx)], query);

export const filterLicenses = async ({ ctx, query }: PageInput): Promise<Html> =>
  filterForm(
    [
      await productFilter(ctx),
      { name: 'status', label: 'Status', options: ['', 'valid', 'expired', 'suspended', 'cancelled'] },
      { name: 'expires_before', label: 'Expires before' },
    ],
    query,
  );
