import { isUuid } from './ids.ts';

/** Replaces a person's free text when the person is erased. */
export const ERASED = '[erased]';

type Fields = Record<string, unknown>;

/** Removes names and values: names of metadata can reveal as much as values. Empty metadata stays as it is. */
export function erasedMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.keys(metadata).length === 0 ? metadata : { erased: ERASED };
}

/** The fields of a journal entry that can contain free text. */
export type ErasableEntry = { request_id: string; reason: string | null; before: Fields | null; after: Fields | null };

/**
 * Removes the free text of an entry: reason, metadata, instances, and a request id that the caller chose. All else in
 * it, and its position in the history, stays.
 */
export function erasedEntry({ request_id, reason, before, after }: ErasableEntry): ErasableEntry {
  return {
    request_id: isUuid(request_id) ? request_id : ERASED,
    reason: reason === null ? null : ERASED,
    before: before && erasedFields(before),
    after: after && erasedFields(after),
  };
}

/** Replaces the license's metadata in an entry; all else stays. */
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

/** The address that is shown for an erased person. It leads nowhere (RFC 2606) and is different for each person. */
export const buildPseudonym = (customerId: string): string => `erased-${customerId.slice(-12)}@erased.invalid`;
