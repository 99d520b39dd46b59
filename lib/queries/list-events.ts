import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { BrandEventEntry, EventsInput } from '../http/routes/search.ts';
import { journalOfDays, type DayPosition } from '../table/brand-journal.ts';
import type { JournalEntry } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor, type ListPlace } from './cursor.ts';

/** How many entries are looked through for those of one type. */
const LOOKED_THROUGH = 100;

/** A brand's whole journal, newest first. What comes while one pages is newer than the first page, and moves nothing. */
export async function listEvents(
  ctx: BrandContext,
  input: EventsInput,
): Promise<Answer<{ events: BrandEventEntry[]; next_cursor: string | null }> | Refusal> {
  const { limit, cursor, type, from, to } = input;
  const place: ListPlace<DayPosition> = { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'events', filters: { type, from, to } };
  const at = openCursor(place, cursor);
  if (isRefusal(at)) return at;
  // Clocks may disagree: an entry is never timed before the last one of its entity, so that one may stand a little in the future.
  const until = to ?? isoSeconds(ctx.nowMs + A_DAY_MS);
  const since = from !== undefined && from > ctx.brand.created_at ? from : ctx.brand.created_at;
  const page = { limit: type === undefined ? limit : LOOKED_THROUGH, at };
  const { entries, last } = await journalOfDays(ctx.table, ctx.brand.key_prefix, { from: since, to: until }, page);
  const wanted = entries.filter((entry) => type === undefined || isOfType(entry, type));
  const events = wanted.slice(0, limit);
  const end = events.at(-1);
  const next = wanted.length > limit && end ? { date: end.occurred_at.slice(0, 10), before: end.id } : last;
  return { body: { events: events.map(shownOf), next_cursor: sealCursor(place, next) } };
}

const A_DAY_MS = 86_400_000;

const isOfType = (entry: JournalEntry, type: string): boolean =>
  type.endsWith('.*') ? entry.type.startsWith(type.slice(0, -1)) : entry.type === type;

function shownOf({ id, seq, type, occurred_at, entity, actor, request_id, reason, before, after }: JournalEntry): BrandEventEntry {
  return { id, seq, type, occurred_at, entity, actor, request_id, reason, before, after };
}
