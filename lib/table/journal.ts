import type { ErasableEntry } from '../domain/erasure.ts';
import { timeAfter } from '../domain/time.ts';
import { newId } from '../process/ids.ts';
import type { Entity, EventType, LicenseFields } from '../events/catalog.ts';
import type { Actor, JournalEntry } from '../events/entry.ts';
import { snapshotBeside } from '../events/outgoing.ts';
import { DAY_SHARDS, groups, keys, computeShard } from './keys.ts';
import { type Item, type Table } from '../dynamo/table.ts';
import { query, type Page } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { allOf, attributeMissing, isNew, isPresent } from '../dynamo/condition.ts';
import { ARCHIVED } from '../dynamo/archived-items.ts';
import type { Key } from '../dynamo/schema.ts';

export type { Actor, JournalEntry } from '../events/entry.ts';

/** A command's description of a change; the rest of the entry comes from the context. */
export type Change = About &
  Turn & {
    type: EventType;
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
    reason?: string | undefined;
  };

/**
 * The number of a change of its entity: 1, 2, 3 … without a gap. All but the first contain the time of the previous
 * change, as an entry is never dated before it, even when clocks disagree.
 */
type Turn = { seq: 1; notBefore?: undefined } | { seq: number; notBefore: string };

/** A change of a license contains the license afterwards, because its event carries the license's fields. */
type About =
  | { entity: { type: 'license'; id: string }; license: LicenseFields }
  | { entity: { type: Exclude<Entity, 'license'>; id: string }; license?: undefined };

export type Author = {
  brand: string;
  actor: Actor;
  requestId: string;
  nowMs: number;
  /** Stands for the reason of changes that have none. */
  reason?: string | undefined;
  /** True for changes that no webhook endpoint is to get, such as those of an import. */
  silent?: boolean | undefined;
};

/** The entry that is written in the same transaction as its change. */
export function journalWrite(author: Author, change: Change): Write<never> {
  const occurred_at = timeAfter(change.notBefore ?? '', author.nowMs);
  const entry: JournalEntry = {
    id: newId(Math.max(author.nowMs, Date.parse(occurred_at))),
    seq: change.seq,
    type: change.type,
    occurred_at,
    brand: author.brand,
    entity: change.entity,
    actor: author.actor,
    request_id: author.requestId,
    reason: change.reason ?? author.reason ?? null,
    before: change.before,
    after: change.after,
    ...(change.license ? { license: snapshotBeside(change.license, change.after) } : {}),
    ...(author.silent === true ? { silent: true } : {}),
  };
  const group_pk = groups.day(author.brand, occurred_at.slice(0, 10), computeShard(change.entity.id, DAY_SHARDS));
  return {
    put: { ...keys.journal(author.brand, change.entity.id, change.seq), group_pk, group_sk: entry.id, ...entry },
    guard: isNew,
    journal: true,
  };
}

/** The fields that differ, with their values before and after. */
export function difference<T extends Record<string, unknown>>(
  before: T,
  after: T,
): { before: Partial<T>; after: Partial<T> } {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const pick = (from: T): Partial<T> => Object.fromEntries(changed.map((field) => [field, from[field]])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}

/** A journal item without its keys, not validated. One that was archived is read whole, and still has the mark. */
export const parseJournalItem = ({
  pk: _pk,
  sk: _sk,
  group_pk: _gpk,
  group_sk: _gsk,
  archived: _archived,
  ...entry
}: Item): JournalEntry => entry as JournalEntry;

/**
 * The history of one entity, newest first unless asked for the other order; `after` is the end of the previous page.
 */
export async function readJournal(
  table: Table<'Query'>,
  brand: string,
  entityId: string,
  { oldestFirst = false, ...page }: { limit: number; after?: Key | undefined; oldestFirst?: boolean },
): Promise<{ entries: JournalEntry[]; last: Key | undefined }> {
  const { items, last } = await readJournalItems(table, brand, entityId, { newestFirst: !oldestFirst, ...page });
  return { entries: items.map(parseJournalItem), last };
}

/** The items of a history, oldest first unless asked for the other order. */
export const readJournalItems = (
  table: Table<'Query'>,
  brand: string,
  entityId: string,
  page: { limit: number; after?: Key | undefined; newestFirst?: boolean },
): Promise<Page> => query(table, { pk: keys.address(brand, entityId).pk, begins: 'journal#', ...page });

/**
 * True when a license's entry belongs to a customer's time with it: the customer had it after the change, or gave it
 * away by it.
 */
export function concerns({ before, after, license }: JournalEntry, customerId: string): boolean {
  const holder = after?.['customer_id'] ?? license?.customer_id;
  return holder === customerId || before?.['customer_id'] === customerId;
}

/**
 * The only change of an entry: its free text is overwritten when a person is erased. One that was archived comes back
 * into the table whole.
 */
export function putErasedEntry(item: Item, erased: ErasableEntry): Write<never> {
  const key = { pk: String(item['pk']), sk: String(item['sk']) };
  if (item[ARCHIVED] === undefined)
    return { update: key, set: erased, guard: allOf(isPresent, attributeMissing(ARCHIVED)) };
  return { put: { ...item, ...key, ...erased, [ARCHIVED]: undefined }, guard: isPresent };
}
