import { dayAfter, isoSeconds } from '../domain/time.ts';
import type { JobContext } from '../job.ts';
import { readDueDay, dueShards, firstDay, readMark, writeMark } from '../table/due.ts';
import type { Key } from '../dynamo/schema.ts';
import { isTemporary } from '../dynamo/retrying.ts';
import { errorText } from '../process/error-text.ts';
import { openVisits, visitPage, type Visits } from './sweep-visit.ts';

/**
 * The result of a sweep. `visited` counts licenses that were due, announced or only moved on; `left` counts licenses
 * that could not be written or read; their day stays open. `finished` means that nothing due is left.
 */
export type Swept = { visited: number; expired: number; announced: number; left: number; finished: boolean };

/** The number of concurrent walks. Each keeps one page of licenses in memory, so this also bounds the memory. */
const WORKERS = 8;
const PAGE = 100;

/**
 * Announces licenses that expire soon or have expired, of all brands: everything due up to now, from the oldest
 * unfinished day on. Each license, expiry and lead is announced once, even by concurrent sweeps. Ends early when time
 * is up or the table is unavailable; the next run continues.
 */
export async function sweepDue(ctx: JobContext): Promise<Swept> {
  const visits = openVisits();
  let finished = false;
  try {
    finished = await sweepDays(ctx, visits);
  } catch (error) {
    if (!isTemporary(error)) throw error;
    ctx.logger.error({ event: 'sweep.stopped', message: 'the sweep stopped early', error: errorText(error) });
  }
  const swept = { ...visits.tally, finished: finished && visits.tally.left === 0 };
  measureSweep(ctx, swept, visits.latestMs);
  if (swept.visited > 0 || !swept.finished) ctx.logger.info({ event: 'sweep.run', message: 'the sweep ran', ...swept });
  return swept;
}

/**
 * Each run logs its delay and whether it finished, as a missing line means trouble. It logs its counts only if it did
 * something.
 */
function measureSweep({ measure }: JobContext, { expired, announced, left, finished }: Swept, latestMs: number): void {
  measure('sweep_lag_seconds', latestMs / 1000);
  measure('sweep_unfinished', finished ? 0 : 1);
  if (expired + announced > 0) measure('sweep_announced', expired + announced);
  if (left > 0) measure('sweep_left', left);
}

/** Yesterday is always among the days: indexes lag, and a clock that is behind writes into yesterday. */
async function sweepDays(ctx: JobContext, visits: Visits): Promise<boolean> {
  const until = isoSeconds(ctx.now());
  const today = until.slice(0, 10);
  const yesterday = dayAfter(today, -1);
  const mark = await openMark(ctx, yesterday);
  const { tally } = visits;
  for (let date = earlier(mark.day, yesterday); date <= today; date = dayAfter(date, 1)) {
    const before = { ...tally };
    if (!(await sweepDay(ctx, visits, date, until))) {
      await mark.save();
      return false;
    }
    mark.done(date, tally.left > before.left);
    // Days without due licenses are cheap to read again: they are not worth a write each.
    if (date === today || tally.visited > before.visited) await mark.save();
  }
  return true;
}

/** The oldest unfinished day. It stays on a day with licenses left, and on today, which is never over. */
async function openMark(ctx: JobContext, yesterday: string) {
  let saved = await readMark(ctx.table);
  let isHeld = false;
  const mark = {
    day: saved ?? dayAfter((await firstDay(ctx.table)) ?? yesterday, -1),
    done(date: string, hasLeft: boolean): void {
      isHeld ||= hasLeft;
      if (!isHeld) mark.day = date <= yesterday ? dayAfter(date, 1) : date;
    },
    async save(): Promise<void> {
      if (mark.day !== saved) await writeMark(ctx.table, mark.day);
      saved = mark.day;
    },
  };
  return mark;
}

const earlier = (a: string, b: string): string => (a < b ? a : b);

/**
 * True when all shards of the day are finished. When one fails, the others stop at their next page, and only then is
 * its error thrown.
 */
async function sweepDay(ctx: JobContext, visits: Visits, date: string, until: string): Promise<boolean> {
  const shards = [...dueShards];
  const failed = new AbortController();
  const stop = AbortSignal.any([ctx.stop, failed.signal]);
  const worker = async (): Promise<void> => {
    for (let shard = shards.shift(); shard !== undefined && !stop.aborted; shard = shards.shift()) {
      await sweepShard({ ...ctx, stop }, visits, { date, shard, until });
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: WORKERS }, () =>
      worker().catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return !ctx.stop.aborted;
}

async function sweepShard(
  ctx: JobContext,
  visits: Visits,
  span: { date: string; shard: number; until: string },
): Promise<void> {
  let after: Key | undefined;
  do {
    const { entries, last } = await readDueDay(ctx.table, span, { limit: PAGE, after });
    if (entries.length > 0) await visitPage(ctx, visits, entries);
    after = last;
  } while (after !== undefined && !ctx.stop.aborted);
}
