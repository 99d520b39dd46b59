import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEventsPage } from '../api/events.ts';
import type { EventEntry } from '../api/schemas/event.ts';
import { licenseEventView } from '../views/event-view.ts';
import { readJournal } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { getOne } from '../dynamo/table.ts';
import { openCursor, sealCursor } from './cursor.ts';

/** A license's history, newest first; after a given change oldest first. */
export async function listLicenseEvents(
  ctx: BrandContext,
  input: LicenseEventsPage,
): Promise<Answer<{ events: EventEntry[]; next_cursor: string | null }> | Refusal> {
  const { license_id, limit, cursor, before: end, after: start } = input;
  const brand = ctx.brand.key_prefix;
  const list = { vault: ctx.vault, owner: brand, list: 'license-events', filters: { license_id, end, start } };
  const opened = openCursor(list, cursor);
  if (isRefusal(opened)) return opened;
  if ((await getOne(ctx.table, keys.address(brand, license_id)))?.['anchor'] === undefined)
    return refuse('license_not_found');
  const from = start ?? end;
  const after = opened ?? (from === undefined ? undefined : keys.journal(brand, license_id, from));
  const { entries, last } = await readJournal(ctx.table, brand, license_id, {
    limit,
    after,
    oldestFirst: start !== undefined,
  });
  const within = entries.filter(({ seq }) => end === undefined || seq < end);
  const events = within.map(licenseEventView);
  return { body: { events, next_cursor: sealCursor(list, within.length < entries.length ? undefined : last) } };
}
