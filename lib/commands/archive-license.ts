import type { License } from '../domain/license.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildArchiveText, findMissing } from '../dynamo/archived-items.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { transact } from '../dynamo/transact.ts';
import type { JobContext } from '../job.ts';
import { BrokenArchive } from '../process/broken-archive.ts';
import { computeSha256, type HistoryBucket } from '../process/history-bucket.ts';
import {
  checkNotStopped,
  isArchived,
  isStopped,
  putArchivedEntry,
  putFinishedPart,
  putNewPart,
  readArchivedParts,
  removePart,
  type ArchivedPart,
  type PartInHand,
} from '../table/archived-history.ts';
import { readJournalItems } from '../table/journal.ts';
import { archiveKeys, keys } from '../table/keys.ts';
import { checkSameLicense, parseLicenseAddress, parseLicenseItem } from '../table/licenses.ts';

export type ArchiveContext = Pick<JobContext, 'table' | 'now' | 'stop'> & {
  bucket: HistoryBucket;
  /** Saves that the object of a part may be there from now on. */
  take: (part: PartInHand) => Promise<void>;
};

/** The entries of one object. It bounds the memory of who reads one of them. */
const PART = 500;
/** Together with the stop of the archive, the most that a transaction may write. */
const AT_ONCE = 99;

type Moved = { kind: 'moved'; entries: number } | { kind: 'left' };
const LEFT = { kind: 'left' } as const;
const left = (): typeof LEFT => LEFT;

/**
 * Archives the history of a cancelled license that nothing changed since `before`, all but its first and last entry: a
 * part at a time, first its object and then its entries. Continues a run that died. `left` means that the license
 * changed, or that an erasure stopped the archive.
 */
export async function archiveLicense(
  ctx: ArchiveContext,
  brand: string,
  licenseId: string,
  before: string,
): Promise<Moved> {
  const license = await findLicense(ctx.table(brand), brand, licenseId);
  if (license?.status !== 'cancelled' || license.updated_at > before) return LEFT;
  if (await isStopped(ctx.table(brand), brand, licenseId)) return LEFT;
  let entries = 0;
  let from = 2;
  for (const part of await readArchivedParts(ctx.table(brand), brand, licenseId)) {
    if (part.state === 'moving') {
      const moved = await continuePart(ctx, brand, part);
      if (moved.kind === 'left') return LEFT;
      if (moved.kind === 'dropped') break;
      entries += moved.entries;
    }
    from = part.to + 1;
  }
  while (from < license.seq && !ctx.stop.aborted) {
    const items = await readEntries(ctx.table(brand), brand, { license_id: licenseId, from, to: license.seq - 1 });
    const part = await beginPart(ctx, brand, license, { from, items });
    if (part === undefined || (await movePart(ctx, brand, part, items)).kind === 'left') return LEFT;
    entries += items.length;
    from = part.to + 1;
  }
  return { kind: 'moved', entries };
}

async function findLicense(table: Table, brand: string, id: string): Promise<License | undefined> {
  const address = parseLicenseAddress(await getOne(table, keys.address(brand, id)));
  const item = address && (await getOne(table, keys.license(brand, address.anchor)));
  return item && parseLicenseItem(item);
}

type Span = Pick<ArchivedPart, 'license_id' | 'from' | 'to'>;

/** The entries of a span, at most those of one part. */
async function readEntries(table: Table, brand: string, { license_id, from, to }: Span): Promise<Item[]> {
  const after = keys.journal(brand, license_id, from - 1);
  const { items } = await readJournalItems(table, brand, license_id, { limit: Math.min(PART, to - from + 1), after });
  return items.filter(({ sk }) => String(sk) <= keys.journal(brand, license_id, to).sk);
}

/** Names the object of a part before it is written. Undefined if the license changed or the archive was stopped. */
async function beginPart(
  ctx: ArchiveContext,
  brand: string,
  license: License,
  { from, items }: { from: number; items: readonly Item[] },
): Promise<ArchivedPart | undefined> {
  const to = from + items.length - 1;
  if (items.length === 0 || items.some(({ seq }, i) => seq !== from + i))
    throw new Error(`the history of license ${license.id} has a gap`);
  const sha256 = computeSha256(buildArchiveText(items));
  const begun_at = isoSeconds(ctx.now());
  const part: ArchivedPart = { license_id: license.id, from, to, sha256, state: 'moving', begun_at };
  const written = await transact(ctx.table(brand), [
    putNewPart(brand, part, left),
    checkSameLicense(brand, license, left),
    checkNotStopped(brand, license.id, left),
  ]);
  return written.kind === 'done' ? part : undefined;
}

/** Continues a part of a run that died. One without its object is dropped: nothing of it was moved. */
async function continuePart(
  ctx: ArchiveContext,
  brand: string,
  part: ArchivedPart,
): Promise<Moved | { kind: 'dropped' }> {
  const { license_id } = part;
  // Fails if an entry was moved whose object is missing.
  const items = await readEntries(ctx.table(brand), brand, part);
  if (await hasObject(ctx, brand, part)) return movePart(ctx, brand, part, items);
  const dropped = await transact(ctx.table(brand), [removePart(brand, part), checkNotStopped(brand, license_id, left)]);
  return dropped.kind === 'done' ? { kind: 'dropped' } : LEFT;
}

async function hasObject(
  { bucket, table }: ArchiveContext,
  brand: string,
  { license_id, sha256 }: ArchivedPart,
): Promise<boolean> {
  try {
    await bucket.read(archiveKeys.stop(brand, license_id).pk, sha256, table(brand).signal);
    return true;
  } catch (error) {
    if (error instanceof BrokenArchive) return false;
    throw error;
  }
}

/** Writes the object, reads it back, and only then takes the entries out of the table. */
async function movePart(
  ctx: ArchiveContext,
  brand: string,
  part: ArchivedPart,
  items: readonly Item[],
): Promise<Moved> {
  const { license_id, sha256 } = part;
  const { pk } = archiveKeys.stop(brand, license_id);
  const { signal } = ctx.table(brand);
  const whole = items.filter((item) => !isArchived(item));
  if (whole.length === items.length) {
    await ctx.take({ brand, license_id, sha256 });
    await ctx.bucket.put(pk, buildArchiveText(items), signal);
  }
  assertSame(await ctx.bucket.read(pk, sha256, signal), whole);
  for (let from = 0; from < whole.length; from += AT_ONCE) {
    const writes = whole.slice(from, from + AT_ONCE).map((item) => putArchivedEntry(item, sha256, left));
    const written = await transact(ctx.table(brand), [checkNotStopped(brand, license_id, left), ...writes]);
    if (written.kind === 'left') return LEFT;
  }
  const finished = await transact(ctx.table(brand), [
    putFinishedPart(brand, part, left),
    checkNotStopped(brand, license_id, left),
  ]);
  return finished.kind === 'done' ? { kind: 'moved', entries: items.length } : LEFT;
}

/** An entry leaves the table only if its object has all of it. */
function assertSame(text: string, whole: readonly Item[]): void {
  const missing = findMissing(text, whole);
  if (missing !== undefined) throw new Error(`the archive has another ${missing} than the table`);
}
