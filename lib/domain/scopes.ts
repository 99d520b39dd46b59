/** The scopes of a brand's API key. A closed list: every scope is required by some route. */
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
  'releases:read',
  'releases:write',
  'api_keys:read',
  'api_keys:write',
  'webhooks:write',
  'imports:read',
  'imports:write',
] as const;

/** The default scopes of a new key: everything about its own brand. Access to other brands must be named. */
export const DEFAULT_BRAND_SCOPES: readonly BrandScope[] = BRAND_SCOPES.filter(
  (scope) => scope !== 'licenses:read:all_brands',
);

/** The scopes of a platform team's key. */
export const PLATFORM_SCOPES = ['platform:read', 'platform:write'] as const;

export type BrandScope = (typeof BRAND_SCOPES)[number];
export type PlatformScope = (typeof PLATFORM_SCOPES)[number];
export type Scope = BrandScope | PlatformScope;
