import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { BrandEventEntry } from '../api/schemas/event.ts';
import type { EventsInput } from '../api/events.ts';
import type { DayPosition } from '../table/brand-journal.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor, type ListContext } from './cursor.ts';
import { searchBrandEvents } from './search-brand-events.ts';
import { eventView } from '../views/event-view.ts';

/** A brand's whole journal. */
export async function listEvents(
  ctx: BrandContext,
  input: EventsInput,
): Promise<Answer<{ events: BrandEventEntry[]; next_cursor: string | null }> | Refusal> {
  const { cursor, limit: _limit, ...filters } = input;
  const list: ListContext<DayPosition> = { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'events', filters };
  const at = openCursor(list, cursor);
  if (isRefusal(at)) return at;
  const { entries, next } = await searchBrandEvents(ctx, input, at);
  return { body: { events: entries.map(eventView), next_cursor: sealCursor(list, next) } };
}
