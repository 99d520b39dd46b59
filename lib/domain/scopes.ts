/** What a brand's API key may be allowed. A closed list: a scope that no route asks for does not exist. */
export const BRAND_SCOPES = ['licenses:read', 'licenses:write', 'license_keys:reveal'] as const;

/** What a key of the platform team may be allowed. */
export const PLATFORM_SCOPES = ['platform:read', 'platform:write'] as const;

export type BrandScope = (typeof BRAND_SCOPES)[number];
export type PlatformScope = (typeof PLATFORM_SCOPES)[number];
export type Scope = BrandScope | PlatformScope;
