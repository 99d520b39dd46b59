import { isUuid } from './ids.ts';

/** What stands in the place of a person's free text once the person is erased. */
export const ERASED = '[erased]';

type Fields = Record<string, unknown>;

/** Names of metadata can tell as much as its values, so that nothing of either stays. Empty metadata says nothing and stays as it is. */
export function erasedMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.keys(metadata).length === 0 ? metadata : { erased: ERASED };
}

/** As much of a journal entry as can hold free text. */
export type ErasableEntry = { request_id: string; reason: string | null; before: Fields | null; after: Fields | null };

/** An entry without free text: reason, metadata, instances, a request id in a caller's own words. All else in it, and its place in the history, stays. */
export function erasedEntry({ request_id, reason, before, after }: ErasableEntry): ErasableEntry {
  return {
    request_id: isUuid(request_id) ? request_id : ERASED,
    reason: reason === null ? null : ERASED,
    before: before && erasedFields(before),
    after: after && erasedFields(after),
  };
}

/** An entry with other metadata of its license; all else stays. */
export function withMetadata(
  { before, after, ...rest }: ErasableEntry,
  change: (metadata: Record<string, string>) => Record<string, string>,
): ErasableEntry {
  const changed = (fields: Fields | null): Fields | null =>
    isFields(fields?.['metadata'])
      ? { ...fields, metadata: change(fields['metadata'] as Record<string, string>) }
      : fields;
  return { ...rest, before: changed(before), after: changed(after) };
}

function erasedFields(fields: Fields): Fields {
  const erased = { ...fields };
  if (isFields(fields['metadata'])) erased['metadata'] = erasedMetadata(fields['metadata'] as Record<string, string>);
  if (typeof fields['instance_identifier'] === 'string') erased['instance_identifier'] = ERASED;
  if (isFields(fields['activation'])) erased['activation'] = erasedFields(fields['activation']);
  return erased;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The address that is shown of an erased person: leads nowhere (RFC 2606), and tells one from another. */
export const pseudonymOf = (customerId: string): string => `erased-${customerId.slice(-12)}@erased.invalid`;
