import { assertThat } from '../domain/invariant.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { brandById } from '../table/brands.ts';
import type { Answer } from '../table/once.ts';
import { PLATFORM } from '../table/keys.ts';
import type { AcrossContext, BrandContext, Context, OpenBrand, OwnerContext, PlatformContext } from '../context.ts';
import { admit, type Admission } from './admit.ts';
import type { Caller } from './authenticate.ts';
import { refuseCredentials } from './credential-fields.ts';
import type { Page, Result } from './respond.ts';
import type { Endpoint } from '../api/route.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A route and what it runs. Which context a verb gets is decided by the route's `auth`, here and nowhere else. */
export type Binding = {
  route: Endpoint;
  /**
   * The authentication of routes that ask for an API key. It comes with the binding, so that functions without such
   * routes carry none of it.
   */
  admit?: (event: APIGatewayProxyEventV2, ctx: Context, route: Endpoint) => Promise<Admission>;
  /**
   * The forms of another standard: its reader of requests and its words for answers.
   */
  read?: (event: APIGatewayProxyEventV2) => { input: unknown } | Refusal;
  inForm?: (result: Result, refusal: Refusal | undefined, event: APIGatewayProxyEventV2) => Result;
  /** Serves everything that its function gets, whatever the method. */
  takesAll?: true;
  run: (ctx: Context, input: unknown, caller: Caller | undefined) => Promise<Answer | Refusal | Page>;
  /** Adds to every refusal and fault of the route. `input` is undefined when the refusal came before it was checked. */
  completeRefusal?: (ctx: Context, input: unknown, refusal: Refusal) => Refusal | Promise<Refusal>;
};

type Verb<C, I> = (ctx: C, input: I) => Promise<Answer | Refusal | Page>;

/** Binds a route that asks for no credential of ours: the verb finds its brand by the license key, or needs none. */
export function bind<I>(route: Endpoint & { auth: 'none' | 'license_key' }, verb: Verb<Context, I>): Binding {
  return { route, run: (ctx, input) => verb(ctx, input as I) };
}

/** Binds a brand's route: the verb sees this brand's part of the table and nothing else. */
export function bindBrand<I>(route: Endpoint & { auth: 'brand' }, verb: Verb<BrandContext, I>): Binding {
  return {
    route,
    admit,
    async run(ctx, input, caller) {
      assertThat(caller?.brand !== undefined, `${route.operation} was called without a brand`);
      const { brand, credential, liveKey, owner } = caller;
      const refused = refuseCredentials(route, input, owner);
      if (refused) return refused;
      const actor = { type: 'api_key', id: credential.id } as const;
      return verb({ ...ctx, brand, owner, credential, liveKey, actor, table: ctx.table(owner) }, input as I);
    },
  };
}

/**
 * Binds a brand's route that can be asked for all brands. Only this function gives a brand's context access to
 * another brand's items, for reading, and only if the credential has the scope for it. Search for its name to find the
 * verbs that can read across brands.
 */
export function bindBrandAcross<I>(route: Endpoint & { auth: 'brand' }, verb: Verb<AcrossContext, I>): Binding {
  const binding = (everyBrand: OpenBrand | undefined) =>
    bindBrand<I>(route, (own, input) => verb({ ...own, everyBrand }, input));
  return {
    ...binding(undefined),
    run(ctx, input, caller) {
      const everyBrand =
        caller?.credential.scopes.includes('licenses:read:all_brands') === true ? ctx.table : undefined;
      return binding(everyBrand).run(ctx, input, caller);
    },
  };
}

/** Binds a route of the platform team, which may look into every brand. */
export function bindPlatform<I>(route: Endpoint & { auth: 'platform' }, verb: Verb<PlatformContext, I>): Binding {
  return {
    route,
    admit,
    async run(ctx, input, caller) {
      assertThat(caller !== undefined, `${route.operation} was called without a credential`);
      const refused = refuseCredentials(route, input, PLATFORM);
      if (refused) return refused;
      const { credential, liveKey } = caller;
      return verb({ ...ctx, credential, liveKey, actor: { type: 'admin', id: credential.id } }, input as I);
    },
  };
}

/**
 * Binds a route of the platform team about one brand, named in its path, to the verb that the brand's own route has.
 */
export function bindPlatformForBrand<I>(route: Endpoint & { auth: 'platform' }, verb: Verb<BrandContext, I>): Binding {
  return bindPlatform<I & { brand_id: string }>(route, async (ctx, input) => {
    const brand = await brandById(ctx.table, input.brand_id);
    if (isRefusal(brand)) return brand;
    return verb({ ...ofOwner(ctx, brand.key_prefix), brand }, input);
  });
}

/** Binds a route of the platform team about what is its own, to the verb that a brand's route has too. */
export function bindPlatformItself<I>(route: Endpoint & { auth: 'platform' }, verb: Verb<OwnerContext, I>): Binding {
  return bindPlatform<I>(route, (ctx, input) => verb(ofOwner(ctx, PLATFORM), input));
}

const ofOwner = (ctx: PlatformContext, owner: string): OwnerContext => ({
  ...ctx,
  owner,
  table: ctx.table(owner),
});
