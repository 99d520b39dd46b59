import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../http/routes/brand.ts';
import { entryOf, etagOf, licenseById } from '../table/license-view.ts';
import type { Answer } from '../table/once.ts';

/** One license, its key and its customer, as they are this moment. */
export async function getLicense(ctx: BrandContext, input: { license_id: string }): Promise<Answer<LicenseEntry> | Refusal> {
  const view = await licenseById(ctx, input.license_id);
  return isRefusal(view) ? view : { etag: etagOf(view.license), body: entryOf(ctx, view) };
}
