import { BRAND_SCOPES, type BrandScope } from './scopes.ts';

/** The roles of a person for a brand, from the least to the most. */
export const ROLES = ['support', 'brand-admin', 'platform'] as const;
export type Role = (typeof ROLES)[number];

/** The names of groups at the identity provider. `{brand}` stands for the slug of a brand. */
export type GroupNames = { support: string; brand_admin: string; platform: string };

/** A person's roles: the same for every brand, or one for each brand by its slug. */
export type PersonRoles = { everywhere: 'platform' | undefined; brands: Record<string, Exclude<Role, 'platform'>> };

const OWN_BRAND: readonly BrandScope[] = BRAND_SCOPES.filter(
  (scope) => scope !== 'licenses:read:all_brands' && scope !== 'license_keys:reveal',
);

/**
 * The scopes of each role, and the operations that it may call beyond them. Nobody sees license keys in full by a
 * scope: a look at one is an act of its own, with a reason.
 */
const RIGHTS: Record<Role, { scopes: readonly BrandScope[]; operations: readonly string[] }> = {
  support: {
    scopes: ['licenses:read', 'events:read', 'customers:read', 'products:read'],
    operations: ['deactivate_activation', 'restore_activation', 'reveal_license_key'],
  },
  'brand-admin': { scopes: OWN_BRAND, operations: ['reveal_license_key'] },
  platform: { scopes: OWN_BRAND, operations: ['reveal_license_key', 'create_brand', 'update_brand'] },
};

export const listRoleScopes = (role: Role): readonly BrandScope[] => RIGHTS[role].scopes;

/** True if a role may call an operation that needs these scopes. */
export const mayCall = (role: Role, operation: string, scopes: readonly string[]): boolean =>
  RIGHTS[role].operations.includes(operation) ||
  (scopes.length > 0 && scopes.every((scope) => RIGHTS[role].scopes.some((own) => own === scope)));

/** The roles that a person's groups give. Groups that name none are ignored; the higher role of a brand counts. */
export function rolesInGroups(groups: readonly string[], names: GroupNames): PersonRoles {
  const brandIn = (pattern: string, group: string): string | undefined => {
    const before = pattern.replace(/\{brand\}.*$/, '');
    const after = pattern.slice(before.length + '{brand}'.length);
    const fits = group.startsWith(before) && group.endsWith(after) && group.length > before.length + after.length;
    return fits ? group.slice(before.length, group.length - after.length) : undefined;
  };
  const inBrands = (pattern: string): string[] => groups.flatMap((group) => brandIn(pattern, group) ?? []);
  return {
    everywhere: groups.includes(names.platform) ? 'platform' : undefined,
    brands: Object.fromEntries([
      ...inBrands(names.support).map((brand) => [brand, 'support'] as const),
      ...inBrands(names.brand_admin).map((brand) => [brand, 'brand-admin'] as const),
    ]),
  };
}

/** A person's role for a brand; undefined if the brand is none of theirs. */
export const roleFor = ({ everywhere, brands }: PersonRoles, slug: string): Role | undefined =>
  everywhere ?? (Object.hasOwn(brands, slug) ? brands[slug] : undefined);

export const hasAnyRole = ({ everywhere, brands }: PersonRoles): boolean =>
  everywhere !== undefined || Object.keys(brands).length > 0;
