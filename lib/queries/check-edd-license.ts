import type { EddInput } from '../domain/edd-call.ts';
import { findEddItem } from '../domain/edd-item.ts';
import { readEddSites } from '../domain/edd-sites.ts';
import { eddStatus, wordUnknown } from '../domain/edd-words.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import type { VerdictCode } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import { findEddBrand } from '../table/edd-brands.ts';
import { readFirstLicense, refuseForeignKey } from '../table/edd-seats.ts';
import type { Answer } from '../table/once.ts';
import { eddLicenseView, type EddLicenseAnswer } from '../views/edd-license-view.ts';
import { checkEddSeat } from './check-edd-seat.ts';

/** Checks a license for a client of Easy Digital Downloads: the verdict of our own route, in that protocol's words. */
export async function checkEddLicense(
  ctx: Context,
  { brand: slug, call }: EddInput,
): Promise<Answer<EddLicenseAnswer> | Refusal> {
  const brand = await findEddBrand(ctx.table, slug, ctx.nowMs, [call]);
  const item = findEddItem(brand?.products ?? [], call);
  const product = item.kind === 'named' ? item.product : undefined;
  type Code = RefusalCode | VerdictCode;
  const answer = (word: string, code: Code, license?: License): Answer<EddLicenseAnswer> => ({
    body: eddLicenseView({ success: word !== 'invalid', license: word }, call, product?.name, license, ctx.nowMs),
    logged: { owner: brand?.prefix, code },
  });
  if (brand === undefined) return answer('invalid', 'license_key_not_found');
  const key = { prefix: brand.prefix, text: call.license, product: product?.id };
  const checked =
    (await refuseForeignKey(ctx, brand, call.license)) ??
    (item.kind === 'unknown'
      ? ({ code: 'product_not_on_key', license: undefined } as const)
      : await checkEddSeat(ctx, { key, brand: brand.slug, sites: readEddSites(call) }));
  if (isRefusal(checked)) return wordUnknown(checked, (code) => answer('invalid', code));
  if (checked.code !== 'product_not_on_key')
    return answer(eddStatus(checked.code, checked.license, call), checked.code, checked.license);
  const first = await readFirstLicense(ctx, key);
  if (!isRefusal(first)) return answer(eddStatus(checked.code, undefined, call), checked.code, first.license);
  return wordUnknown(first, (code) => answer('invalid', code));
}
