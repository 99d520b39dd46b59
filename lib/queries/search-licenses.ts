import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { LicenseList } from '../api/schemas/license.ts';
import type { SearchLicensesInput } from '../api/licenses.ts';
import { PLATFORM } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor, type ListContext } from './cursor.ts';
import { asEntry, searchLicensesAcrossBrands, type BrandPosition } from './search-licenses-across-brands.ts';
import { readSought } from './sought.ts';

/** Searches licenses for the platform team. Key texts are masked: helping a customer needs no more. */
export async function searchLicenses(
  ctx: PlatformContext,
  input: SearchLicensesInput,
): Promise<Answer<LicenseList> | Refusal> {
  const { limit, cursor, ...filters } = input;
  const list: ListContext<BrandPosition> = { vault: ctx.vault, owner: PLATFORM, list: 'licenses', filters };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const sought = readSought(ctx.vault, input);
  const show = asEntry(ctx, () => ({ scopes: [] }));
  const found = await searchLicensesAcrossBrands({ open: ctx.table, show }, sought, { limit, after });
  return isRefusal(found) ? found : { body: { licenses: found.entries, next_cursor: sealCursor(list, found.last) } };
}
