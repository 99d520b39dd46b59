import { typeMatches } from '../domain/event-name.ts';
import { HOUR_MS, isoSeconds } from '../domain/time.ts';
import type { JournalEntry } from '../table/journal.ts';

/** The query of a list of events. */
export type EventFilters = {
  limit: number;
  type?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** The number of entries that are examined for those of one type. */
export const LOOKED_THROUGH = 100;

/**
 * Clocks disagree, and an entry is never dated before the entity's last one, so it may be dated slightly in the future.
 */
const AHEAD_MS = HOUR_MS;

/** The last second at which a list of events can begin: anything later has not happened. */
export function lastSecond(to: string | undefined, nowMs: number): string {
  const ahead = isoSeconds(nowMs + AHEAD_MS);
  return to === undefined || to > ahead ? ahead : to;
}

/** Matches either name of its type; the entry itself is shown with the journal's name. */
export const matchesType = (entry: JournalEntry, type: string | undefined): boolean =>
  type === undefined || typeMatches([type], entry.type);
