import type { BrandContext } from '../context.ts';
import { readJournalDays, type DayPosition } from '../table/brand-journal.ts';
import type { JournalEntry } from '../table/journal.ts';
import type { Table } from '../dynamo/table.ts';
import { matchesType, lastSecond, LOOKED_THROUGH, type EventFilters } from './event-filters.ts';

type EventSource = {
  table: Table<'BatchGetItem' | 'Query'>;
  brand: Pick<BrandContext['brand'], 'key_prefix' | 'created_at'>;
  nowMs: number;
};

/**
 * A page of a brand's whole journal, newest first. Entries written meanwhile are newer than the first page, and move
 * nothing.
 */
export async function searchBrandEvents(
  { table, brand, nowMs }: EventSource,
  { limit, type, from, to }: EventFilters,
  at: DayPosition | undefined,
): Promise<{ entries: JournalEntry[]; next: DayPosition | undefined }> {
  const until = lastSecond(to, nowMs);
  const since = from !== undefined && from > brand.created_at ? from : brand.created_at;
  const page = { limit: type === undefined ? limit : LOOKED_THROUGH, at };
  const found = await readJournalDays(table, brand.key_prefix, { from: since, to: until }, page);
  const wanted = found.entries.filter((entry) => matchesType(entry, type));
  const entries = wanted.slice(0, limit);
  const end = entries.at(-1);
  return {
    entries,
    next: wanted.length > limit && end ? { date: end.occurred_at.slice(0, 10), before: end.id } : found.last,
  };
}
