import { computeTag } from '../domain/ids.ts';
import { changedFields, edit } from '../domain/edit.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { UpdatedLicense } from '../api/schemas/license.ts';
import type { UpdateLicenseInput } from '../api/licenses.ts';
import { forgetProduct } from '../table/held-keys.ts';
import { changeDirectory, entryOnKey } from '../table/license-keys.ts';
import type { LicenseView } from '../views/license-view.ts';
import { isNamed, productKey, parseProductItem } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import type { ItemAt } from '../dynamo/table.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';
import { changeLicense, type LicenseDecision } from './license-change.ts';
import { recountAfterTerms } from './seat-costs.ts';

/**
 * Changes a license's seats, expiry, metadata, policy or product, and lists the changed fields. With a new product the
 * license stays on its key and keeps its seats.
 */
export async function updateLicense(
  ctx: BrandContext,
  input: UpdateLicenseInput,
): Promise<Answer<UpdatedLicense> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const { product: named } = input;
  let changed: UpdatedLicense['changed'] = [];
  const decide = async (view: LicenseView, itemAt: ItemAt): Promise<LicenseDecision> => {
    changed = [];
    const item = named === undefined ? undefined : itemAt(productKey(brand, named));
    const product = item && parseProductItem(item);
    if (named !== undefined && !(product && isNamed(product, named)))
      return refuse('product_not_found', { product: named });
    const replaced = product && product.id !== view.license.product.id ? product : undefined;
    const edited = edit(view.license, input, replaced, ctx.nowMs);
    if (edited.kind !== 'changed') return edited;
    changed = changedFields(view.license, edited.license);
    const terms = { previous: view.license, license: edited.license, changed: NO_SEAT, nowMs: ctx.nowMs };
    const { license, writes } = await recountAfterTerms(ctx.table, brand, terms);
    const recounted = { kind: 'changed', license, event: 'license.updated', alsoWrites: writes } as const;
    if (replaced === undefined) return recounted;
    const { licenses } = view.licenseKey;
    const held = licenses[computeTag(replaced.id)];
    if (held) {
      // The key may have been read after the license left it, or after it changed its product as this request asks.
      if (licenses[computeTag(view.license.product.id)]?.license_id !== view.license.id) return retry();
      return refuse('product_already_on_key', { product: replaced.slug, license_id: held.license_id });
    }
    return { ...recounted, alsoWrites: (after) => [...moveOnKey(brand, view, after), ...writes(after)] };
  };
  const answer = await changeLicense(ctx, input, decide, named === undefined ? [] : [productKey(brand, named)]);
  return isRefusal(answer) ? answer : { ...answer, body: { ...answer.body, changed } };
}

/** The change writes no seat of its own. */
const NO_SEAT: ReadonlySet<string> = new Set();

/** Moves a license to its new product's tag, in the key's directory and in the customer's record of the key. */
function moveOnKey(
  brand: string,
  { license: previous, licenseKey, customer }: LicenseView,
  license: License,
): Write<Retry>[] {
  const removed = computeTag(previous.product.id);
  const tag = computeTag(license.product.id);
  return [
    changeDirectory(brand, licenseKey.partition, { removed, added: { tag, entry: entryOnKey(license) } }, retry),
    ...forgetProduct(brand, customer, licenseKey.id, { removed, added: tag }, retry),
  ];
}
