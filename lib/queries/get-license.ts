import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { GetLicenseInput } from '../api/licenses.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { buildLicenseEntry, buildEtag, licenseById } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { readPastLicense } from './read-past-license.ts';

/** One license, its key and its customer, at present, or the license at another time. */
export async function getLicense(ctx: BrandContext, input: GetLicenseInput): Promise<Answer<LicenseEntry> | Refusal> {
  if (input.at !== undefined) return readPastLicense(ctx, input.license_id, input.at);
  const view = await licenseById(ctx, input.license_id);
  return isRefusal(view) ? view : { etag: buildEtag(view.license), body: buildLicenseEntry(ctx, view) };
}
