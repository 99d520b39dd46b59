import { LicenseFields } from './catalog.ts';

const FIELDS = Object.keys(LicenseFields.shape);

/** A license one journal entry later: of what the entry tells, the license's own fields. Undefined until the entry that made it. */
export function licenseAfter(
  license: LicenseFields | undefined,
  { after }: { after: Record<string, unknown> | null },
): LicenseFields | undefined {
  const known = Object.fromEntries(FIELDS.flatMap((field) => (after && field in after ? [[field, after[field]]] : [])));
  return license === undefined && known['id'] === undefined ? undefined : ({ ...license, ...known } as LicenseFields);
}
