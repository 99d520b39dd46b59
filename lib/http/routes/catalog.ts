import * as z from 'zod';
import { parseCidr } from '../../domain/api-key.ts';
import { isSlug, SLUG } from '../../domain/brand.ts';
import { Policy } from '../../domain/policy.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../domain/scopes.ts';
import * as example from './examples.ts';
import { id, instant, nextCursor, page, slugOrId, text, time, uuid } from './fields.ts';
import type { Route } from '../route.ts';

/**
 * What a brand has: products, bundles, API keys. Each route stands twice: for the brand itself, and for the platform team, with the brand in its path. API keys, which
 * the platform team has too, stand a third time.
 */

const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });
const slug = z
  .string()
  .refine(isSlug, 'must be 1 to 64 of a–z, 0–9 and dashes, with no dash at either end')
  .meta({ description: 'Its name in URLs and requests; never changes', pattern: SLUG.source });
const dates = { created_at: time, updated_at: time };

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
  rate_limit_per_minute: z.number().int().nullable(),
  last_used_at: time.nullable().meta({ description: 'Noted once an hour' }),
  revoked_at: time.nullable(),
  created_at: time,
});
export type ApiKeyView = z.infer<typeof ApiKey>;
const ApiKeyWithText = ApiKey.extend({ api_key: z.string().meta({ description: 'The key’s text, shown this once' }) });
export type ApiKeyWithText = z.infer<typeof ApiKeyWithText>;

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
const UpdateBundleInput = z.strictObject({ bundle: slugOrId, name: text(120).optional(), products: members.optional() });
export type UpdateBundleInput = z.infer<typeof UpdateBundleInput>;
const scopesAmong = <S extends string>(scopes: readonly S[]) => z.array(z.enum(scopes)).min(1).optional();
const CreateApiKeyInput = z.strictObject({
  name: text(120).meta({ description: 'What the key is for' }),
  scopes: scopesAmong(BRAND_SCOPES).meta({ description: 'What it may do. Else all that its maker may, but for `licenses:read:all_brands`' }),
  expires_at: instant.nullable().default(null).meta({ description: 'From when it is refused; null is never' }),
  allowed_cidrs: z
    .array(z.string().refine((value) => parseCidr(value) !== undefined, 'must be an address block such as 203.0.113.0/24'))
    .max(50)
    .default([])
    .meta({ description: 'From where it may be used: the address that reaches the service, whatever a proxy’s headers say. Empty is anywhere' }),
  rate_limit_per_minute: z
    .int()
    .min(1)
    .max(30_000)
    .nullable()
    .default(null)
    .meta({ description: 'Requests a minute by this key; null is as many as the brand' }),
  idempotency_key,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
const CreatePlatformKeyInput = CreateApiKeyInput.extend({
  scopes: scopesAmong(PLATFORM_SCOPES).meta({ description: 'What it may do. Else all that its maker may' }),
});
const RotateApiKeyInput = z.strictObject({
  api_key_id: uuid,
  overlap_hours: z
    .int()
    .min(0)
    .max(720)
    .default(0)
    .meta({ description: 'How long the old text works beside the new one, at most 30 days; 0 is not at all' }),
  idempotency_key,
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;
const PageInput = z.strictObject(page);
export type PageInput = z.infer<typeof PageInput>;

const API_KEY_TEXT = 'cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7dx7qm';
const listOf = <T extends z.ZodType>(noun: string, of: T) => z.object({ [noun]: z.array(of), next_cursor: nextCursor });
const ok = { status: 200, description: 'As it is now' } as const;
const made = { status: 201, description: 'Made' } as const;

/** One of the sides: whose routes, under which path, and what the path adds to a route's own fields. */
type Side<A extends 'brand' | 'platform'> = {
  auth: A;
  base: `/${string}`;
  scope: (noun: 'products' | 'api_keys', verb: 'read' | 'write') => NonNullable<Route['scope']>;
  prefix: string;
  path: z.ZodRawShape;
  example: Record<string, unknown>;
};

function common<A extends 'brand' | 'platform'>(side: Side<A>, noun: 'products' | 'bundles' | 'api-keys') {
  const missing = 'brand_id' in side.path ? (['brand_not_found'] as const) : [];
  return {
    missing,
    written: [...missing, 'idempotency_key_reused'] as const,
    input: <S extends z.ZodRawShape>(schema: z.ZodObject<S, z.core.$strict>) => schema.extend(side.path),
    route: <M extends Route['method']>(method: M, operation: string, rest: `/${string}` | '' = '') =>
      ({
        auth: side.auth,
        method,
        operation: `${side.prefix}${operation}`,
        path: `${side.base}/${noun}${rest}`,
        function: noun,
        scope: side.scope(noun === 'api-keys' ? 'api_keys' : 'products', method === 'GET' ? 'read' : 'write'),
        access: method === 'GET' ? 'read' : 'write',
        vault: true,
        ...(method === 'POST' ? { once: true as const } : {}),
      }) as const,
  };
}

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
      success: [{ ...ok, body: listOf('products', Product), example: { products: [example.product], next_cursor: null } }],
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
      input: input(z.strictObject({ bundle: slugOrId })),
      example: { ...side.example, bundle: 'everything' },
      success: [{ ...ok, description: 'The bundle as it was', body: Bundle, example: example.bundle }],
      refusals: [...missing, 'bundle_not_found'],
    },
  } as const satisfies Record<string, Route>;
}

/** Whose keys they are, what may be asked for, and what one looks like. */
type KeyKind = { whose: string; createInput: z.ZodObject<z.ZodRawShape, z.core.$strict>; key: typeof example.apiKey; text: string };
const BRANDS_KEY: KeyKind = { whose: 'A brand’s', createInput: CreateApiKeyInput, key: example.apiKey, text: API_KEY_TEXT };
const PLATFORMS_KEY: KeyKind = {
  whose: 'The platform team’s',
  createInput: CreatePlatformKeyInput,
  key: { ...example.apiKey, scopes: [...PLATFORM_SCOPES] },
  text: API_KEY_TEXT.replace('WPR', 'platform'),
};

function apiKeyRoutesOf<A extends 'brand' | 'platform'>(side: Side<A>, { whose, createInput, key, text: keyText }: KeyKind = BRANDS_KEY) {
  const { route, input, missing, written } = common(side, 'api-keys');
  return {
    createApiKey: {
      ...route('POST', 'create_api_key'),
      summary: 'Create an API key',
      description: 'The text is in this answer only: it is stored as a hash. A key can give no scope that it does not hold.',
      input: input(createInput),
      example: { ...side.example, name: 'Shop' },
      success: [{ ...made, body: ApiKeyWithText, example: { ...key, api_key: keyText } }],
      refusals: [...written, 'scope_not_grantable'],
    },
    listApiKeys: {
      ...route('GET', 'list_api_keys'),
      summary: `${whose} API keys`,
      description: 'Newest first, revoked ones too; never their texts.',
      input: input(PageInput),
      example: side.example,
      success: [{ ...ok, body: listOf('api_keys', ApiKey), example: { api_keys: [key], next_cursor: null } }],
      refusals: [...missing, 'cursor_invalid'],
    },
    rotateApiKey: {
      ...route('POST', 'rotate_api_key', '/{api_key_id}/rotate'),
      summary: 'Give an API key a new text',
      description: 'Id, scopes and limits stay. The old text works through the overlap.',
      input: input(RotateApiKeyInput),
      example: { ...side.example, api_key_id: example.apiKey.id, overlap_hours: 24 },
      success: [{ ...ok, description: 'The key, with its new text', body: ApiKeyWithText, example: { ...key, api_key: keyText } }],
      refusals: [...written, 'api_key_not_found', 'api_key_revoked', 'scope_not_grantable'],
    },
    revokeApiKey: {
      ...route('DELETE', 'revoke_api_key', '/{api_key_id}'),
      summary: 'Revoke an API key',
      description: 'Holds from the very next request, for a rotated-out text too. Again is safe and changes nothing.',
      input: input(z.strictObject({ api_key_id: uuid })),
      example: { ...side.example, api_key_id: example.apiKey.id },
      success: [{ ...ok, description: 'The key, revoked', body: ApiKey, example: { ...key, revoked_at: '2026-11-23T12:00:00Z' } }],
      refusals: [...missing, 'api_key_not_found'],
    },
  } as const satisfies Record<string, Route>;
}

const catalogOf = <A extends 'brand' | 'platform'>(side: Side<A>) => ({ ...productRoutesOf(side), ...bundleRoutesOf(side), ...apiKeyRoutesOf(side) });

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
  { auth: 'platform', base: '/api/v1/admin', scope: (_noun, verb) => `platform:${verb}`, prefix: 'platform_', path: {}, example: {} },
  PLATFORMS_KEY,
);

export const catalogRoutes: readonly Route[] = [...Object.values(ofBrand), ...Object.values(ofPlatform), ...Object.values(platformKeys)];
