import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { tableSchema, type IndexName } from '../../../lib/dynamo/schema.ts';
import { validationError } from './errors.ts';
import { compareTexts, type AttributeItem } from './values.ts';

export type StoredKey = { pk: string; sk: string };

/** A change of one item, as the stream tells it. */
export type Change = { key: StoredKey; before: AttributeItem | undefined; after: AttributeItem | undefined };

type IndexEntry = { key: StoredKey; sort: string };
type Index = Map<string, Map<string, IndexEntry>>;
type IndexChange = { dueMs: number; apply: () => void };

/** The items of a table and its indexes, which may lag behind it. */
export type Store = {
  get: (key: StoredKey) => AttributeItem | undefined;
  put: (key: StoredKey, after: AttributeItem | undefined) => Change;
  /** The keys of a partition, or of a partition of an index, in the order of their sort keys. */
  list: (pk: string, index?: IndexName) => { key: StoredKey; sort: string }[];
  items: () => AttributeItem[];
  /** A copy for a world that goes on by itself. */
  copy: () => ReadonlyMap<string, ReadonlyMap<string, AttributeItem>>;
};

/** A change reaches the indexes after so many milliseconds, in the order of the changes of its item. */
export type Lag = { nowMs: () => number; drawMs: () => number };

export const readKey = (item: Record<string, AttributeValue> | undefined): StoredKey => {
  const { pk, sk } = item ?? {};
  if (pk?.S === undefined || sk?.S === undefined || pk.S === '' || sk.S === '')
    throw validationError('One or more parameter values are not valid: the key');
  return { pk: pk.S, sk: sk.S };
};

export const nameOfKey = ({ pk, sk }: StoredKey): string => `${pk}\n${sk}`;

/** Entries of equal sort keys come in the order of their items' keys, which DynamoDB does not promise. */
const inOrder = (one: IndexEntry, other: IndexEntry): number =>
  compareTexts(one.sort, other.sort) || compareTexts(nameOfKey(one.key), nameOfKey(other.key));

export function openStore(lag: Lag, initial?: ReturnType<Store['copy']>): Store {
  const partitions = new Map([...(initial ?? [])].map(([pk, items]) => [pk, new Map(items)]));
  const indexes = new Map<IndexName, Index>(tableSchema.indexes.map(({ name }) => [name, new Map()]));
  const waiting: IndexChange[] = [];
  const lastDueMs = new Map<string, number>();
  const applyDue = (): void => {
    const nowMs = lag.nowMs();
    const due = waiting.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return;
    waiting.splice(0, waiting.length, ...waiting.filter(({ dueMs }) => dueMs > nowMs));
    for (const { apply } of due.toSorted((one, other) => one.dueMs - other.dueMs)) apply();
  };
  const index = (change: Change): void => {
    const apply = (): void => indexChange(indexes, change);
    const delayMs = lag.drawMs();
    const name = nameOfKey(change.key);
    const dueMs = Math.max(lag.nowMs() + delayMs, lastDueMs.get(name) ?? 0);
    if (dueMs <= lag.nowMs()) {
      apply();
      return;
    }
    lastDueMs.set(name, dueMs);
    waiting.push({ dueMs, apply });
  };
  const get: Store['get'] = ({ pk, sk }) => partitions.get(pk)?.get(sk);
  for (const [pk, items] of partitions)
    for (const [sk, after] of items) indexChange(indexes, { key: { pk, sk }, before: undefined, after });
  return {
    get,
    put(key, after) {
      const change = { key, before: get(key), after };
      const partition = partitions.get(key.pk) ?? new Map<string, AttributeItem>();
      partitions.set(key.pk, partition);
      if (after === undefined) partition.delete(key.sk);
      else partition.set(key.sk, after);
      if (partition.size === 0) partitions.delete(key.pk);
      index(change);
      return change;
    },
    list(pk, name) {
      applyDue();
      const entries =
        name === undefined
          ? [...(partitions.get(pk)?.keys() ?? [])].map((sk) => ({ key: { pk, sk }, sort: sk }))
          : [...(indexes.get(name)?.get(pk)?.values() ?? [])];
      return entries.sort(inOrder);
    },
    items: () => [...partitions.values()].flatMap((items) => [...items.values()]),
    copy: () => new Map([...partitions].map(([pk, items]) => [pk, new Map(items)])),
  };
}

function indexChange(indexes: ReadonlyMap<IndexName, Index>, { key, before, after }: Change): void {
  for (const { name, partitionKey, sortKey } of tableSchema.indexes) {
    const index = indexes.get(name);
    const [from, to] = [before?.[partitionKey]?.S, after?.[partitionKey]?.S];
    if (from !== undefined) index?.get(from)?.delete(nameOfKey(key));
    const sort = after?.[sortKey]?.S;
    if (to === undefined || sort === undefined) continue;
    const entries = index?.get(to) ?? new Map<string, IndexEntry>();
    index?.set(to, entries);
    entries.set(nameOfKey(key), { key, sort });
  }
}

/** Refuses an item that an index could not have. */
export function assertIndexable(item: AttributeItem): void {
  for (const { partitionKey, sortKey } of tableSchema.indexes)
    for (const name of [partitionKey, sortKey])
      if (item[name] !== undefined && (item[name].S === undefined || item[name].S === ''))
        throw validationError('One or more parameter values are not valid: the key of an index');
}
