import { pick } from '../domain/pick.ts';
import { typeMatches } from '../domain/event-name.ts';
import type { BrandEventEntry, EventEntry } from '../api/schemas/event.ts';
import { catalog } from '../events/catalog.ts';
import { inSchemaOrder } from '../events/in-order.ts';
import { isoSeconds } from '../domain/time.ts';
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
const AHEAD_MS = 3_600_000;

/** The last second at which a list of events can begin: anything later has not happened. */
export function lastSecond(to: string | undefined, nowMs: number): string {
  const ahead = isoSeconds(nowMs + AHEAD_MS);
  return to === undefined || to > ahead ? ahead : to;
}

/** Matches either name of its type; the entry itself is shown with the journal's name. */
export const isOfType = (entry: JournalEntry, type: string | undefined): boolean =>
  type === undefined || typeMatches([type], entry.type);

const LICENSE_EVENT = [
  'id',
  'seq',
  'type',
  'occurred_at',
  'actor',
  'request_id',
  'reason',
  'before',
  'after',
] as const satisfies (keyof EventEntry)[];
const EVENT = [...LICENSE_EVENT, 'entity'] as const satisfies (keyof BrandEventEntry)[];

/** Stored maps keep no order of their fields. A type that this version does not know yet keeps the stored order. */
function inOrder(entry: JournalEntry): JournalEntry {
  const schema = Object.hasOwn(catalog, entry.type) ? catalog[entry.type].after : undefined;
  const fields = (stored: JournalEntry['after']) =>
    schema === undefined ? stored : (inSchemaOrder(schema, stored) as JournalEntry['after']);
  return {
    ...entry,
    actor: pick(['type', 'id'], entry.actor),
    entity: pick(['type', 'id'], entry.entity),
    before: fields(entry.before),
    after: fields(entry.after),
  };
}

/** An event in the history of one license. */
export const shownLicenseEvent = (entry: JournalEntry): EventEntry => pick(LICENSE_EVENT, inOrder(entry));

export const shownEvent = (entry: JournalEntry): BrandEventEntry => pick(EVENT, inOrder(entry));
