import { isCounted } from '../events/counting.ts';
import type { Entity } from '../events/catalog.ts';
import type { Log } from '../process/logger.ts';
import { transact } from '../dynamo/transact.ts';
import type { Item, Table } from '../dynamo/table.ts';
import { readGeneration, readGenerations, saveGenerations, type Generations } from '../table/counts.ts';
import { countEntities, ENTITIES_AT_ONCE, type ToCount } from './count-events.ts';
import { required } from '../domain/invariant.ts';

export type Recount = {
  /** The key prefixes of the brands whose counters are made again. */
  brands: readonly string[];
  open: (brand: string) => Table;
  /** Every item of the table, the items of a partition one after the other. */
  pages: () => AsyncIterable<readonly Item[]>;
  random: () => number;
  logger: Pick<Log, 'error'>;
  onProgress?: (entities: number) => void;
};

/** The missing entries of histories, by entity: the counters lack them, and contain everything after them. */
type Gaps = Map<string, Set<number>>;

export type Recounted = { entities: number; removed: number; gaps: Gaps };

/**
 * Makes the counters of brands again, from their journals. Events that happen meanwhile are counted in the old counters
 * and in the new ones, so the numbers are right at every moment. A run that ended early is continued by the next one.
 */
export async function recount(parts: Recount): Promise<Recounted> {
  const next = new Map<string, number>();
  for (const brand of parts.brands) {
    const known = await readGenerations(parts.open(brand), brand);
    const generation = Math.max(...known.counting, known.shown + 1);
    await saveGenerations(parts.open(brand), brand, { ...known, counting: [known.shown, generation] });
    next.set(brand, generation);
  }
  const { entities, gaps } = await countHistories(parts, next);
  for (const [brand, shown] of next) {
    const finished: Generations = { shown, counting: [shown] };
    await saveGenerations(parts.open(brand), brand, finished);
  }
  return { entities, gaps, removed: await removeOthers(parts, next) };
}

async function countHistories(
  parts: Recount,
  generations: ReadonlyMap<string, number>,
): Promise<Pick<Recounted, 'entities' | 'gaps'>> {
  const gaps: Gaps = new Map();
  const onGap = (id: string, seq: number): void => {
    gaps.set(id, (gaps.get(id) ?? new Set()).add(seq));
  };
  const open = new Map<string, ToCount[]>();
  let entities = 0;
  let last: (ToCount & { brand: string }) | undefined;
  const flush = async (brand: string): Promise<void> => {
    const generation = required(generations.get(brand), 'only brands with a new generation are counted');
    const found = required(open.get(brand), 'a brand is counted once it is open');
    open.delete(brand);
    await countEntities({ ...parts, on: parts.open(brand), brand, generation, onGap }, found);
    entities += found.length;
    parts.onProgress?.(entities);
  };
  const finish = async (): Promise<void> => {
    if (last === undefined) return;
    const { brand, ...entity } = last;
    const found = [...(open.get(brand) ?? []), entity];
    open.set(brand, found);
    if (found.length === ENTITIES_AT_ONCE) await flush(brand);
  };
  for await (const page of parts.pages()) {
    for (const item of page) {
      const entry = readCounted(item);
      if (entry === undefined || !generations.has(entry.brand)) continue;
      if (last?.id !== entry.id) await finish();
      last = entry;
    }
  }
  await finish();
  for (const brand of [...open.keys()]) await flush(brand);
  return { entities, gaps };
}

/** The entity of a journal entry that changes counters, and the number of the entry. */
function readCounted({ pk, sk, entity, brand, seq }: Item): (ToCount & { brand: string }) | undefined {
  if (!String(sk).startsWith('journal#')) return undefined;
  const { id, type } = { ...(entity as { id?: string; type?: Entity } | undefined) };
  if (id === undefined || type === undefined || !isCounted({ type }) || String(pk).startsWith('@')) return undefined;
  return { brand: String(brand), id, upTo: Number(seq) };
}

const REMOVED_AT_ONCE = 50;

/** Removes what the generations before have left. */
async function removeOthers(parts: Recount, shown: ReadonlyMap<string, number>): Promise<number> {
  let removed = 0;
  for await (const page of parts.pages()) {
    const old = page.flatMap((item) => {
      const key = { pk: String(item['pk']), sk: String(item['sk']) };
      const brand = key.pk.slice(0, key.pk.indexOf('#'));
      const generation = readGeneration(key);
      const kept = shown.get(brand);
      return generation === undefined || kept === undefined || generation === kept ? [] : [{ brand, key }];
    });
    for (const [brand, found] of Map.groupBy(old, (one) => one.brand))
      for (let from = 0; from < found.length; from += REMOVED_AT_ONCE) {
        const some = found.slice(from, from + REMOVED_AT_ONCE);
        await transact<never>(
          parts.open(brand),
          some.map(({ key }) => ({ remove: key })),
        );
        removed += some.length;
      }
  }
  return removed;
}
