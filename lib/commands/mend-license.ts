import { nextVersion } from '../domain/next-version.ts';
import { findLatest, parseMs } from '../domain/time.ts';
import type { License } from '../domain/license.ts';
import { findMissingEntries, type MissingEntry } from '../events/missing-entries.ts';
import { retry, done, type Outcome } from '../dynamo/outcome.ts';
import { query } from '../dynamo/query.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Item, Table } from '../dynamo/table.ts';
import { commit, transact, type Write } from '../dynamo/transact.ts';
import { difference, journalWrite, readJournal, type Author, type JournalEntry } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseItem, pickLicenseFields, putChangedLicense } from '../table/licenses.ts';

export type MendContext = { requestId: string; nowMs: number; table: Table };

/** `gone`: a part of a new license arrived, and the license itself did not. */
export type Mended = 'whole' | 'mended' | 'gone';

const PAGE = 1_000;
const ENTRIES_AT_ONCE = 50;
const REASON = 'Mended after a failover: a part of a change did not arrive in this region.';

/**
 * Makes a license agree with its activations and its history after a transaction was replicated in part. A granted seat
 * stays granted, even past the limit. Missing entries are written, because counters stop at a gap, and the next number
 * is past every one that arrived.
 */
export async function mendLicense(ctx: MendContext, brand: string, anchor: string): Promise<Mended> {
  const author: Author = {
    brand,
    actor: { type: 'system', id: 'failover' },
    requestId: ctx.requestId,
    nowMs: ctx.nowMs,
    reason: REASON,
  };
  return retrying(ctx.table, async (): Promise<Outcome<Mended>> => {
    const { license, counted, seatSeq } = await readPartition(ctx.table, brand, anchor);
    if (license === undefined) return done('gone');
    const entries = await readHistory(ctx.table, brand, license.id);
    const seq = Math.max(license.seq, seatSeq, entries.at(-1)?.seq ?? 0);
    const { missing, last } = findMissingEntries(entries, { ...license, fields: pickLicenseFields(license) }, seq);
    for (let from = 0; from < missing.length; from += ENTRIES_AT_ONCE)
      await transact<never>(
        ctx.table,
        missing.slice(from, from + ENTRIES_AT_ONCE).map((filled) => writeFilled(author, filled)),
      );
    const isWhole =
      seq === license.seq && counted.seats === license.seats_used && counted.staging === license.staging_used;
    if (isWhole) return done(missing.length === 0 ? 'whole' : 'mended');
    const counters = { seats_used: counted.seats, staging_used: counted.staging };
    const updated_at = findLatest(license.updated_at, entries.at(-1)?.occurred_at);
    const mended = nextVersion({ ...license, ...counters, seq, updated_at }, ctx.nowMs);
    return commit(ctx.table, 'mended', [
      putChangedLicense(brand, mended, retry, license.seq),
      writeFilled(author, { seq: mended.seq, at: mended.updated_at, before: last, after: pickLicenseFields(mended) }),
    ]);
  });
}

/** The number of sites that came is seen by their seats alone. */
function writeFilled(author: Author, { seq, at, before, after }: MissingEntry): Write<never> {
  const changed = seq === 1 ? { before: null, after } : difference(before, after);
  const added = after.seats_used - before.seats_used;
  return journalWrite(
    { ...author, nowMs: parseMs(at) },
    {
      type: 'license.updated',
      entity: { type: 'license', id: after.id },
      seq,
      notBefore: at,
      license: after,
      before: changed.before,
      after: added === 0 ? changed.after : { ...changed.after, activations_added: added },
    },
  );
}

/** The whole history of a license, oldest first. */
async function readHistory(table: Table, brand: string, id: string): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  let after: Key | undefined;
  do {
    const page = await readJournal(table, brand, id, { limit: PAGE, after, oldestFirst: true });
    all.push(...page.entries);
    after = page.last;
  } while (after !== undefined);
  return all;
}

type Counted = { seats: number; staging: number };

/** All activations of a license, page by page, with the license: they are in one partition. */
async function readPartition(
  table: Table,
  brand: string,
  anchor: string,
): Promise<{ license: License | undefined; counted: Counted; seatSeq: number }> {
  const { pk } = keys.license(brand, anchor);
  const found: Item[] = [];
  let after: Key | undefined;
  do {
    const page = await query(table, { pk, limit: PAGE, after });
    found.push(...page.items);
    after = page.last;
  } while (after !== undefined);
  const item = found.find(({ sk }) => sk === 'license');
  const license = item && parseLicenseItem(item);
  const seats = found.filter(({ sk }) => String(sk).startsWith('seat#'));
  const active = seats.filter(
    ({ sk, status }) => status === 'active' && String(sk).startsWith(`seat#${String(license?.seat_set)}#`),
  );
  const count = (field: string): number => active.filter(({ [field]: takes }) => takes === true).length;
  return {
    license,
    counted: { seats: count('takes_seat'), staging: count('free_staging') },
    // Activations of older versions have no number.
    seatSeq: Math.max(0, ...seats.map(({ seq }) => Number(seq ?? 0))),
  };
}
