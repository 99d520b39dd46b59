/** What a brand's API key may be allowed. A closed list: a scope that no route asks for does not exist. */
export const BRAND_SCOPES = [
  'licenses:read',
  'licenses:write',
  'licenses:read:all_brands',
  'license_keys:reveal',
  'events:read',
  'customers:read',
  'customers:write',
  'products:read',
  'products:write',
  'api_keys:read',
  'api_keys:write',
  'webhooks:write',
] as const;

/** What a new key may do unless it is told: all that concerns its own brand. To see other brands has to be said. */
export const DEFAULT_BRAND_SCOPES: readonly BrandScope[] = BRAND_SCOPES.filter(
  (scope) => scope !== 'licenses:read:all_brands',
);

/** What a key of the platform team may be allowed. */
export const PLATFORM_SCOPES = ['platform:read', 'platform:write'] as const;

export type BrandScope = (typeof BRAND_SCOPES)[number];
export type PlatformScope = (typeof PLATFORM_SCOPES)[number];
export type Scope = BrandScope | PlatformScope;
