import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { Policy } from '../domain/policy.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { idempotency_key, inBrand, nameToSet, PageInput, slug, slugOrId } from './schemas/fields.ts';
import { LinksToSet } from './schemas/links.ts';
import { Product, ProductList } from './schemas/product.ts';

/** Each operation has two routes: one for the brand, and one for the platform team with the brand in the path. */
const brandReads = { auth: 'brand', scope: 'products:read', access: 'read', vault: true } as const;
const brandWrites = { auth: 'brand', scope: 'products:write', access: 'write', vault: 'on_demand' } as const;
const adminReads = { auth: 'platform', scope: 'platform:read', access: 'read', vault: true } as const;
const adminWrites = { auth: 'platform', scope: 'platform:write', access: 'write', vault: 'on_demand' } as const;
const brandId = { brand_id: example.BRAND_ID };
const shown = { status: 200, description: 'The product', body: Product, example: example.product } as const;

const CreateProductInput = z.strictObject({
  name: nameToSet,
  slug,
  policy: z.optional(Policy),
  links: z.optional(LinksToSet),
  idempotency_key,
});
export type CreateProductInput = z.infer<typeof CreateProductInput>;
const create = {
  method: 'POST',
  function: 'products',
  description:
    'The policy of a product is copied onto each license that is provisioned from it. Later changes of the ' +
    'policy affect only new licenses.',
  success: [{ ...shown, status: 201, description: 'The new product' }],
  once: true,
} as const;
const newProduct = { name: 'WP Rocket', slug: 'wp-rocket', policy: { seat_limit: 1, duration: 'P1Y' } };

export const createProduct = {
  ...create,
  ...brandWrites,
  operation: 'create_product',
  path: '/api/v1/brand/products',
  summary: 'Create a product',
  input: CreateProductInput,
  example: newProduct,
  refusals: ['idempotency_key_reused', 'slug_taken'],
} as const satisfies Route;
export const adminCreateProduct = {
  ...create,
  ...adminWrites,
  operation: 'admin_create_product',
  path: '/api/v1/admin/brands/{brand_id}/products',
  summary: 'Create a product (admin)',
  input: z.extend(CreateProductInput, inBrand),
  example: { ...brandId, ...newProduct },
  refusals: ['brand_not_found', 'idempotency_key_reused', 'slug_taken'],
} as const satisfies Route;

const list = {
  method: 'GET',
  function: 'products',
  description: 'Lists all products of the brand, in a stable order without meaning.',
  success: [
    {
      status: 200,
      description: 'One page',
      body: ProductList,
      example: { products: [example.product], next_cursor: null },
    },
  ],
} as const;

export const listProducts = {
  ...list,
  ...brandReads,
  operation: 'list_products',
  path: '/api/v1/brand/products',
  summary: 'List products',
  input: PageInput,
  example: {},
  refusals: ['cursor_invalid'],
} as const satisfies Route;
export const adminListProducts = {
  ...list,
  ...adminReads,
  operation: 'admin_list_products',
  path: '/api/v1/admin/brands/{brand_id}/products',
  summary: 'List products (admin)',
  input: z.extend(PageInput, inBrand),
  example: brandId,
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;

const GetProductInput = z.strictObject({ product: slugOrId });
const get = {
  method: 'GET',
  function: 'products',
  description: 'Finds the product by its slug or id.',
  success: [shown],
} as const;

export const getProduct = {
  ...get,
  ...brandReads,
  operation: 'get_product',
  path: '/api/v1/brand/products/{product}',
  summary: 'Retrieve a product',
  input: GetProductInput,
  example: { product: 'wp-rocket' },
  refusals: ['product_not_found'],
} as const satisfies Route;
export const adminGetProduct = {
  ...get,
  ...adminReads,
  operation: 'admin_get_product',
  path: '/api/v1/admin/brands/{brand_id}/products/{product}',
  summary: 'Retrieve a product (admin)',
  input: z.extend(GetProductInput, inBrand),
  example: { ...brandId, product: 'wp-rocket' },
  refusals: ['brand_not_found', 'product_not_found'],
} as const satisfies Route;

const UpdateProductInput = z.strictObject({
  product: slugOrId,
  name: z.optional(nameToSet),
  policy: describe(z.optional(Policy), 'Replaces the whole policy'),
  links: z.optional(LinksToSet),
});
export type UpdateProductInput = z.infer<typeof UpdateProductInput>;
const update = {
  method: 'PATCH',
  function: 'products',
  description:
    'Changes the name, the policy or the links. Existing licenses keep their terms. Sites get new links within a minute.',
  success: [{ ...shown, description: 'The product after the change' }],
} as const;
const renamed = { product: 'wp-rocket', name: 'WP Rocket' };

export const updateProduct = {
  ...update,
  ...brandWrites,
  operation: 'update_product',
  path: '/api/v1/brand/products/{product}',
  summary: 'Update a product',
  input: UpdateProductInput,
  example: renamed,
  refusals: ['product_not_found'],
} as const satisfies Route;
export const adminUpdateProduct = {
  ...update,
  ...adminWrites,
  operation: 'admin_update_product',
  path: '/api/v1/admin/brands/{brand_id}/products/{product}',
  summary: 'Update a product (admin)',
  input: z.extend(UpdateProductInput, inBrand),
  example: { ...brandId, ...renamed },
  refusals: ['brand_not_found', 'product_not_found'],
} as const satisfies Route;

export const productRoutes: readonly Route[] = [
  createProduct,
  listProducts,
  getProduct,
  updateProduct,
  adminCreateProduct,
  adminListProducts,
  adminGetProduct,
  adminUpdateProduct,
];
