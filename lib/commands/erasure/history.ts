import { pick } from '../../domain/pick.ts';
import { ERASED, erasedEntry, erasedMetadata, withMetadata, type ErasableEntry } from '../../domain/erasure.ts';
import type { BrandContext } from '../../context.ts';
import { readRefusedCallKeys, readSeats } from '../../table/activation-lists.ts';
import { putErasedActivation } from '../../table/activations.ts';
import type { Customer, LicenseThatLeft } from '../../table/customers.ts';
import {
  concerns,
  parseJournalItem,
  putErasedEntry,
  readJournalItems,
  type JournalEntry,
} from '../../table/journal.ts';
import { isArchived } from '../../table/archived-history.ts';
import { keys } from '../../table/keys.ts';
import { dropMetadata } from '../../table/metadata-hashes.ts';
import { transact } from '../../dynamo/transact.ts';
import { writeCounted, type Tally } from './tally.ts';

const PAGE = 100;
const AT_ONCE = 50;

/**
 * One page of items to overwrite, after a sort key. A step returns the sort key of the next page, or undefined at the
 * end.
 */
export type Page = { after: string | undefined; tally: Tally };

/**
 * Deletes the notes about refused calls, which name an instance. They serve support for some days, so all of them go.
 */
export async function dropRefusedCalls(
  ctx: BrandContext,
  anchor: string,
  { tally }: Page,
): Promise<string | undefined> {
  const found = await readRefusedCallKeys(ctx.table, ctx.brand.key_prefix, anchor, AT_ONCE);
  if (found.length === 0) return undefined;
  await transact<never>(
    ctx.table,
    found.map((key) => ({ remove: key })),
  );
  tally.writesLeft -= found.length;
  return found.at(-1)?.sk;
}

/**
 * Overwrites activations. Runs before the license's history: an entry of a later change would repeat the activation.
 */
export async function overwriteSeats(
  ctx: BrandContext,
  { anchor, seatSet }: { anchor: string; seatSet: number },
  { after, tally }: Page,
): Promise<string | undefined> {
  const brand = ctx.brand.key_prefix;
  const { pk } = keys.license(brand, anchor);
  const from = after === undefined ? undefined : { pk, sk: after };
  const page = await readSeats(ctx.table, brand, anchor, seatSet, { limit: PAGE, after: from });
  const writes = page.seats
    .filter(({ activation: { instance_identifier } }) => instance_identifier !== ERASED)
    .map(({ key, activation }) =>
      putErasedActivation(key, {
        instance_identifier: ERASED,
        masked_identifier: ERASED,
        metadata: erasedMetadata(activation.metadata),
      }),
    );
  await writeCounted(ctx.table, tally, 'activations', writes);
  return page.last?.sk;
}

type Erase = (entry: JournalEntry) => ErasableEntry;

/**
 * Overwrites the free text of entries and skips those that are overwritten already. Archived ones come back into the
 * table.
 */
export async function overwriteEntries(
  ctx: BrandContext,
  entityId: string,
  { after, tally }: Page,
  erase: Erase = erasedEntry,
): Promise<string | undefined> {
  const brand = ctx.brand.key_prefix;
  const from = after === undefined ? undefined : { pk: keys.address(brand, entityId).pk, sk: after };
  const page = await readJournalItems(ctx.table, brand, entityId, { limit: PAGE, after: from });
  const writes = page.items.flatMap((item) => {
    const entry = parseJournalItem(item);
    const erased = erase(entry);
    const isSame = !isArchived(item) && JSON.stringify(erased) === JSON.stringify(erasableOf(entry));
    return isSame ? [] : [putErasedEntry(item, erased)];
  });
  await writeCounted(ctx.table, tally, 'journal_entries', writes);
  return page.last?.sk;
}

const erasableOf = (entry: JournalEntry): ErasableEntry => pick(['request_id', 'reason', 'before', 'after'], entry);

/** Removes all free text from the entries of a person, and the person's metadata from those of later holders. */
export function erasedFor(
  ctx: BrandContext,
  customer: Customer,
  { license_id, metadata_hashes }: Pick<LicenseThatLeft, 'license_id' | 'metadata_hashes'>,
): Erase {
  const hashes = new Set(metadata_hashes);
  return (entry) =>
    concerns(entry, customer.id)
      ? erasedEntry(entry)
      : withMetadata(erasableOf(entry), (metadata) => dropMetadata(ctx.vault, license_id, metadata, hashes));
}
