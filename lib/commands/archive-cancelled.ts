import { monthsBefore } from '../domain/duration.ts';
import { redact } from '../domain/redact.ts';
import { dayAfter, isoSeconds } from '../domain/time.ts';
import { isTemporary } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import type { JournalEntry } from '../events/entry.ts';
import type { JobContext } from '../job.ts';
import { errorText } from '../process/error-text.ts';
import type { HistoryBucket } from '../process/history-bucket.ts';
import {
  isStopped,
  readArchivedParts,
  readArchiveMark,
  writeArchiveMark,
  type ArchiveMark,
  type PartInHand,
} from '../table/archived-history.ts';
import { brandPrefixes } from '../table/brands.ts';
import { firstDay } from '../table/due.ts';
import { journalBetween } from '../table/journal-days.ts';
import { archiveKeys, PLATFORM } from '../table/keys.ts';
import { archiveLicense } from './archive-license.ts';

/** `left` counts what could not be archived: a line names each license, or what was unavailable. */
export type ArchivedRun = { licenses: number; entries: number; left: number; finished: boolean };

type RunContext = JobContext & { bucket: HistoryBucket; afterMonths: number | undefined };

/** A run, its result so far, and its progress as it is saved. */
type Run = { ctx: RunContext; before: string; mark: ArchiveMark; done: ArchivedRun };

/** Quiet days are cheap to read again: they are not worth a write each. */
const DAYS_BETWEEN_MARKS = 100;

/**
 * Archives the histories of licenses that were cancelled `afterMonths` ago, day by day from the first one on, in every
 * brand. Ends early when time is up, or when the table or the bucket is unavailable; the next run continues.
 */
export async function archiveCancelled(ctx: RunContext): Promise<ArchivedRun> {
  const done: ArchivedRun = { licenses: 0, entries: 0, left: 0, finished: false };
  if (ctx.afterMonths === undefined) return { ...done, finished: true };
  const before = monthsBefore(isoSeconds(ctx.now()), ctx.afterMonths);
  try {
    const mark = (await readArchiveMark(ctx.table)) ?? (await buildFirstMark(ctx));
    const run: Run = { ctx, before, mark, done };
    await finishHand(run);
    done.finished = await archiveDays(run);
    await save(run);
  } catch (error) {
    if (!isTemporary(error)) throw error;
    done.left += 1;
    ctx.logger.error({ event: 'archive.stopped', message: 'the archive stopped early', error: errorText(error) });
  }
  ctx.measure('archive_left', done.left);
  if (done.licenses + done.left > 0 || !done.finished)
    ctx.logger.info({ event: 'archive.run', message: 'histories of cancelled licenses were archived', ...done });
  return done;
}

async function buildFirstMark({ table, now }: RunContext): Promise<ArchiveMark> {
  const day = (await firstDay(table)) ?? isoSeconds(now()).slice(0, 10);
  return { day, brand: '', in_hand: [] };
}

const save = ({ ctx, mark }: Run): Promise<void> => writeArchiveMark(ctx.table, mark);

/**
 * Looks at the parts of a run that died, and at those that an erasure took out of its hand. The object of the latter
 * may have been written after the erasure had removed it.
 */
async function finishHand(run: Run): Promise<void> {
  const { ctx, before, mark } = run;
  const { in_hand } = mark;
  for (const part of in_hand) {
    const { brand, license_id, sha256 } = part;
    const table = ctx.table(brand);
    if (await isStopped(table, brand, license_id)) {
      const parts = await readArchivedParts(table, brand, license_id);
      // The erasure is not finished yet, and reads the object.
      if (parts.some((one) => one.sha256 === sha256)) continue;
      await ctx.bucket.remove(archiveKeys.stop(brand, license_id).pk, sha256, table.signal);
      release(mark, license_id);
    } else await archiveOne(run, brand, license_id, before);
  }
  if (in_hand.length > 0) await save(run);
}

function release(mark: ArchiveMark, licenseId: string): void {
  mark.in_hand = mark.in_hand.filter(({ license_id }) => license_id !== licenseId);
}

/** False when time is up. Only days that are wholly over by then are looked at. */
async function archiveDays(run: Run): Promise<boolean> {
  const { ctx, before, mark } = run;
  const brands = await listBrands(ctx);
  for (let days = 1; mark.day < before.slice(0, 10); days += 1) {
    for (const brand of brands) {
      if (brand <= mark.brand) continue;
      if (!(await archiveDay(run, brand))) return false;
      mark.brand = brand;
    }
    mark.day = dayAfter(mark.day, 1);
    mark.brand = '';
    if (days % DAYS_BETWEEN_MARKS === 0) await save(run);
  }
  return true;
}

async function listBrands({ table }: RunContext): Promise<string[]> {
  const found: string[] = [];
  let after: Key | undefined;
  do {
    const { prefixes, last } = await brandPrefixes(table(PLATFORM), { limit: 1_000, after });
    found.push(...prefixes);
    after = last;
  } while (after !== undefined);
  return found.sort();
}

/** Every change of a cancelled license is looked at, as the last one may be an erasure or a freed site. */
async function archiveDay(run: Run, brand: string): Promise<boolean> {
  const { ctx, before, mark } = run;
  const [from, to] = [`${mark.day}T00:00:00Z`, `${mark.day}T23:59:59Z`];
  for await (const { entries } of journalBetween(() => ctx.table(brand), brand, from, to)) {
    const changed = entries.flatMap((found) =>
      found.kind === 'entry' && isOfCancelled(found.entry) ? found.entry : [],
    );
    for (const id of new Set(changed.map(({ entity }) => entity.id))) {
      if (ctx.stop.aborted) return false;
      await archiveOne(run, brand, id, before);
    }
  }
  return !ctx.stop.aborted;
}

const isOfCancelled = ({ entity, after, license }: JournalEntry): boolean =>
  entity.type === 'license' && (after?.['status'] ?? license?.status) === 'cancelled';

/** A history that cannot be archived must not keep the others from it. */
async function archiveOne(run: Run, brand: string, licenseId: string, before: string): Promise<void> {
  const { ctx, mark, done } = run;
  const take = async (part: PartInHand): Promise<void> => {
    release(mark, licenseId);
    mark.in_hand = [...mark.in_hand, part];
    await save(run);
  };
  try {
    const moved = await archiveLicense({ ...ctx, take }, brand, licenseId, before);
    if (moved.kind === 'left') return;
    release(mark, licenseId);
    if (moved.entries > 0) done.licenses += 1;
    done.entries += moved.entries;
  } catch (error) {
    if (isTemporary(error)) throw error;
    done.left += 1;
    ctx.logger.error({
      event: 'archive.license_left',
      message: 'the history of a license was not archived',
      brand,
      license_id: licenseId,
      error: redact(errorText(error)),
    });
  }
}
