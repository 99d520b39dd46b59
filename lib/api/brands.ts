import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { isBrandSlug, isKeyPrefix, KEY_PREFIX } from '../domain/brand.ts';
import { BrandSettings } from '../domain/brand-settings.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { Brand, BrandList } from './schemas/brand.ts';
import { idempotency_key, inBrand, nameToSet, PageInput, slug } from './schemas/fields.ts';

const reads = {
  method: 'GET',
  function: 'brands',
  auth: 'platform',
  scope: 'platform:read',
  access: 'read',
  vault: true,
} as const;
const writes = {
  function: 'brands',
  auth: 'platform',
  scope: 'platform:write',
  access: 'write',
  vault: 'on_demand',
} as const;

const CreateBrandInput = z.strictObject({
  name: nameToSet,
  slug: slug.check(z.refine(isBrandSlug, 'is reserved')),
  key_prefix: describe(z.string().check(z.refine(isKeyPrefix, 'must be 2 to 10 of A–Z and 0–9, and not PLATFORM')), {
    description: 'The first part of the brand’s license keys; it never changes',
    pattern: KEY_PREFIX.source,
  }),
  settings: z.optional(BrandSettings),
  idempotency_key,
});
export type CreateBrandInput = z.infer<typeof CreateBrandInput>;

export const createBrand = {
  ...writes,
  operation: 'create_brand',
  method: 'POST',
  path: '/api/v1/admin/brands',
  summary: 'Create a brand',
  description: 'A brand is a tenant: no other brand sees any of its data.',
  input: CreateBrandInput,
  example: { name: 'WP Rocket', slug: 'wp-rocket', key_prefix: 'WPR' },
  success: [{ status: 201, description: 'The new brand', body: Brand, example: example.brand }],
  refusals: ['slug_taken', 'key_prefix_taken', 'idempotency_key_reused'],
  once: true,
} as const satisfies Route;

export const listBrands = {
  ...reads,
  operation: 'list_brands',
  path: '/api/v1/admin/brands',
  summary: 'List brands',
  description: 'Lists all brands, sorted by slug.',
  input: PageInput,
  example: {},
  success: [
    { status: 200, description: 'One page', body: BrandList, example: { brands: [example.brand], next_cursor: null } },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

export const getBrand = {
  ...reads,
  operation: 'get_brand',
  path: '/api/v1/admin/brands/{brand_id}',
  summary: 'Retrieve a brand',
  description: 'Shows the brand at this moment.',
  input: z.strictObject(inBrand),
  example: { brand_id: example.BRAND_ID },
  success: [{ status: 200, description: 'The brand', body: Brand, example: example.brand }],
  refusals: ['brand_not_found'],
} as const satisfies Route;

const UpdateBrandInput = z.strictObject({
  ...inBrand,
  name: z.optional(nameToSet),
  status: describe(
    z.optional(z.enum(['active', 'suspended'])),
    'The brand routes of a suspended brand answer 403; the verdicts of its sites do not change',
  ),
  settings: describe(z.optional(BrandSettings), 'Replaces the settings that it names; the others stay'),
});
export type UpdateBrandInput = z.infer<typeof UpdateBrandInput>;

export const updateBrand = {
  ...writes,
  operation: 'update_brand',
  method: 'PATCH',
  path: '/api/v1/admin/brands/{brand_id}',
  summary: 'Update a brand',
  description: 'Changes name, status or settings. Slug and key prefix never change.',
  input: UpdateBrandInput,
  example: { brand_id: example.BRAND_ID, settings: { rate_limit_per_minute: 5000 } },
  success: [
    {
      status: 200,
      description: 'The brand after the change',
      body: Brand,
      example: { ...example.brand, settings: { rate_limit_per_minute: 5000 } },
    },
  ],
  refusals: ['brand_not_found'],
} as const satisfies Route;

export const brandRoutes: readonly Route[] = [createBrand, listBrands, getBrand, updateBrand];
