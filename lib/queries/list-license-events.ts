import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicensePage } from '../http/routes/brand.ts';
import type { EventEntry } from '../http/routes/entries.ts';
import { journalOf } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { getOne } from '../table/table.ts';
import { openCursor, sealCursor } from './cursor.ts';

/** A license's history, newest first. */
export async function listLicenseEvents(
  ctx: BrandContext,
  input: LicensePage,
): Promise<Answer<{ events: EventEntry[]; next_cursor: string | null }> | Refusal> {
  const { license_id, limit, cursor } = input;
  const brand = ctx.brand.key_prefix;
  const place = { vault: ctx.vault, owner: brand, list: 'license-events', filters: { license_id } };
  const after = openCursor(place, cursor);
  if (isRefusal(after)) return after;
  if ((await getOne(ctx.table, keys.address(brand, license_id)))?.['anchor'] === undefined) return refuse('license_not_found');
  const { entries, last } = await journalOf(ctx.table, brand, license_id, { limit, after });
  const events = entries.map(({ id, seq, type, occurred_at, actor, request_id, reason, before, after: changed }): EventEntry => ({
    id,
    seq,
    type,
    occurred_at,
    actor,
    request_id,
    reason,
    before,
    after: changed,
  }));
  return { body: { events, next_cursor: sealCursor(place, last) } };
}
