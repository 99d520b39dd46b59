import { refuse, type Refusal } from '../domain/refusal.ts';
import { sourceOf } from '../domain/source.ts';
import { keys, PLATFORM } from './keys.ts';
import { countUp, type Table } from './table.ts';

/** How many license keys that are not there one source may ask for in a minute and hear so. */
export const FAILED_LOOKUPS_A_MINUTE = 60;

const MINUTE_MS = 60_000;
const KEPT_SECONDS = 3600;

/** Counters that this container knows to be full. A source that goes on is counted no further: one item takes no more than 1,000 writes a second. */
let full = { minute: 0, counters: new Set<string>() };

/**
 * What a call is told that found no license key: that, or from the 61st time in a minute that its source has to wait. Whoever has a key that is there never comes here, so
 * no site suffers for another behind the same address. A count that fails is lost, and nothing else.
 */
export async function afterFailedLookup(
  {
    table: open,
    request,
    nowMs,
  }: { table: (owner: string) => Table<'UpdateItem'>; request: { sourceIp: string }; nowMs: number },
  refusal: Refusal,
): Promise<Refusal> {
  if (refusal.refused !== 'license_key_not_found') return refusal;
  const minute = Math.floor(nowMs / MINUTE_MS);
  const ends = (minute + 1) * MINUTE_MS;
  const tooMany = refuse('rate_limited', { retry_after_seconds: Math.ceil((ends - nowMs) / 1000) });
  const key = keys.failedLookups(sourceOf(request.sourceIp), minute);
  if (full.minute !== minute) full = { minute, counters: new Set() };
  if (full.counters.has(key.pk)) return tooMany;
  const isCounted = await countUp(
    open(PLATFORM),
    key,
    FAILED_LOOKUPS_A_MINUTE,
    Math.floor(ends / 1000) + KEPT_SECONDS,
  ).then(
    (count) => count !== undefined,
    () => true,
  );
  if (isCounted) return refusal;
  full.counters.add(key.pk);
  return tooMany;
}
