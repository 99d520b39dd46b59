import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { GetLicenseInput } from '../api/licenses.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { entryOf, etagOf, licenseById } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { licenseThen } from './license-then.ts';

/** One license, its key and its customer, at present, or the license at another time. */
export async function getLicense(ctx: BrandContext, input: GetLicenseInput): Promise<Answer<LicenseEntry> | Refusal> {
  if (input.at !== undefined) return licenseThen(ctx, input.license_id, input.at);
  const view = await licenseById(ctx, input.license_id);
  return isRefusal(view) ? view : { etag: etagOf(view.license), body: entryOf(ctx, view) };
}
