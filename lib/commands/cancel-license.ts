import { computeTag } from '../domain/ids.ts';
import { cancel } from '../domain/license.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { LifecycleInput } from '../api/license-lifecycle.ts';
import { retireOnKey } from '../table/cancelled-licenses.ts';
import { forgetProduct } from '../table/held-keys.ts';
import type { LicenseView } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';
import { changeLicense } from './license-change.ts';

/** Cancels a license after a refund, for good. Seats stay on record, and its key may carry the product again. */
export function cancelLicense(ctx: BrandContext, input: LifecycleInput): Promise<Answer<LicenseEntry> | Refusal> {
  return changeLicense(ctx, input, (view) => {
    const outcome = cancel(view.license);
    if (outcome.kind !== 'changed') return outcome;
    return { ...outcome, alsoWrites: () => makeRoom(ctx.brand.key_prefix, view) };
  });
}

/** Removes the license from the key, and from the customer's record of the key. */
function makeRoom(brand: string, { license, licenseKey, customer }: LicenseView): Write<Retry>[] {
  return [
    ...retireOnKey(brand, licenseKey, license, retry),
    ...forgetProduct(brand, customer, licenseKey.id, { removed: computeTag(license.product.id) }, retry),
  ];
}
