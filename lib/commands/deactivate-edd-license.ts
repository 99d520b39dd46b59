import type { EddInput } from '../domain/edd-call.ts';
import { findEddItem } from '../domain/edd-item.ts';
import { readEddSites } from '../domain/edd-sites.ts';
import { activationError, isUnknownKey, wordUnknown } from '../domain/edd-words.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { findEddBrand } from '../table/edd-brands.ts';
import { findStoredSite, readFirstLicense, refuseForeignKey } from '../table/edd-seats.ts';
import type { Answer } from '../table/once.ts';
import { eddLicenseView, type EddLicenseAnswer } from '../views/edd-license-view.ts';
import { deactivateLicense } from './deactivate-license.ts';

type Outcome = Answer<EddLicenseAnswer> | Refusal;

/**
 * Frees a site's seat for a client of Easy Digital Downloads, in every status of the license. A site that had the seat
 * once is answered that it is deactivated, or its client could never get rid of it.
 */
export async function deactivateEddLicense(ctx: Context, { brand: slug, call }: EddInput): Promise<Outcome> {
  const brand = await findEddBrand(ctx.table, slug, ctx.nowMs, [call]);
  const item = findEddItem(brand?.products ?? [], call);
  const product = item.kind === 'named' ? item.product : undefined;
  const answer = (word: 'deactivated' | 'failed', code?: RefusalCode, license?: License): Outcome => ({
    body: eddLicenseView({ success: word === 'deactivated', license: word }, call, product?.name, license, ctx.nowMs),
    logged: { owner: brand?.prefix, code },
  });
  if (brand === undefined) return answer('failed', 'license_key_not_found');
  const key = { prefix: brand.prefix, text: call.license, product: product?.id };
  const foreign = await refuseForeignKey(ctx, brand, call.license);
  if (foreign) return wordUnknown(foreign, (code) => answer('failed', code));
  const failedForKnown = async (code: RefusalCode): Promise<Outcome> => {
    const first = await readFirstLicense(ctx, key);
    if (!isRefusal(first)) return answer('failed', code, first.license);
    return wordUnknown(first, (unknown) => answer('failed', unknown));
  };
  const sites = readEddSites(call);
  const site = item.kind === 'unknown' ? undefined : await findStoredSite(ctx, key, sites);
  if (site === undefined) return failedForKnown(item.kind === 'unknown' ? 'product_not_on_key' : 'bad_request');
  ctx.found = { seats: [], products: [] };
  const outcome = await deactivateLicense(ctx, {
    license_key: call.license,
    brand: brand.slug,
    product: product?.id,
    instance_identifier: site.identifier,
    instance_type: site.type,
  });
  const license = ctx.found.seats[0]?.license;
  if (!isRefusal(outcome)) return answer('deactivated', undefined, license);
  if (outcome.code === 'activation_not_found' || isUnknownKey(outcome.code))
    return answer('failed', outcome.code, license);
  return activationError(outcome.code, call) === undefined ? outcome : failedForKnown(outcome.code);
}
