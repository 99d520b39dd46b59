import { nextVersion } from '../domain/next-version.ts';
import type { License } from '../domain/license.ts';
import { retry, done, type Outcome } from '../dynamo/outcome.ts';
import { query } from '../dynamo/query.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Item, Table } from '../dynamo/table.ts';
import { transact } from '../dynamo/transact.ts';
import { difference, journalWrite, readJournal } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseItem, pickLicenseFields, putChangedLicense } from '../table/licenses.ts';

export type MendContext = { requestId: string; nowMs: number; table: Table };

/** `gone`: a part of a new license arrived, and the license itself did not. */
export type Mended = 'whole' | 'mended' | 'gone';

const PAGE = 1_000;
const REASON = 'Mended after a failover: a part of a change did not arrive in this region.';

/**
 * Makes a license agree with its activations and its history after a transaction was replicated in part. A seat that
 * was granted stays granted, even past the limit. The next number is past every one that arrived, so no later change
 * meets an entry that is there already.
 */
export async function mendLicense(ctx: MendContext, brand: string, anchor: string): Promise<Mended> {
  return retrying(ctx.table, async (): Promise<Outcome<Mended>> => {
    const { license, counted, seatSeq } = await readPartition(ctx.table, brand, anchor);
    if (license === undefined) return done('gone');
    const { entries } = await readJournal(ctx.table, brand, license.id, { limit: 1 });
    const seq = Math.max(license.seq, seatSeq, entries[0]?.seq ?? 0);
    const isWhole =
      seq === license.seq && counted.seats === license.seats_used && counted.staging === license.staging_used;
    if (isWhole) return done('whole');
    const counters = { seats_used: counted.seats, staging_used: counted.staging };
    const mended = nextVersion({ ...license, ...counters, seq }, ctx.nowMs);
    const written = await transact(ctx.table, [
      putChangedLicense(brand, mended, retry, license.seq),
      journalWrite(
        { brand, actor: { type: 'system', id: 'failover' }, requestId: ctx.requestId, nowMs: ctx.nowMs },
        {
          type: 'license.updated',
          entity: { type: 'license', id: license.id },
          seq: mended.seq,
          reason: REASON,
          notBefore: entries[0]?.occurred_at ?? license.updated_at,
          license: pickLicenseFields(mended),
          ...difference(pickLicenseFields(license), pickLicenseFields(mended)),
        },
      ),
    ]);
    return written.kind === 'done' ? done('mended') : written;
  });
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
    ({ sk, status }) => status === 'active' && String(sk).startsWith(`seat#${license?.seat_set ?? 0}#`),
  );
  const count = (field: string): number => active.filter(({ [field]: takes }) => takes === true).length;
  return {
    license,
    counted: { seats: count('takes_seat'), staging: count('free_staging') },
    seatSeq: Math.max(0, ...seats.map(({ seq }) => Number(seq))),
  };
}
