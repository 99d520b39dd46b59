import { pick } from '../domain/pick.ts';
import { findLatest } from '../domain/time.ts';
import type { LicenseFields } from './catalog.ts';
import type { JournalEntry } from './entry.ts';
import { LICENSE_FIELDS } from './license-fields.ts';
import { licenseAfter } from './license-history.ts';

/** A number that a history lacks. It is dated as its neighbors allow: times of a history never go back. */
export type MissingEntry = { seq: number; at: string; before: LicenseFields; after: LicenseFields };

type Now = { seq: number; created_at: string; updated_at: string; fields: LicenseFields };

/**
 * The entries that the history of a license lacks up to a number, and the license after them. Every entry names the
 * values before it, and the license shows how all ended, so the first one of a gap takes all that changed there.
 */
export function findMissingEntries(
  entries: readonly JournalEntry[],
  license: Now,
  upTo: number,
): { missing: MissingEntry[]; last: LicenseFields } {
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const missing: MissingEntry[] = [];
  let state = goBack(entries, license.fields);
  let at = entries[0]?.occurred_at ?? license.created_at;
  for (let seq = 1; seq <= upTo; seq += 1) {
    const entry = bySeq.get(seq);
    if (entry !== undefined) {
      state = licenseAfter(state, entry);
      at = entry.occurred_at;
      continue;
    }
    const later = entries.filter((other) => other.seq > seq);
    // A license that did not arrive knows nothing of this change.
    const after = goBack(later, license.seq >= seq ? license.fields : state);
    if (seq === license.seq && later.length === 0) at = findLatest(at, license.updated_at);
    missing.push({ seq, at, before: state, after });
    state = after;
  }
  return { missing, last: state };
}

/** The license before some entries, from how it is after them. */
const goBack = (entries: readonly JournalEntry[], after: LicenseFields): LicenseFields =>
  entries.reduceRight(
    (later, { before }) => ({ ...later, ...pick(LICENSE_FIELDS, (before ?? {}) as Partial<LicenseFields>) }),
    after,
  );
