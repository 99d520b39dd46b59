import * as z from 'zod';
import { isSlug, SLUG } from '../domain/brand.ts';
import { Policy } from '../domain/policy.ts';
import { apiKeyRoutesOf, PLATFORMS_KEY } from './catalog-api-keys.ts';
import { common, idempotency_key, listOf, made, ok, PageInput, type Side } from './catalog-side.ts';
import * as example from './examples.ts';
import { id, reason, slugOrId, text, time, uuid } from './fields.ts';
import type { Route } from './route.ts';

/**
 * Products, bundles and API keys. Each route stands twice: for the brand itself, and for the platform team with the
 * brand in its path. API keys, which the platform team has too, stand a third time.
 */

const slug = z
  .string()
  .refine(isSlug, 'must be 1 to 64 of a–z, 0–9 and dashes, with no dash at either end')
  .meta({ description: 'Its name in URLs and requests; never changes', pattern: SLUG.source });
const dates = { created_at: time, updated_at: time };

const Product = z.object({
  id,
  name: z.string(),
  slug: z.string(),
  policy: z.record(z.string(), z.unknown()),
  ...dates,
});
export type ProductView = z.infer<typeof Product>;
const Bundle = z.object({
  id,
  name: z.string(),
  slug: z.string(),
  products: z.array(z.object({ id, slug: z.string() })),
  ...dates,
});
export type BundleView = z.infer<typeof Bundle>;
const CreateProductInput = z.strictObject({ name: text(120), slug, policy: Policy.optional(), idempotency_key });
export type CreateProductInput = z.infer<typeof CreateProductInput>;
const UpdateProductInput = z.strictObject({
  product: slugOrId,
  name: text(120).optional(),
  policy: Policy.optional().meta({ description: 'Takes the place of the whole policy' }),
});
export type UpdateProductInput = z.infer<typeof UpdateProductInput>;
const members = z.array(slugOrId).min(1).max(20).meta({ description: 'Slugs or ids of the brand’s products' });
const CreateBundleInput = z.strictObject({ name: text(120), slug, products: members, idempotency_key });
export type CreateBundleInput = z.infer<typeof CreateBundleInput>;
const UpdateBundleInput = z.strictObject({
  bundle: slugOrId,
  name: text(120).optional(),
  products: members.optional(),
});
export type UpdateBundleInput = z.infer<typeof UpdateBundleInput>;
const DeleteBundleInput = z.strictObject({ bundle: slugOrId, reason });
export type DeleteBundleInput = z.infer<typeof DeleteBundleInput>;
function productRoutesOf<A extends 'brand' | 'platform'>(side: Side<A>) {
  const { route, input, missing, written } = common(side, 'products');
  return {
    createProduct: {
      ...route('POST', 'create_product'),
      summary: 'Create a product',
      description: 'Its policy is copied onto each license provisioned from it; later edits touch new licenses only.',
      input: input(CreateProductInput),
      example: { ...side.example, name: 'WP Rocket', slug: 'wp-rocket', policy: { seat_limit: 1, duration: 'P1Y' } },
      success: [{ ...made, body: Product, example: example.product }],
      refusals: [...written, 'slug_taken'],
    },
    listProducts: {
      ...route('GET', 'list_products'),
      summary: 'A brand’s products',
      description: 'In a stable order that has no meaning.',
      input: input(PageInput),
      example: side.example,
      success: [
        { ...ok, body: listOf('products', Product), example: { products: [example.product], next_cursor: null } },
      ],
      refusals: [...missing, 'cursor_invalid'],
    },
    getProduct: {
      ...route('GET', 'get_product', '/{product}'),
      summary: 'One product',
      description: 'By slug or id.',
      input: input(z.strictObject({ product: slugOrId })),
      example: { ...side.example, product: 'wp-rocket' },
      success: [{ ...ok, body: Product, example: example.product }],
      refusals: [...missing, 'product_not_found'],
    },
    updateProduct: {
      ...route('PATCH', 'update_product', '/{product}'),
      summary: 'Change a product',
      description: 'Name and policy. Licenses that are there keep what they were given.',
      input: input(UpdateProductInput),
      example: { ...side.example, product: 'wp-rocket', name: 'WP Rocket Pro' },
      success: [{ ...ok, body: Product, example: { ...example.product, name: 'WP Rocket Pro' } }],
      refusals: [...missing, 'product_not_found'],
    },
  } as const satisfies Record<string, Route>;
}

function bundleRoutesOf<A extends 'brand' | 'platform'>(side: Side<A>) {
  const { route, input, missing, written } = common(side, 'bundles');
  return {
    createBundle: {
      ...route('POST', 'create_bundle'),
      summary: 'Create a bundle',
      description: 'A named set of products, provisioned with one word.',
      input: input(CreateBundleInput),
      example: { ...side.example, name: 'Everything', slug: 'everything', products: ['wp-rocket'] },
      success: [{ ...made, body: Bundle, example: example.bundle }],
      refusals: [...written, 'product_not_found', 'slug_taken'],
    },
    listBundles: {
      ...route('GET', 'list_bundles'),
      summary: 'A brand’s bundles',
      description: 'In a stable order that has no meaning.',
      input: input(PageInput),
      example: side.example,
      success: [{ ...ok, body: listOf('bundles', Bundle), example: { bundles: [example.bundle], next_cursor: null } }],
      refusals: [...missing, 'cursor_invalid'],
    },
    updateBundle: {
      ...route('PATCH', 'update_bundle', '/{bundle}'),
      summary: 'Change a bundle',
      description: 'Name and products. Purchases that were made keep what they got.',
      input: input(UpdateBundleInput),
      example: { ...side.example, bundle: 'everything', products: ['wp-rocket'] },
      success: [{ ...ok, body: Bundle, example: example.bundle }],
      refusals: [...missing, 'bundle_not_found', 'product_not_found'],
    },
    deleteBundle: {
      ...route('DELETE', 'delete_bundle', '/{bundle}'),
      summary: 'Delete a bundle',
      description: 'Its products and what was bought with it stay.',
      input: input(DeleteBundleInput),
      example: { ...side.example, bundle: 'everything', reason: 'no longer sold' },
      success: [{ ...ok, description: 'The bundle as it was', body: Bundle, example: example.bundle }],
      refusals: [...missing, 'bundle_not_found'],
    },
  } as const satisfies Record<string, Route>;
}

const catalogOf = <A extends 'brand' | 'platform'>(side: Side<A>) => ({
  ...productRoutesOf(side),
  ...bundleRoutesOf(side),
  ...apiKeyRoutesOf(side),
});

export const ofBrand = catalogOf({
  auth: 'brand',
  base: '/api/v1/brand',
  scope: (noun, verb) => `${noun}:${verb}`,
  prefix: 'own_',
  path: {},
  example: {},
});
export const ofPlatform = catalogOf({
  auth: 'platform',
  base: '/api/v1/admin/brands/{brand_id}',
  scope: (_noun, verb) => `platform:${verb}`,
  prefix: '',
  path: { brand_id: uuid },
  example: { brand_id: example.BRAND_ID },
});
/** The platform team's own. */
export const platformKeys = apiKeyRoutesOf(
  {
    auth: 'platform',
    base: '/api/v1/admin',
    scope: (_noun, verb) => `platform:${verb}`,
    prefix: 'platform_',
    path: {},
    example: {},
  },
  PLATFORMS_KEY,
);

export const catalogRoutes: readonly Route[] = [
  ...Object.values(ofBrand),
  ...Object.values(ofPlatform),
  ...Object.values(platformKeys),
];
