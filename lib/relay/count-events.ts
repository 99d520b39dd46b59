import * as z from 'zod/mini';
import type { JournalEntry } from '../events/entry.ts';
import { countEntry, countSeen, isCounted, type Additions } from '../events/counting.ts';
import { required } from '../domain/invariant.ts';
import { findLatest } from '../domain/time.ts';
import { errorText } from '../process/error-text.ts';
import type { Log } from '../process/logger.ts';
import { getMany, readItems, type ItemAt, type Table } from '../dynamo/table.ts';
import { retrying } from '../dynamo/retrying.ts';
import { done, type Outcome } from '../dynamo/outcome.ts';
import { transact } from '../dynamo/transact.ts';
import type { JobContext } from '../job.ts';
import type { BrandNames } from '../table/brand-names.ts';
import {
  addToCounters,
  beginCounting,
  findGenerations,
  noteNewest,
  noteRequest,
  parseCountMark,
  putCountMark,
  putRequestPointers,
} from '../table/counts.ts';
import type { CountMark } from '../table/counts.ts';
import { readJournalItem } from '../table/journal-stream.ts';
import { countKeys, COUNT_SHARDS, keys } from '../table/keys.ts';

/** The used part of an event on the bus: it names the journal entry, and its request. */
const Notice = z.object({
  detail: z.object({
    type: z.string(),
    seq: z.int(),
    brand: z.object({ slug: z.string() }),
    entity: z.object({ id: z.string(), type: z.string() }),
    request_id: z.string(),
    occurred_at: z.string(),
  }),
});
type Notice = z.infer<typeof Notice>['detail'];

export type QueueRecord = { messageId: string; body: string };

/** An entity whose history is to be counted up to an entry. */
export type ToCount = { id: string; upTo: number };

export type CountContext = Pick<JobContext, 'table' | 'logger'> & { brands: BrandNames; random: () => number };

/** Every entry may change four counters and has a pointer, and a transaction has at most 100 items. */
const ENTRIES_AT_ONCE = 15;
export const ENTITIES_AT_ONCE = 10;

type Wanted = { messageId: string; id: string; seq: number; notice: Notice }[];

/**
 * Adds events to the counters of their brands: from what is counted of an entity's history to the newest event in these
 * messages. Returns the messages to deliver again; a repetition counts nothing twice.
 */
export async function countEvents(ctx: CountContext, records: readonly QueueRecord[]): Promise<string[]> {
  const failed: string[] = [];
  const bySlug = new Map<string, Wanted>();
  for (const { messageId, body } of records) {
    const notice = Notice.safeParse(parsed(body));
    if (!notice.success) {
      failed.push(messageId);
      continue;
    }
    const { type, seq, brand, entity } = notice.data.detail;
    // Each key is made by a purchase, whose licenses have the pointer.
    if (type === 'license_key.created') continue;
    const wanted = bySlug.get(brand.slug) ?? [];
    wanted.push({ messageId, id: entity.id, seq, notice: notice.data.detail });
    bySlug.set(brand.slug, wanted);
  }
  for (const [slug, wanted] of bySlug) failed.push(...(await countOfBrand(ctx, slug, wanted)));
  return failed;
}

/** Returns the messages whose events were not counted. */
async function countOfBrand(ctx: CountContext, slug: string, wanted: Wanted): Promise<string[]> {
  try {
    const brand = await ctx.brands.prefixOf(slug);
    if (brand === undefined) return [];
    const table = ctx.table(brand);
    const [counted, others] = split(wanted, ({ notice }) => isCounted(notice.entity as JournalEntry['entity']));
    for (const { notice } of others) await noteRequest(table, brand, notice);
    if (counted.length === 0) return [];
    const { counting } = (await findGenerations(table, brand)) ?? (await beginCounting(table, brand));
    const toCount = [...Map.groupBy(counted, ({ id }) => id)].map(([id, some]) => ({
      id,
      upTo: Math.max(...some.map(({ seq }) => seq)),
    }));
    const missing = new Map<string, number>();
    for (const generation of counting)
      for (const [id, seq] of await countEntities({ ...ctx, brand, generation, on: table }, toCount))
        missing.set(id, seq);
    return counted.filter(({ id, seq }) => seq >= (missing.get(id) ?? Infinity)).map(({ messageId }) => messageId);
  } catch (error) {
    ctx.logger.error({
      event: 'counts.failed',
      message: 'events were not counted, and will be tried again',
      brand: slug,
      error: errorText(error),
    });
    return wanted.map(({ messageId }) => messageId);
  }
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

type Target = {
  on: Table;
  brand: string;
  generation: number;
  random: () => number;
  logger: Pick<Log, 'error'>;
  /** Called with each event that the journal lacks; the count goes on after it. */
  onGap?: (id: string, seq: number) => void;
};

/**
 * Counts the histories of a few entities. Each step moves their marks and adds to the counters in one transaction.
 * Returns the first event of an entity that its journal lacks: it is counted up to there, and the others in full.
 */
export async function countEntities(target: Target, entities: readonly ToCount[]): Promise<Map<string, number>> {
  const missing = new Map<string, number>();
  let open = entities.slice(0, ENTITIES_AT_ONCE);
  while (open.length > 0) {
    const step = await retrying(target.on, () => countStep(target, open));
    for (const { id, seq } of step.missing) missing.set(id, seq);
    open = open.filter(({ id, upTo }) => !missing.has(id) && required(step.counted.get(id), COUNTED) < upTo);
  }
  return missing;
}

const COUNTED = 'a step counts each of its entities or misses it';

type Step = { counted: Map<string, number>; missing: { id: string; seq: number }[] };

async function countStep(
  { on, brand, generation, random, logger, onGap }: Target,
  open: readonly ToCount[],
): Promise<Outcome<Step>> {
  const markKeys = open.map(({ id }) => countKeys.mark(brand, id, generation));
  const marks = (await getMany(on, markKeys)).map(parseCountMark);
  const most = Math.floor(ENTRIES_AT_ONCE / open.length);
  const parts = open.map(({ id, upTo }, i) => {
    const mark = required(marks[i], COUNTED);
    const count = Math.max(0, Math.min(upTo - mark.seq, most));
    return { id, mark, journal: Array.from({ length: count }, (_, n) => keys.journal(brand, id, mark.seq + 1 + n)) };
  });
  const itemAt = await readItems(
    on,
    parts.flatMap(({ journal }) => journal),
  );
  const additions: Additions = new Map();
  const entries: JournalEntry[] = [];
  const moved = parts.map(({ id, mark, journal }) => {
    const next = countHistory(id, mark, journal, { itemAt, additions, entries, logger, onGap });
    return {
      id,
      key: countKeys.mark(brand, id, generation),
      mark,
      next,
      isWhole: next.seq === mark.seq + journal.length,
    };
  });
  const shard = { generation, shard: Math.floor(random() * COUNT_SHARDS) };
  const counters = addToCounters(brand, shard, additions);
  const pointers = putRequestPointers(brand, entries);
  const changed = moved.filter(({ mark, next }) => next.seq > mark.seq);
  const written =
    changed.length === 0
      ? done(undefined)
      : await transact(on, [
          ...changed.map(({ key, mark, next }) => putCountMark(key, mark, next)),
          ...counters,
          ...pointers,
        ]);
  if (written.kind === 'retry') return written;
  if (entries.length > 0)
    await noteNewest(on, brand, shard, findLatest(...entries.map(({ occurred_at }) => occurred_at)));
  return done({
    counted: new Map(moved.map(({ id, next }) => [id, next.seq])),
    missing: moved.flatMap(({ id, next, isWhole }) => (isWhole ? [] : [{ id, seq: next.seq + 1 }])),
  });
}

type Counted = {
  itemAt: ItemAt;
  additions: Additions;
  entries: JournalEntry[];
  logger: Pick<Log, 'error'>;
  onGap: Target['onGap'];
};

function countHistory(
  id: string,
  mark: CountMark,
  journal: readonly ReturnType<typeof keys.journal>[],
  { itemAt, additions, entries, logger, onGap }: Counted,
): CountMark {
  let { seq, state } = mark;
  let seen = 0;
  for (const key of journal) {
    const item = itemAt(key);
    if (item === undefined) {
      logger.error({ event: 'counts.entry_missing', message: 'announced, but not in the journal', ...key });
      if (onGap === undefined) break;
      seq += 1;
      onGap(id, seq);
      continue;
    }
    const found = readJournalItem(key, item);
    if (found.kind === 'unreadable') logger.error({ event: 'counts.entry_unreadable', message: 'not counted', ...key });
    else {
      state = countEntry(state, found.entry, additions);
      entries.push(found.entry);
    }
    seq += 1;
    seen += 1;
  }
  if (seen > 0) countSeen(additions, seen);
  return { seq, state };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
