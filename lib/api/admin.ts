import * as z from 'zod';
import { isBrandSlug, isKeyPrefix, isSlug, KEY_PREFIX, SLUG } from '../domain/brand.ts';
import { BrandSettings } from '../domain/brand-settings.ts';
import * as example from './examples.ts';
import { id, nextCursor, page, text, time, uuid } from './fields.ts';
import type { Route } from './route.ts';

/** The platform team's own routes. What a brand has stands in `catalog.ts`. */
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
const ofBrand = z.strictObject({ brand_id: uuid });
const reads = { method: 'GET', auth: 'platform', scope: 'platform:read', access: 'read', vault: true } as const;
const writes = { auth: 'platform', scope: 'platform:write', access: 'write', vault: 'on_demand' } as const;
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

export const getBrand = {
  ...reads,
  operation: 'get_brand',
  path: '/api/v1/admin/brands/{brand_id}',
  function: 'brands',
  summary: 'One brand',
  description: 'As it is this moment.',
  input: ofBrand,
  example: { brand_id: example.BRAND_ID },
  success: [{ status: 200, description: 'The brand', body: Brand, example: example.brand }],
  refusals: ['brand_not_found'],
} as const satisfies Route;

const UpdateBrandInput = ofBrand.extend({
  name: text(120).optional(),
  status: z
    .enum(['active', 'suspended'])
    .optional()
    .meta({ description: 'A suspended brand’s own routes answer 403; its sites keep their verdicts' }),
  settings: BrandSettings.optional().meta({ description: 'The settings given take the place of the old ones' }),
});
export type UpdateBrandInput = z.infer<typeof UpdateBrandInput>;
export const updateBrand = {
  ...writes,
  method: 'PATCH',
  operation: 'update_brand',
  path: '/api/v1/admin/brands/{brand_id}',
  function: 'brands',
  summary: 'Change a brand',
  description: 'Name, status and settings. Slug and key prefix never change.',
  input: UpdateBrandInput,
  example: { brand_id: example.BRAND_ID, settings: { rate_limit_per_minute: 5000 } },
  success: [
    {
      status: 200,
      description: 'The brand',
      body: Brand,
      example: { ...example.brand, settings: { rate_limit_per_minute: 5000 } },
    },
  ],
  refusals: ['brand_not_found'],
} as const satisfies Route;

export const adminRoutes: readonly Route[] = [createBrand, listBrands, getBrand, updateBrand];
