import type { EddInput } from '../domain/edd-call.ts';
import { describeSeatTaker } from '../domain/describe-later.ts';
import { findEddItem } from '../domain/edd-item.ts';
import { declaredKind, readEddSites } from '../domain/edd-sites.ts';
import { activationError, wordUnknown, itemError } from '../domain/edd-words.ts';
import type { InstanceKind } from '../domain/instance-kind.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import { kindUnder } from '../domain/seat-costs.ts';
import { decideActivation, type Activation } from '../domain/seats.ts';
import type { Context } from '../context.ts';
import { findEddBrand } from '../table/edd-brands.ts';
import { findStoredSite, readFirstLicense, refuseForeignKey, type EddKey } from '../table/edd-seats.ts';
import type { Answer } from '../table/once.ts';
import { eddLicenseView, type EddLicenseAnswer } from '../views/edd-license-view.ts';
import type { Seat } from '../table/product-call.ts';
import { activateLicense, withDeclaredKind } from './activate-license.ts';

type Outcome = Answer<EddLicenseAnswer> | Refusal;

/**
 * Activates a license for a client of Easy Digital Downloads: the command of our own route, in that protocol's words.
 * Refusals come in its order, which asks for a free seat before it asks for the expiry.
 */
export async function activateEddLicense(ctx: Context, { brand: slug, call }: EddInput): Promise<Outcome> {
  const brand = await findEddBrand(ctx.table, slug, ctx.nowMs, [call]);
  const item = findEddItem(brand?.products ?? [], call);
  const product = item.kind === 'named' ? item.product : undefined;
  const refused = (error: string, code: RefusalCode, license?: License, is_local = false): Outcome => {
    const words = { success: false, license: 'invalid', error, is_local };
    const body = eddLicenseView(words, call, product?.name, license, ctx.nowMs);
    return { body, logged: { owner: brand?.prefix, code } };
  };
  if (brand === undefined) return refused('missing', 'license_key_not_found');
  const key: EddKey = { prefix: brand.prefix, text: call.license, product: product?.id };
  const foreign = await refuseForeignKey(ctx, brand, call.license);
  if (foreign) return wordUnknown(foreign, (code) => refused('missing', code));
  const refusedForKnown = async (error: string, code: RefusalCode): Promise<Outcome> => {
    const first = await readFirstLicense(ctx, key);
    if (!isRefusal(first)) return refused(error, code, first.license);
    return wordUnknown(first, (unknown) => refused('missing', unknown));
  };
  const sites = readEddSites(call);
  if (sites.length === 0) return refusedForKnown('missing_url', 'bad_request');
  if (item.kind === 'unknown') return refusedForKnown(itemError(call), 'product_not_on_key');

  const site = required(await findStoredSite(ctx, key, sites), 'one of the sites is its stored one');
  const declared = declaredKind(call.environment);
  ctx.found = { seats: [], products: [] };
  const outcome = await activateLicense(
    ctx,
    {
      license_key: call.license,
      brand: brand.slug,
      product: product?.id,
      instance_identifier: site.identifier,
      instance_type: site.type,
      metadata: {},
    },
    { declaredKind: declared },
  );
  const seat = await seeSeat(ctx.found.seats[0], site, declared);
  const is_local = seat !== undefined && seat.kind !== 'production';
  if (!isRefusal(outcome)) {
    const done = { success: true, license: 'valid', is_local };
    const body = eddLicenseView(done, call, product?.name, seat?.license, ctx.nowMs);
    return { body, logged: { owner: brand.prefix } };
  }
  const error = activationError(outcome.code, call);
  if (error === undefined) return outcome;
  if (error === itemError(call)) return refusedForKnown(error, outcome.code);
  const isFull = error === 'expired' && seat !== undefined && hasNoSeatLeft(seat, ctx.nowMs);
  return refused(isFull ? 'no_activations_left' : error, outcome.code, seat?.license, is_local);
}

/** The license that the call found or changed, and what its site is to it. */
type SeatSeen = { license: License; activation: Activation | undefined; kind: InstanceKind };

async function seeSeat(
  seat: Seat | undefined,
  site: ParsedInstance,
  declared: InstanceKind | undefined,
): Promise<SeatSeen | undefined> {
  if (seat === undefined) return undefined;
  const { license, activation } = seat;
  const { kind } = withDeclaredKind(await describeSeatTaker(site, activation), declared);
  return { license, activation, kind: kindUnder(license.policy, { kind, host: site.host }) };
}

/** True if an expired license would have had no seat for this site. */
function hasNoSeatLeft({ license, activation, kind }: SeatSeen, nowMs: number): boolean {
  const decided = decideActivation({ ...license, expires_at: null }, activation, { kind }, nowMs);
  return decided.kind === 'refused';
}
