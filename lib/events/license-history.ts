import { pick } from '../domain/pick.ts';
import type { LicenseFields } from './catalog.ts';
import { LICENSE_FIELDS } from './license-fields.ts';

/** The license after one journal entry. Undefined before the entry that created it. */
export function licenseAfter<L extends LicenseFields | undefined>(
  license: L,
  { after }: { after: Record<string, unknown> | null },
): L | LicenseFields {
  const changed = pick(LICENSE_FIELDS, { ...after });
  return license === undefined && changed.id === undefined ? license : ({ ...license, ...changed } as LicenseFields);
}
