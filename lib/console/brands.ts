import type { BrandContext } from '../context.ts';
import { getMany, type Item } from '../dynamo/table.ts';
import { required } from '../domain/invariant.ts';
import { roleFor, listRoleScopes, type Role } from '../domain/roles.ts';
import { brandPrefixes, parseBrandItem, type Brand } from '../table/brands.ts';
import { keys, PLATFORM, platformKeys } from '../table/keys.ts';
import type { Call } from './call.ts';
import type { Person } from './session.ts';

/** A brand that a person may see, and the person's role there. */
export type PersonBrand = { brand: Brand; role: Role };

const ONE_READ = 100;

/** The brands of a person, by slug. The platform team has all of them. */
export async function readBrands({ ctx }: Call, { roles }: Person): Promise<PersonBrand[]> {
  const prefixes =
    roles.everywhere === undefined ? await prefixesOf(ctx, Object.keys(roles.brands).sort()) : await allPrefixes(ctx);
  const brands: PersonBrand[] = [];
  for (let from = 0; from < prefixes.length; from += ONE_READ) {
    const some = prefixes.slice(from, from + ONE_READ);
    const items = await getMany(
      ctx.table(...some),
      some.map((prefix) => keys.brand(prefix)),
    );
    for (const item of items) {
      const brand = parseBrandItem(required(item, 'a listed brand is there'));
      brands.push({ brand, role: required(roleFor(roles, brand.slug), 'only brands with a role are read') });
    }
  }
  return brands;
}

async function prefixesOf(ctx: Call['ctx'], slugs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < slugs.length; from += ONE_READ) {
    const some = slugs.slice(from, from + ONE_READ).map((slug) => platformKeys.brandInList(slug));
    const items = await getMany(ctx.table(PLATFORM), some);
    found.push(...items.filter((item) => item !== undefined).map((item) => String(item['key_prefix'])));
  }
  return found;
}

async function allPrefixes(ctx: Call['ctx']): Promise<string[]> {
  const found: string[] = [];
  let after: Parameters<typeof brandPrefixes>[1]['after'];
  do {
    const page = await brandPrefixes(ctx.table(PLATFORM), { limit: ONE_READ, after });
    found.push(...page.prefixes);
    after = page.last;
  } while (after !== undefined);
  return found;
}

/** The context of the API's verbs, with a person as the caller. It sees this brand and nothing else. */
export function enterBrand({ ctx }: Call, person: Person, { brand, role }: PersonBrand): BrandContext {
  return {
    ...ctx,
    brand,
    owner: brand.key_prefix,
    credential: { id: person.id, scopes: listRoleScopes(role) },
    liveKey: undefined,
    actor: { type: 'person', id: person.id },
    table: ctx.table(brand.key_prefix),
  };
}

/** The brand of a person that has something with this id. A brand that is not the person's is not even asked. */
export async function findOwner(
  { ctx }: Call,
  brands: readonly PersonBrand[],
  id: string,
): Promise<{ own: PersonBrand; item: Item } | undefined> {
  for (let from = 0; from < brands.length; from += ONE_READ) {
    const some = brands.slice(from, from + ONE_READ);
    const items = await getMany(
      ctx.table(...some.map(({ brand }) => brand.key_prefix)),
      some.map(({ brand }) => keys.address(brand.key_prefix, id)),
    );
    for (const [index, own] of some.entries()) {
      const item = items[index];
      if (item !== undefined) return { own, item };
    }
  }
  return undefined;
}
