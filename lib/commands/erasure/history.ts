import { ERASED, erasedEntry, erasedMetadata } from '../../domain/erasure.ts';
import type { BrandContext } from '../../context.ts';
import { putErasedActivation, refusedCallsAt, seatsIn } from '../../table/activations.ts';
import { allLicensesOf, licensesThatLeft, type Customer } from '../../table/customers.ts';
import { concerns, journalOf, putErasedEntry, type JournalEntry } from '../../table/journal.ts';
import { keys, type Key } from '../../table/keys.ts';
import { licenseKeyOf } from '../../table/license-keys.ts';
import { licenseOf } from '../../table/licenses.ts';
import { getOne } from '../../table/table.ts';
import { transact } from '../../table/transact.ts';
import { writeWithin, type Tally } from './tally.ts';

/** One read brings 1 MB at most, some thousand entries. */
const PAGE = 1000;
const AT_ONCE = 50;

/**
 * Overwrites the free text of a person's activations and then of their history, of licenses given away too. In this order: what an activation says
 * goes into the entry of its next change. What is overwritten already is passed over. False when the call has no more left.
 */
export async function overwriteHistory(ctx: BrandContext, customer: Customer, tally: Tally): Promise<boolean> {
  const brand = ctx.brand.key_prefix;
  const held = await allLicensesOf(ctx.table, brand, customer.home);
  const left = await licensesThatLeft(ctx.table, brand, customer.home);
  for (const { anchor } of [...held, ...left]) await dropRefusedCalls(ctx, anchor);
  for (const { license_id, anchor } of held) {
    const item = await getOne(ctx.table, keys.license(brand, anchor));
    const license = item && licenseOf(item);
    if (license?.customer_home === customer.home && !(await overwriteSeats(ctx, tally, anchor, license.seat_set)))
      return false;
    if (!(await overwriteEntries(ctx, tally, license_id, (entry) => concerns(entry, customer.id)))) return false;
  }
  for (const { license_id, anchor, seat_set } of left) {
    if (seat_set !== undefined && !(await overwriteSeats(ctx, tally, anchor, seat_set))) return false;
    if (!(await overwriteEntries(ctx, tally, license_id, (entry) => concerns(entry, customer.id)))) return false;
  }
  for (const keyHome of new Set([...held, ...left].map(({ key_home }) => key_home))) {
    const key = await getOne(ctx.table, keys.licenseKey(brand, keyHome));
    if (key && !(await overwriteEntries(ctx, tally, licenseKeyOf(key).id, () => true))) return false;
  }
  return overwriteEntries(ctx, tally, customer.id, () => true);
}

/** Refused calls name an instance. They are notes for support that live some days: dropped, whoever had the license when they were made. */
async function dropRefusedCalls(ctx: BrandContext, anchor: string): Promise<void> {
  for (;;) {
    const found = await refusedCallsAt(ctx.table, ctx.brand.key_prefix, anchor, AT_ONCE);
    if (found.length === 0) return;
    await transact<never>(
      ctx.table,
      found.map((key) => ({ remove: key })),
    );
  }
}

async function overwriteSeats(ctx: BrandContext, tally: Tally, anchor: string, seatSet: number): Promise<boolean> {
  let after: Key | undefined;
  do {
    const page = await seatsIn(ctx.table, ctx.brand.key_prefix, anchor, seatSet, { limit: PAGE, after });
    const writes = page.seats
      .filter(({ activation: { instance_identifier } }) => instance_identifier !== ERASED)
      .map(({ key, activation }) =>
        putErasedActivation(key, { instance_identifier: ERASED, metadata: erasedMetadata(activation.metadata) }),
      );
    if (!(await writeWithin(ctx.table, tally, 'activations', writes))) return false;
    after = page.last;
  } while (after !== undefined);
  return true;
}

async function overwriteEntries(
  ctx: BrandContext,
  tally: Tally,
  entityId: string,
  isTheirs: (entry: JournalEntry) => boolean,
): Promise<boolean> {
  const brand = ctx.brand.key_prefix;
  let after: Key | undefined;
  do {
    const page = await journalOf(ctx.table, brand, entityId, { limit: PAGE, after, oldestFirst: true });
    const writes = page.entries.filter(isTheirs).flatMap((entry) => {
      const { request_id, reason, before, after: changed } = entry;
      const told = { request_id, reason, before, after: changed };
      const erased = erasedEntry(told);
      return JSON.stringify(erased) === JSON.stringify(told) ? [] : [putErasedEntry(brand, entry, erased)];
    });
    if (!(await writeWithin(ctx.table, tally, 'journal_entries', writes))) return false;
    after = page.last;
  } while (after !== undefined);
  return true;
}
