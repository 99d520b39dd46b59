import { typeMatches } from '../domain/event-name.ts';
import type { BrandEventEntry } from '../http/routes/search.ts';
import type { JournalEntry } from '../table/journal.ts';

/** What is asked of a list of events. */
export type EventFilters = {
  limit: number;
  type?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** How many entries are looked through for those of one type. */
export const LOOKED_THROUGH = 100;

/** Clocks may disagree: an entry is never timed before the last one of its entity, so that one may stand a little in the future. */
export const AHEAD_MS = 86_400_000;

/** By either name of its type: the entry itself is shown under the journal's. */
export const isOfType = (entry: JournalEntry, type: string | undefined): boolean =>
  type === undefined || typeMatches([type], entry.type);

export function shownEvent({
  id,
  seq,
  type,
  occurred_at,
  entity,
  actor,
  request_id,
  reason,
  before,
  after,
}: JournalEntry): BrandEventEntry {
  return { id, seq, type, occurred_at, entity, actor, request_id, reason, before, after };
}
