import { errorText } from '../process/error-text.ts';
import { Unavailable } from '../process/outage.ts';
import { deadline } from '../process/timers.ts';
import { DEFAULT_LEAD_DAYS, whatIsDue, type Due } from '../domain/due.ts';
import { required } from '../domain/invariant.ts';
import { redact } from '../domain/redact.ts';
import type { License } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import { parseMs } from '../domain/time.ts';
import type { JobContext } from '../job.ts';
import { parseBrandItem } from '../table/brands.ts';
import { moveDue, type DueEntry } from '../table/due.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { pickLicenseFields, parseLicenseItem, putChangedLicense } from '../table/licenses.ts';
import { pauseForOthers } from '../dynamo/retrying.ts';
import { getMany, readItems, type Item, type Table } from '../dynamo/table.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { Contention } from '../dynamo/wire.ts';
import { settleCosts } from './settle-costs.ts';

/** The state of one sweep: each brand's lead days, read once, the longest delay so far, and the counts. */
export type Visits = {
  leads: Map<string, readonly number[]>;
  latestMs: number;
  tally: { visited: number; expired: number; announced: number; left: number };
};

type Visit = DueEntry & { previous: License; due: Due };

/** Two items each, of at most 100 in a transaction. */
const AT_ONCE = 25;
/** A license that changes all the time must not delay 24 others. */
const TOGETHER_MS = 5_000;
const ALONE_MS = 5_000;
const TRIES_ALONE = 5;

export function openVisits(): Visits {
  return { leads: new Map(), latestMs: 0, tally: { visited: 0, expired: 0, announced: 0, left: 0 } };
}

/**
 * Reads the licenses of an index page, consistently, and writes their due changes. The index trails: a license that is
 * no longer due is skipped.
 */
export async function visitPage(ctx: JobContext, visits: Visits, entries: readonly DueEntry[]): Promise<void> {
  const table = ctx.table(...new Set(entries.map(({ brand }) => brand)));
  await readLeads(table, visits, entries);
  const itemAt = await readItems(
    table,
    entries.map(({ key }) => key),
  );
  const isToRecount = ({ key }: DueEntry): boolean => typeof itemAt(key)?.['recount_at'] === 'string';
  await recountEach(ctx, table, visits, entries.filter(isToRecount));
  const others = entries.filter((entry) => !isToRecount(entry));
  const due = others.flatMap((entry) => visitOf(ctx, visits, entry, itemAt(entry.key)) ?? []);
  for (let from = 0; from < due.length && !ctx.stop.aborted; from += AT_ONCE) {
    const batch = due.slice(from, from + AT_ONCE);
    if (await writeTogether(ctx, table, batch)) for (const visit of batch) count(ctx, visits, visit);
    else await visitEach(ctx, table, visits, batch);
  }
}

/** Sites are left whose cost has to be decided. What else is due of their licenses is found by the next sweep. */
async function recountEach(ctx: JobContext, table: Table, visits: Visits, entries: readonly DueEntry[]): Promise<void> {
  for (const entry of entries) {
    if (ctx.stop.aborted) return;
    try {
      await settleCosts(ctx, table, entry);
      visits.tally.visited += 1;
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      leave(ctx, visits.tally, entry, error);
    }
  }
}

async function readLeads(table: Table, { leads }: Visits, entries: readonly DueEntry[]): Promise<void> {
  const unknown = [...new Set(entries.map(({ brand }) => brand))].filter((brand) => !leads.has(brand));
  if (unknown.length === 0) return;
  const itemAt = await readItems(table, unknown.map(keys.brand));
  for (const brand of unknown) {
    const item = itemAt(keys.brand(brand));
    leads.set(brand, (item && parseBrandItem(item).settings.expiring_lead_days) ?? DEFAULT_LEAD_DAYS);
  }
}

/** An item that cannot be read is logged and left; it must not block the others. */
function visitOf(
  ctx: JobContext,
  { leads, tally }: Visits,
  entry: DueEntry,
  item: Item | undefined,
): Visit | undefined {
  if (item === undefined) return undefined;
  try {
    const previous = parseLicenseItem(item);
    const lead = required(leads.get(entry.brand), 'the lead of a visited brand is read');
    const due = whatIsDue(previous, lead, ctx.now());
    return due && { ...entry, previous, due };
  } catch (error) {
    leave(ctx, tally, entry, error);
    return undefined;
  }
}

/** False when a license has changed meanwhile or the transaction failed. Throws only when the table is unavailable. */
async function writeTogether(ctx: JobContext, table: Table, batch: readonly Visit[]): Promise<boolean> {
  const signal = deadline(TOGETHER_MS, table.signal);
  try {
    const writes = batch.flatMap((visit) => writesOf(ctx, visit));
    return (await transact({ ...table, signal }, writes)).kind === 'done';
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    return false;
  }
}

async function visitEach(ctx: JobContext, table: Table, visits: Visits, entries: readonly DueEntry[]): Promise<void> {
  for (const entry of entries) {
    if (ctx.stop.aborted) return;
    await visitAlone(ctx, table, visits, entry);
  }
}

/** Reads and decides again each time another writer was faster: a concurrent sweep, a renewal or an activation. */
async function visitAlone(ctx: JobContext, table: Table, visits: Visits, entry: DueEntry): Promise<void> {
  const signal = deadline(ALONE_MS, table.signal);
  const patient = { ...table, signal };
  try {
    for (let attempt = 1; attempt <= TRIES_ALONE; attempt += 1) {
      const [item] = await getMany(table, [entry.key]);
      const visit = visitOf(ctx, visits, entry, item);
      if (visit === undefined) return;
      if ((await transact(patient, writesOf(ctx, visit))).kind === 'done') {
        count(ctx, visits, visit);
        return;
      }
      await pauseForOthers(patient, attempt);
    }
    throw new Contention('others kept changing the license');
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    leave(ctx, visits.tally, entry, error);
  }
}

/** The key's hash identifies the license for an operator who looks for it, and reveals nothing to anyone else. */
function leave(ctx: JobContext, tally: Visits['tally'], { key }: DueEntry, error: unknown): void {
  tally.left += 1;
  ctx.logger.error({
    event: 'sweep.license_left',
    message: 'a due license was not processed, and the next sweep retries it',
    key: key.pk,
    error: redact(errorText(error)),
  });
}

function count(ctx: JobContext, visits: Visits, { previous, due: { event } }: Visit): void {
  const { tally } = visits;
  tally.visited += 1;
  if (event !== null && previous.due_at !== null)
    visits.latestMs = Math.max(visits.latestMs, ctx.now() - parseMs(previous.due_at));
  if (event === 'license.expired') tally.expired += 1;
  if (event === 'license.expiring') tally.announced += 1;
}

function writesOf(ctx: JobContext, { brand, previous, due }: Visit): Write<Retry>[] {
  if (due.event === null) return [moveDue(brand, previous, due.license, retry)];
  const nowMs = ctx.now();
  const license = nextVersion(due.license, nowMs);
  const { expires_at } = license;
  return [
    putChangedLicense(brand, license, retry),
    journalWrite(
      { brand, actor: { type: 'system', id: 'sweep-due' }, requestId: ctx.requestId, nowMs },
      {
        type: due.event,
        entity: { type: 'license', id: license.id },
        seq: license.seq,
        notBefore: previous.updated_at,
        before: null,
        after: due.event === 'license.expiring' ? { expires_at, lead_days: due.lead_days } : { expires_at },
        license: pickLicenseFields(license),
      },
    ),
  ];
}
