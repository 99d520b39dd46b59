import {
  combineFreshness,
  computeFreshness,
  computeOwnNumber,
  type AnswerCode,
  type Freshness,
} from '../domain/freshness.ts';
import { namedInstance, type InstanceType } from '../domain/instance.ts';
import { fillLinks, NO_LINKS, type ProductLinks } from '../domain/product-links.ts';
import { isRefusal, type CopyOf, type Refusal } from '../domain/refusal.ts';
import { combineVerdicts, decideLicenseVerdict, decideVerdict, type Verdict } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import type { Endpoint } from '../api/route.ts';
import { asksForProof } from '../api/schemas/product-call.ts';
import type { Answer } from '../table/once.ts';
import { SETTINGS } from '../table/keys.ts';
import type { Found, Seat } from '../table/product-call.ts';
import { findPublicProduct } from '../table/public-products.ts';
import { findFactor } from '../table/settings.ts';
import type { Binding } from './binding.ts';

/** The fields of a call by which its freshness is computed. */
type SiteInput = Parameters<typeof asksForProof>[0] & {
  license_key: string;
  product?: string | undefined;
  brand?: string | undefined;
  instance_identifier?: string | undefined;
  instance_type?: InstanceType | undefined;
};

/** The fields of an answer to a site beside its own. */
type Complement = Freshness & { detail: string | null; links: ProductLinks; proof?: string | null };

type SiteContext = Context & { found: Found };

const NOTHING_FOUND: Found = { seats: [], products: [] };

type Verb<I> = (ctx: Context, input: I) => Promise<Answer<object> | Refusal>;

/**
 * Binds a route by which a site learns its verdict. All of its answers are completed here, refusals and faults
 * included: with when to ask again, how long to rely on the answer, a text and links for the owner of the site, and
 * its proof if the call asks for one.
 */
export function bindSite<I extends SiteInput>(
  route: Endpoint & { auth: 'license_key'; fresh: true },
  verb: Verb<I>,
): Binding {
  return {
    route,
    async run(ctx, input) {
      const site = Object.assign(ctx, { found: NOTHING_FOUND });
      const outcome = await verb(site, input as I);
      if (isRefusal(outcome)) return outcome;
      return { ...outcome, body: await completeBody(site, input as I, outcome.body) };
    },
    completeRefusal: (ctx, input, refusal) => completeRefusal(ctx, input as I | undefined, refusal),
  };
}

/** An overload or a fault of ours is no answer about the license: the client keeps the one that it has. */
const NO_ANSWER: ReadonlySet<string> = new Set(['rate_limited', 'busy', 'unavailable', 'internal_error']);

async function completeRefusal(ctx: Context, input: SiteInput | undefined, refusal: Refusal): Promise<Refusal> {
  if (input === undefined || !asksForProof(input) || NO_ANSWER.has(refusal.code))
    return completeFreshness(ctx, input, refusal);
  const { completeProvenRefusal } = await import('./site-proof.ts');
  return completeProvenRefusal(ctx, input, refusal, (counted) => completeFreshness(ctx, input, counted));
}

function completeFreshness(ctx: Context, input: SiteInput | undefined, refusal: Refusal): Refusal {
  const [seat, ...others] = ctx.found?.seats ?? [];
  const one = others.length > 0 ? undefined : seat;
  const { next_check_at, grace_until } = freshnessOf(ctx, input, one, refusal.code);
  const members = NO_ANSWER.has(refusal.code)
    ? { next_check_at }
    : { next_check_at, stale_ok_until: null, grace_until, links: linksFor(ctx, input, seat) };
  return { ...refusal, facts: { ...refusal.facts, ...members } } as Refusal;
}

/** Each verdict on several licenses gets its own complement, and the answer the one of all. */
async function completeBody<T extends object>(
  ctx: SiteContext,
  input: SiteInput,
  body: T & { licenses?: readonly { copy_of?: CopyOf }[]; copy_of?: CopyOf },
): Promise<T & Complement> {
  const { seats } = ctx.found;
  if (seats.length < 2) {
    const [complement] = await proven(ctx, input, [await complementOf(ctx, input, seats[0], body.copy_of)]);
    return { ...body, ...complement } as T & Complement;
  }
  const all = await proven(
    ctx,
    input,
    await Promise.all(seats.map((seat, i) => complementOf(ctx, input, seat, body.licenses?.[i]?.copy_of))),
  );
  const licenses = body.licenses?.map((one, i) => ({ ...one, ...all[i] }));
  const { code } = combineVerdicts(seats.map((seat) => verdictOn(input, seat, ctx.nowMs)));
  const best = seats.findIndex((seat) => verdictOn(input, seat, ctx.nowMs).code === code);
  const detail = all[best]?.detail ?? null;
  const proof = asksForProof(input) ? { proof: null } : {};
  return { ...body, licenses, ...combineFreshness(all), detail, links: NO_LINKS, ...proof };
}

/** The complements with the proofs of their answers, if the call asks for proofs. */
async function proven(ctx: Context, input: SiteInput, complements: readonly Complement[]): Promise<Complement[]> {
  if (!asksForProof(input)) return [...complements];
  const { proveComplements } = await import('./site-proof.ts');
  return proveComplements(ctx, input, complements, (seat) => verdictOn(input, seat, ctx.nowMs));
}

async function complementOf(
  ctx: SiteContext,
  input: SiteInput,
  seat: Seat | undefined,
  copy_of?: CopyOf,
): Promise<Complement> {
  const verdict = verdictOn(input, seat, ctx.nowMs);
  const freshness = freshnessOf(ctx, input, seat, verdict.code);
  const links = linksFor(ctx, input, seat);
  if (verdict.code === 'valid' && copy_of === undefined) return { ...freshness, detail: null, links };
  // Most answers need no text.
  const { writeDetail } = await import('./site-texts.ts');
  const { expires_at = null } = seat?.license ?? {};
  const { grace_until } = freshness;
  const detail = writeDetail(verdict, { expires_at, grace_until, products: ctx.found.products, copy_of });
  return { ...freshness, detail, links };
}

/** The links of the product for this license; of the named product where the key has no license for it. */
function linksFor({ found, table }: Context, input: SiteInput | undefined, seat: Seat | undefined): ProductLinks {
  const named = seat?.license.product.id ?? input?.product;
  if (found?.brand === undefined || named === undefined) return NO_LINKS;
  const product = findPublicProduct(table(found.brand), found.brand, named);
  return product ? fillLinks(product.links, product.slug, seat?.license) : NO_LINKS;
}

function verdictOn(input: SiteInput, seat: Partial<Seat> = {}, nowMs: number): Verdict {
  const { license, activation } = seat;
  return input.instance_identifier === undefined
    ? decideLicenseVerdict(license, nowMs)
    : decideVerdict(license, activation, nowMs);
}

/** The freshness of the refusal or verdict with this code. `input` is undefined when it was bad. */
function freshnessOf(ctx: Context, input: SiteInput | undefined, seat: Seat | undefined, code: AnswerCode): Freshness {
  const verdictAt = input && seat && ((ms: number) => verdictOn(input, seat, ms));
  return computeFreshness({
    code,
    own: ownNumberOf(ctx, input, seat),
    factor: findFactor(ctx.table(SETTINGS)),
    nowMs: ctx.nowMs,
    license: seat?.license,
    verdictAt,
  });
}

/**
 * Without a license, the texts as given decide: the answers for keys that do not exist follow one rule, whatever is
 * wrong with them.
 */
function ownNumberOf(ctx: Context, input: SiteInput | undefined, seat: Seat | undefined): number {
  if (input === undefined) return computeOwnNumber(ctx.requestId);
  const { license_key, instance_type = 'url', instance_identifier = '' } = input;
  if (seat === undefined) return computeOwnNumber(license_key, instance_type, instance_identifier);
  const instance = namedInstance(input);
  if (instance === undefined) return computeOwnNumber(seat.license.id);
  return computeOwnNumber(seat.license.id, instance.type, instance.normalised);
}
