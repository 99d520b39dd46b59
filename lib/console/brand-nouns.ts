import * as z from 'zod/mini';
import { listApiKeys as listApiKeysRoute } from '../api/api-keys.ts';
import { listBundles as listBundlesRoute } from '../api/bundles.ts';
import { listImports as listImportsRoute } from '../api/imports.ts';
import { ListLicensesInput, listLicenses as listLicensesRoute } from '../api/licenses.ts';
import { listProducts as listProductsRoute } from '../api/products.ts';
import type { Endpoint } from '../api/route.ts';
import { listWebhookEndpoints as listEndpointsRoute } from '../api/webhook-endpoints.ts';
import type { BrandContext } from '../context.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { getImport } from '../queries/get-import.ts';
import { getProduct } from '../queries/get-product.ts';
import { getWebhookEndpoint } from '../queries/get-webhook-endpoint.ts';
import { listApiKeys } from '../queries/list-api-keys.ts';
import { listBundles } from '../queries/list-bundles.ts';
import { listImports } from '../queries/list-imports.ts';
import { listLicenses } from '../queries/list-licenses.ts';
import { listProducts } from '../queries/list-products.ts';
import { listWebhookEndpoints } from '../queries/list-webhook-endpoints.ts';
import { apiKeyById } from '../table/api-keys.ts';
import type { Answer } from '../table/once.ts';
import { findBundle } from '../table/products.ts';
import { apiKeyView } from '../views/api-key-view.ts';
import { bundleView } from '../views/product-view.ts';
import type { ListedNoun } from './act.ts';
import { filterForm, type Filter } from './filters.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';
import { deliveriesPart, importRowsPart, releasesPart } from './thing-parts.ts';

/** A thing as the API shows it. */
export type Row = Readonly<Record<string, unknown>>;
type Page = { limit: number; cursor: string | undefined };
type Query = PageInput['query'];

/** Things of one kind that a brand has: their list, their columns, and the page of one of them. */
export type BrandNoun = {
  noun: ListedNoun;
  title: string;
  route: Pick<Endpoint, 'operation' | 'scope' | 'alsoScopes' | 'path'>;
  list: (
    ctx: BrandContext,
    page: Page,
    query: Query,
  ) => Promise<{ rows: readonly Row[]; next: string | null } | Refusal>;
  /** The fields that the list shows, beside the one that leads to the page. */
  columns: readonly string[];
  name: (row: Row) => string;
  address: (row: Row) => string;
  read?: (ctx: BrandContext, id: string) => Promise<Row | Refusal>;
  filters?: (input: PageInput) => Promise<Html>;
  /** Further parts of the page. */
  more?: (input: PageInput) => Promise<Html | Refusal>;
};

/** One page of a list of the API, whose things stand in the field `items`. */
async function rowsIn<K extends string>(
  answer: Promise<Answer<Record<K, readonly Row[]> & { next_cursor: string | null }> | Refusal>,
  items: K,
): Promise<{ rows: readonly Row[]; next: string | null } | Refusal> {
  const found = await answer;
  return isRefusal(found) ? found : { rows: found.body[items], next: found.body.next_cursor };
}

async function rowOf(answer: Promise<Answer<Row> | Refusal>): Promise<Row | Refusal> {
  const found = await answer;
  return isRefusal(found) ? found : found.body;
}

const nameOr =
  (field: string) =>
  (row: Row): string =>
    String(row[field] ?? row['id']);
const byId = (row: Row): string => String(row['id']);

/** The most products that the filter of licenses offers; others are named by their address. */
const MOST_OFFERED = 100;

async function readProductSlugs(ctx: BrandContext): Promise<string[]> {
  const found = await listProducts(ctx, { limit: MOST_OFFERED, cursor: undefined });
  return isRefusal(found) ? [] : found.body.products.map(({ slug }) => slug).sort();
}

/** Licenses of a product. The filters are those of the API, and stand in the address of the page. */
async function listSales(ctx: BrandContext, page: Page, query: Query): ReturnType<BrandNoun['list']> {
  const product = query['product'] ?? (await readProductSlugs(ctx))[0];
  if (product === undefined) return { rows: [], next: null };
  const given = ['status', 'expires_before'].filter((name) => (query[name] ?? '') !== '');
  const filters = Object.fromEntries(given.map((name) => [name, query[name]]));
  const checked = z.safeParse(ListLicensesInput, { product, ...filters, limit: page.limit, cursor: page.cursor });
  if (!checked.success) return { rows: [], next: null };
  const answer = listLicenses({ ...ctx, everyBrand: undefined }, checked.data);
  const found = await rowsIn(answer, 'licenses');
  if (isRefusal(found)) return found.code === 'product_not_found' ? { rows: [], next: null } : found;
  return { ...found, rows: found.rows.map(showSale) };
}

const showSale = (row: Row): Row => {
  const { license_key, product } = row as { license_key: { customer_email: string }; product: { name: string } };
  return { ...row, customer: license_key.customer_email, product_name: product.name };
};

async function salesFilters({ ctx, query }: PageInput): Promise<Html> {
  const slugs = await readProductSlugs(ctx);
  const filters: Filter[] = [
    { name: 'product', label: 'Product', options: slugs },
    { name: 'status', label: 'Status', options: ['', 'valid', 'expired', 'suspended', 'cancelled'] },
    { name: 'expires_before', label: 'Expires before' },
  ];
  return filterForm(filters, query);
}

export const BRAND_NOUNS: readonly BrandNoun[] = [
  {
    noun: 'sales',
    title: 'Licenses',
    route: listLicensesRoute,
    list: listSales,
    columns: ['product_name', 'status', 'seats_used', 'seat_limit', 'expires_at'],
    name: nameOr('customer'),
    address: (row) => `/console/licenses/${byId(row)}`,
    filters: salesFilters,
  },
  {
    noun: 'products',
    title: 'Products',
    route: listProductsRoute,
    list: (ctx, page) => rowsIn(listProducts(ctx, page), 'products'),
    columns: ['slug', 'updated_at'],
    name: nameOr('name'),
    address: byId,
    read: (ctx, product) => rowOf(getProduct(ctx, { product })),
    more: releasesPart,
  },
  {
    noun: 'bundles',
    title: 'Bundles',
    route: listBundlesRoute,
    list: (ctx, page) => rowsIn(listBundles(ctx, page), 'bundles'),
    columns: ['slug', 'updated_at'],
    name: nameOr('name'),
    address: byId,
    read: async (ctx, id) => {
      const found = await findBundle(ctx.table, ctx.brand.key_prefix, id);
      return isRefusal(found) ? found : bundleView(found);
    },
  },
  {
    noun: 'webhook-endpoints',
    title: 'Webhooks',
    route: listEndpointsRoute,
    list: (ctx, page) => rowsIn(listWebhookEndpoints(ctx, page), 'webhook_endpoints'),
    columns: ['description', 'event_types', 'status'],
    name: nameOr('url'),
    address: byId,
    read: (ctx, endpoint_id) => rowOf(getWebhookEndpoint(ctx, { endpoint_id })),
    more: deliveriesPart,
  },
  {
    noun: 'api-keys',
    title: 'API keys',
    route: listApiKeysRoute,
    list: (ctx, page) => rowsIn(listApiKeys(ctx, page), 'api_keys'),
    columns: ['last_four', 'last_used_at', 'expires_at', 'revoked_at'],
    name: nameOr('name'),
    address: byId,
    read: async (ctx, id) => {
      const found = await apiKeyById(ctx.table, ctx.owner, id);
      return found === undefined ? refuse('api_key_not_found') : apiKeyView(found);
    },
  },
  {
    noun: 'imports',
    title: 'Imports',
    route: listImportsRoute,
    list: (ctx, page) => rowsIn(listImports(ctx, page), 'imports'),
    columns: ['mode', 'state', 'created_at'],
    name: nameOr('name'),
    address: byId,
    read: (ctx, import_id) => rowOf(getImport(ctx, { import_id })),
    more: importRowsPart,
  },
];

export const findNoun = (name: string | undefined): BrandNoun | undefined =>
  BRAND_NOUNS.find(({ noun }) => noun === name);
