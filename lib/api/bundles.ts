import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { Bundle, BundleList } from './schemas/bundle.ts';
import { idempotency_key, inBrand, nameToSet, PageInput, reason, slug, slugOrId } from './schemas/fields.ts';

/** Each operation has two routes: one for the brand, and one for the platform team with the brand in the path. */
const brandReads = { auth: 'brand', scope: 'products:read', access: 'read', vault: true } as const;
const brandWrites = { auth: 'brand', scope: 'products:write', access: 'write', vault: 'on_demand' } as const;
const adminReads = { auth: 'platform', scope: 'platform:read', access: 'read', vault: true } as const;
const adminWrites = { auth: 'platform', scope: 'platform:write', access: 'write', vault: 'on_demand' } as const;
const brandId = { brand_id: example.BRAND_ID };
const shown = { status: 200, description: 'The bundle', body: Bundle, example: example.bundle } as const;
const members = describe(
  z.array(slugOrId).check(z.minLength(1), z.maxLength(20)),
  'The slugs or ids of products of the brand',
);

const CreateBundleInput = z.strictObject({ name: nameToSet, slug, products: members, idempotency_key });
export type CreateBundleInput = z.infer<typeof CreateBundleInput>;
const create = {
  method: 'POST',
  function: 'bundles',
  description: 'A bundle is a named set of products that one purchase can name instead of its members.',
  success: [{ ...shown, status: 201, description: 'The new bundle' }],
  once: true,
} as const;
const newBundle = { name: 'Everything', slug: 'everything', products: ['wp-rocket'] };

export const createBundle = {
  ...create,
  ...brandWrites,
  operation: 'create_bundle',
  path: '/api/v1/brand/bundles',
  summary: 'Create a bundle',
  input: CreateBundleInput,
  example: newBundle,
  refusals: ['idempotency_key_reused', 'product_not_found', 'slug_taken'],
} as const satisfies Route;
export const adminCreateBundle = {
  ...create,
  ...adminWrites,
  operation: 'admin_create_bundle',
  path: '/api/v1/admin/brands/{brand_id}/bundles',
  summary: 'Create a bundle (admin)',
  input: z.extend(CreateBundleInput, inBrand),
  example: { ...brandId, ...newBundle },
  refusals: ['brand_not_found', 'idempotency_key_reused', 'product_not_found', 'slug_taken'],
} as const satisfies Route;

const list = {
  method: 'GET',
  function: 'bundles',
  description: 'Lists all bundles of the brand, in a stable order without meaning.',
  success: [
    {
      status: 200,
      description: 'One page',
      body: BundleList,
      example: { bundles: [example.bundle], next_cursor: null },
    },
  ],
} as const;

export const listBundles = {
  ...list,
  ...brandReads,
  operation: 'list_bundles',
  path: '/api/v1/brand/bundles',
  summary: 'List bundles',
  input: PageInput,
  example: {},
  refusals: ['cursor_invalid'],
} as const satisfies Route;
export const adminListBundles = {
  ...list,
  ...adminReads,
  operation: 'admin_list_bundles',
  path: '/api/v1/admin/brands/{brand_id}/bundles',
  summary: 'List bundles (admin)',
  input: z.extend(PageInput, inBrand),
  example: brandId,
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;

const UpdateBundleInput = z.strictObject({
  bundle: slugOrId,
  name: z.optional(nameToSet),
  products: z.optional(members),
});
export type UpdateBundleInput = z.infer<typeof UpdateBundleInput>;
const update = {
  method: 'PATCH',
  function: 'bundles',
  description: 'Changes the name or the products. Earlier purchases keep what they got.',
  success: [{ ...shown, description: 'The bundle after the change' }],
} as const;
const changed = { bundle: 'everything', products: ['wp-rocket'] };

export const updateBundle = {
  ...update,
  ...brandWrites,
  operation: 'update_bundle',
  path: '/api/v1/brand/bundles/{bundle}',
  summary: 'Update a bundle',
  input: UpdateBundleInput,
  example: changed,
  refusals: ['bundle_not_found', 'product_not_found'],
} as const satisfies Route;
export const adminUpdateBundle = {
  ...update,
  ...adminWrites,
  operation: 'admin_update_bundle',
  path: '/api/v1/admin/brands/{brand_id}/bundles/{bundle}',
  summary: 'Update a bundle (admin)',
  input: z.extend(UpdateBundleInput, inBrand),
  example: { ...brandId, ...changed },
  refusals: ['brand_not_found', 'bundle_not_found', 'product_not_found'],
} as const satisfies Route;

const DeleteBundleInput = z.strictObject({ bundle: slugOrId, reason });
export type DeleteBundleInput = z.infer<typeof DeleteBundleInput>;
const remove = {
  method: 'DELETE',
  function: 'bundles',
  description: 'Deletes the bundle. Its products and the licenses that were bought with it stay.',
  success: [{ ...shown, description: 'The bundle before its deletion' }],
} as const;
const removed = { bundle: 'everything', reason: 'no longer sold' };

export const deleteBundle = {
  ...remove,
  ...brandWrites,
  operation: 'delete_bundle',
  path: '/api/v1/brand/bundles/{bundle}',
  summary: 'Delete a bundle',
  input: DeleteBundleInput,
  example: removed,
  refusals: ['bundle_not_found'],
} as const satisfies Route;
export const adminDeleteBundle = {
  ...remove,
  ...adminWrites,
  operation: 'admin_delete_bundle',
  path: '/api/v1/admin/brands/{brand_id}/bundles/{bundle}',
  summary: 'Delete a bundle (admin)',
  input: z.extend(DeleteBundleInput, inBrand),
  example: { ...brandId, ...removed },
  refusals: ['brand_not_found', 'bundle_not_found'],
} as const satisfies Route;

export const bundleRoutes: readonly Route[] = [
  createBundle,
  listBundles,
  updateBundle,
  deleteBundle,
  adminCreateBundle,
  adminListBundles,
  adminUpdateBundle,
  adminDeleteBundle,
];
