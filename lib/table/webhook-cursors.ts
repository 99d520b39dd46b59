import { keys, webhookKeys } from './keys.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import { readJournalItem, type Journalled } from './journal-stream.ts';
import { anyOf, attributeMissing, below } from '../dynamo/condition.ts';
import { updateItem } from '../dynamo/update.ts';

/** The number up to which an entity's events have been fanned out to the brand's endpoints; 0 before the first. */
export async function readEventCursor(table: Table<'GetItem'>, brand: string, entityId: string): Promise<number> {
  const seq = (await getOne(table, webhookKeys.cursor(brand, entityId)))?.['seq'];
  return typeof seq === 'number' ? seq : 0;
}

/** Moves the cursor on, never back. */
export async function moveCursor(
  table: Table<'UpdateItem'>,
  brand: string,
  entityId: string,
  seq: number,
): Promise<void> {
  const guard = anyOf(attributeMissing('seq'), below('seq', seq));
  await updateItem(table, webhookKeys.cursor(brand, entityId), { set: { seq } }, { guard });
}

const PAGE = 100;

/**
 * An entity's journal entries after number `after` up to `upTo`, in order, without those older than `since`: no
 * endpoint existed then, and an entity may have a long history before.
 */
export async function entriesAfter(
  table: Table<'Query'>,
  brand: string,
  entityId: string,
  { after, upTo, since }: { after: number; upTo: number; since: string },
): Promise<Journalled[]> {
  if (after >= upTo) return [];
  const [first, last] = [keys.journal(brand, entityId, after + 1), keys.journal(brand, entityId, upTo)];
  const found: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await query(table, {
      pk: first.pk,
      between: [first.sk, last.sk],
      newestFirst: true,
      limit: PAGE,
      after: from,
    });
    // Times of one entity never go back.
    const wanted = page.items.filter((item) => String(item['occurred_at']) >= since);
    found.push(...wanted);
    from = wanted.length < page.items.length ? undefined : page.last;
  } while (from !== undefined);
  return found.reverse().map((item) => readJournalItem({ pk: String(item['pk']), sk: String(item['sk']) }, item));
}
