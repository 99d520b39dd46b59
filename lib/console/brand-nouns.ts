import { listApiKeys as listApiKeysRoute } from '../api/api-keys.ts';
import { listBundles as listBundlesRoute } from '../api/bundles.ts';
import { listImports as listImportsRoute } from '../api/imports.ts';
import { listExports as listExportsRoute } from '../api/exports.ts';
import { listLicenses as listLicensesRoute } from '../api/licenses.ts';
import { listReleases as listReleasesRoute } from '../api/releases.ts';
import { listProducts as listProductsRoute } from '../api/products.ts';
import { listWebhookEndpoints as listEndpointsRoute } from '../api/webhook-endpoints.ts';
import { buildVersion } from '../commands/seen-version.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { bindStores } from '../imports/with-stores.ts';
import { getImport } from '../queries/get-import.ts';
import { getProduct } from '../queries/get-product.ts';
import { getWebhookEndpoint } from '../queries/get-webhook-endpoint.ts';
import { listApiKeys } from '../queries/list-api-keys.ts';
import { listBundles } from '../queries/list-bundles.ts';
import { listImports } from '../queries/list-imports.ts';
import { getExport, listExports } from '../queries/list-exports.ts';
import { listProducts } from '../queries/list-products.ts';
import { listWebhookEndpoints } from '../queries/list-webhook-endpoints.ts';
import { apiKeyById } from '../table/api-keys.ts';
import type { Answer } from '../table/once.ts';
import { findBundle, findProduct } from '../table/products.ts';
import { apiKeyView } from '../views/api-key-view.ts';
import { bundleView } from '../views/product-view.ts';
import type { BrandNoun, Row } from './brand-noun.ts';
import {
  filterByProduct,
  filterLicenses,
  listProductCustomers,
  listProductKeys,
  listProductReleases,
  listSales,
  readRelease,
} from './product-lists.ts';
import { deliveriesPart, importRowsPart, releasesPart } from './thing-parts.ts';

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

const nameIn =
  (field: string) =>
  (row: Row): string =>
    String(row[field]);
const byId = (row: Row): string => String(row['id']);

export const BRAND_NOUNS: readonly BrandNoun[] = [
  {
    noun: 'sales',
    title: 'Licenses',
    route: listLicensesRoute,
    list: listSales,
    columns: ['product_name', 'status', 'seats_used', 'seat_limit', 'expires_at'],
    name: nameIn('customer'),
    address: (row) => `/console/licenses/${byId(row)}`,
    filters: filterLicenses,
  },
  {
    noun: 'customers',
    title: 'Customers',
    route: listLicensesRoute,
    list: listProductCustomers,
    columns: ['bought_at'],
    name: nameIn('email'),
    address: (row) => `/console/customers/${byId(row)}`,
    filters: filterLicenses,
  },
  {
    noun: 'license-keys',
    title: 'License keys',
    route: listLicensesRoute,
    list: listProductKeys,
    columns: ['customer_email', 'license_status'],
    name: nameIn('key'),
    address: (row) => `/console/license-keys/${byId(row)}`,
    filters: filterLicenses,
  },
  {
    noun: 'products',
    title: 'Products',
    route: listProductsRoute,
    list: (ctx, page) => rowsIn(listProducts(ctx, page), 'products'),
    columns: ['slug', 'updated_at'],
    name: nameIn('name'),
    address: byId,
    read: (ctx, product) => rowOf(getProduct(ctx, { product })),
    version: async (ctx, id) => {
      const found = await findProduct(ctx.table, ctx.brand.key_prefix, id);
      return isRefusal(found) ? undefined : buildVersion(found);
    },
    more: releasesPart,
  },
  {
    noun: 'releases',
    title: 'Releases',
    route: listReleasesRoute,
    list: listProductReleases,
    columns: ['channel', 'status', 'rollout_percent', 'published_at'],
    name: nameIn('version'),
    address: byId,
    read: readRelease,
    filters: filterByProduct,
  },
  {
    noun: 'bundles',
    title: 'Bundles',
    route: listBundlesRoute,
    list: (ctx, page) => rowsIn(listBundles(ctx, page), 'bundles'),
    columns: ['slug', 'updated_at'],
    name: nameIn('name'),
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
    name: nameIn('url'),
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
    name: nameIn('name'),
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
    name: nameIn('name'),
    address: byId,
    read: (ctx, import_id) => rowOf(getImport(ctx, { import_id })),
    more: importRowsPart,
  },
  {
    noun: 'exports',
    title: 'Exports',
    forAdmins: true,
    route: listExportsRoute,
    list: (ctx, page) => rowsIn(bindStores(listExports)(ctx, page), 'exports'),
    columns: ['format', 'state', 'rows', 'created_at'],
    name: nameIn('what'),
    address: byId,
    read: (ctx, export_id) => rowOf(bindStores(getExport)(ctx, { export_id })),
  },
];

export const findNoun = (name: string | undefined): BrandNoun | undefined =>
  BRAND_NOUNS.find(({ noun }) => noun === name);
