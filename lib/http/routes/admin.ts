import * as z from 'zod';
import { parseCidr } from '../../domain/api-key.ts';
import { isBrandSlug, isKeyPrefix, isSlug, KEY_PREFIX, SLUG } from '../../domain/brand.ts';
import { BrandSettings } from '../../domain/brand-settings.ts';
import { Policy } from '../../domain/policy.ts';
import { BRAND_SCOPES } from '../../domain/scopes.ts';
import * as example from './examples.ts';
import { id, instant, nextCursor, page, slugOrId, text, time, uuid } from './fields.ts';
import type { Route } from '../route.ts';

/** The platform team's routes: brands and what a brand needs before its first license. */
const slug = z
  .string()
  .refine(isSlug, 'must be 1 to 64 of a–z, 0–9 and dashes, with no dash at either end')
  .meta({ description: 'Its name in URLs and requests; never changes', pattern: SLUG.source });
const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });
const dates = { created_at: time, updated_at: time };

const Brand = z.object({
  id,
  name: z.string(),
  slug: z.string(),
  key_prefix: z.string(),
  status: z.enum(['active', 'suspended']),
  settings: z.record(z.string(), z.unknown()),
  ...dates,
});
export type BrandView = z.infer<typeof Brand>;
const Product = z.object({ id, name: z.string(), slug: z.string(), policy: z.record(z.string(), z.unknown()), ...dates });
export type ProductView = z.infer<typeof Product>;
const Bundle = z.object({ id, name: z.string(), slug: z.string(), products: z.array(z.object({ id, slug: z.string() })), ...dates });
export type BundleView = z.infer<typeof Bundle>;
const ApiKey = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.string()),
  last_four: z.string(),
  expires_at: time.nullable(),
  allowed_cidrs: z.array(z.string()),
  revoked_at: time.nullable(),
  created_at: time,
});
export type ApiKeyView = z.infer<typeof ApiKey>;
const CreatedApiKey = ApiKey.extend({ api_key: z.string().meta({ description: 'The key’s text, shown this once' }) });

const ofBrand = z.strictObject({ brand_id: uuid });
const BrandPage = ofBrand.extend(page);
export type BrandPage = z.infer<typeof BrandPage>;
const reads = { method: 'GET', auth: 'platform', scope: 'platform:read', access: 'read', vault: true } as const;
const writes = { auth: 'platform', scope: 'platform:write', access: 'write', vault: true } as const;
const creates = { ...writes, method: 'POST', once: true } as const;

const CreateBrandInput = z.strictObject({
  name: text(120).meta({ description: 'As people know it' }),
  slug: slug.refine(isBrandSlug, 'is reserved'),
  key_prefix: z
    .string()
    .refine(isKeyPrefix, 'must be 2 to 10 of A–Z and 0–9, and not PLATFORM')
    .meta({ description: 'What the brand’s license keys begin with; never changes', pattern: KEY_PREFIX.source }),
  settings: BrandSettings.optional(),
  idempotency_key,
});
export type CreateBrandInput = z.infer<typeof CreateBrandInput>;

export const createBrand = {
  ...creates,
  operation: 'create_brand',
  path: '/api/v1/admin/brands',
  function: 'brands',
  summary: 'Create a brand',
  description: 'A brand is a tenant: nothing of it is seen by another.',
  input: CreateBrandInput,
  example: { name: 'WP Rocket', slug: 'wp-rocket', key_prefix: 'WPR' },
  success: [{ status: 201, description: 'The brand', body: Brand, example: example.brand }],
  refusals: ['slug_taken', 'key_prefix_taken', 'idempotency_key_reused'],
} as const satisfies Route;

const ListBrandsInput = z.strictObject(page);
export type ListBrandsInput = z.infer<typeof ListBrandsInput>;
export const listBrands = {
  ...reads,
  operation: 'list_brands',
  path: '/api/v1/admin/brands',
  function: 'brands',
  summary: 'All brands',
  description: 'By slug.',
  input: ListBrandsInput,
  example: {},
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ brands: z.array(Brand), next_cursor: nextCursor }),
      example: { brands: [example.brand], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const CreateProductInput = ofBrand.extend({ name: text(120), slug, policy: Policy.optional(), idempotency_key });
export type CreateProductInput = z.infer<typeof CreateProductInput>;
export const createProduct = {
  ...creates,
  operation: 'create_product',
  path: '/api/v1/admin/brands/{brand_id}/products',
  function: 'products',
  summary: 'Create a product',
  description: 'Its policy is copied onto each license provisioned from it; later edits touch new licenses only.',
  input: CreateProductInput,
  example: { brand_id: example.BRAND_ID, name: 'WP Rocket', slug: 'wp-rocket', policy: { seat_limit: 1, duration: 'P1Y' } },
  success: [{ status: 201, description: 'The product', body: Product, example: example.product }],
  refusals: ['brand_not_found', 'slug_taken', 'idempotency_key_reused'],
} as const satisfies Route;

export const listProducts = {
  ...reads,
  operation: 'list_products',
  path: '/api/v1/admin/brands/{brand_id}/products',
  function: 'products',
  summary: 'A brand’s products',
  description: 'In a stable order that has no meaning.',
  input: BrandPage,
  example: { brand_id: example.BRAND_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ products: z.array(Product), next_cursor: nextCursor }),
      example: { products: [example.product], next_cursor: null },
    },
  ],
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;

const CreateBundleInput = ofBrand.extend({
  name: text(120),
  slug,
  products: z.array(slugOrId).min(1).max(20).meta({ description: 'Slugs or ids of the brand’s products' }),
  idempotency_key,
});
export type CreateBundleInput = z.infer<typeof CreateBundleInput>;
export const createBundle = {
  ...creates,
  operation: 'create_bundle',
  path: '/api/v1/admin/brands/{brand_id}/bundles',
  function: 'bundles',
  summary: 'Create a bundle',
  description: 'A named set of products, provisioned with one word.',
  input: CreateBundleInput,
  example: { brand_id: example.BRAND_ID, name: 'Everything', slug: 'everything', products: ['wp-rocket'] },
  success: [{ status: 201, description: 'The bundle', body: Bundle, example: example.bundle }],
  refusals: ['brand_not_found', 'product_not_found', 'slug_taken', 'idempotency_key_reused'],
} as const satisfies Route;

export const listBundles = {
  ...reads,
  operation: 'list_bundles',
  path: '/api/v1/admin/brands/{brand_id}/bundles',
  function: 'bundles',
  summary: 'A brand’s bundles',
  description: 'In a stable order that has no meaning.',
  input: BrandPage,
  example: { brand_id: example.BRAND_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ bundles: z.array(Bundle), next_cursor: nextCursor }),
      example: { bundles: [example.bundle], next_cursor: null },
    },
  ],
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;

const CreateApiKeyInput = ofBrand.extend({
  name: text(120).meta({ description: 'What the key is for' }),
  scopes: z
    .array(z.enum(BRAND_SCOPES))
    .min(1)
    .default([...BRAND_SCOPES])
    .meta({ description: 'What it may do; all that a brand can do unless given' }),
  expires_at: instant.nullable().default(null).meta({ description: 'From when it is refused; null is never' }),
  allowed_cidrs: z
    .array(z.string().refine((value) => parseCidr(value) !== undefined, 'must be an address block such as 203.0.113.0/24'))
    .max(50)
    .default([])
    .meta({ description: 'From where it may be used; empty is anywhere' }),
  idempotency_key,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
export const createApiKey = {
  ...creates,
  operation: 'create_api_key',
  path: '/api/v1/admin/brands/{brand_id}/api-keys',
  function: 'api-keys',
  summary: 'Create an API key for a brand',
  description: 'The text is in this answer only: it is stored as a hash.',
  input: CreateApiKeyInput,
  example: { brand_id: example.BRAND_ID, name: 'Shop' },
  success: [
    {
      status: 201,
      description: 'The key, with its text',
      body: CreatedApiKey,
      example: { ...example.apiKey, api_key: 'cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7dx7qm' },
    },
  ],
  refusals: ['brand_not_found', 'idempotency_key_reused'],
} as const satisfies Route;

export const listApiKeys = {
  ...reads,
  operation: 'list_api_keys',
  path: '/api/v1/admin/brands/{brand_id}/api-keys',
  function: 'api-keys',
  summary: 'A brand’s API keys',
  description: 'Newest first, revoked ones too; never their texts.',
  input: BrandPage,
  example: { brand_id: example.BRAND_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ api_keys: z.array(ApiKey), next_cursor: nextCursor }),
      example: { api_keys: [example.apiKey], next_cursor: null },
    },
  ],
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;

const RevokeApiKeyInput = ofBrand.extend({ api_key_id: uuid });
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>;
export const revokeApiKey = {
  ...writes,
  method: 'DELETE',
  operation: 'revoke_api_key',
  path: '/api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}',
  function: 'api-keys',
  summary: 'Revoke an API key',
  description: 'Holds from the very next request. Again is safe and changes nothing.',
  input: RevokeApiKeyInput,
  example: { brand_id: example.BRAND_ID, api_key_id: example.apiKey.id },
  success: [{ status: 200, description: 'The key, revoked', body: ApiKey, example: { ...example.apiKey, revoked_at: '2026-11-23T12:00:00Z' } }],
  refusals: ['brand_not_found', 'api_key_not_found'],
} as const satisfies Route;

export const adminRoutes: readonly Route[] = [
  createBrand,
  listBrands,
  createProduct,
  listProducts,
  createBundle,
  listBundles,
  createApiKey,
  listApiKeys,
  revokeApiKey,
];
