import { Unavailable } from '../process/outage.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromAttributes, toAttributes } from './attributes.ts';
import { jitter } from '../process/jitter.ts';
import type { Key } from './schema.ts';
import { type Wire } from './wire.ts';

export type Item = Record<string, unknown>;

/** A read or write outside the caller's own brand. Always a bug of ours: it ends as 500 and touches nothing. */
export class ForeignKey extends Error {
  override name = 'ForeignKey';
}

/**
 * The table as one caller may see it: every key must be in one of `owners` (a brand's key prefix, or the platform).
 * Nothing can bypass this. `O` are the operations that a function may ask for.
 */
export type Table<
  O extends 'GetItem' | 'BatchGetItem' | 'Query' | 'UpdateItem' | 'TransactWriteItems' =
    'GetItem' | 'BatchGetItem' | 'Query' | 'UpdateItem' | 'TransactWriteItems',
> = {
  wire: Wire<O>;
  name: string;
  owners: readonly string[];
  signal: AbortSignal;
  /** Called at each retry that another writer caused. */
  onContention?: () => void;
};

export function assertOwned(table: Pick<Table, 'owners'>, pk: string): void {
  if (!table.owners.some((owner) => pk.startsWith(`${owner}#`)))
    throw new ForeignKey('a key outside the caller’s brand was asked for');
}

/** A key in DynamoDB's typed values. */
export const keyFields = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });

export function toItem(marshalled: Record<string, AttributeValue>): Item {
  return fromAttributes(marshalled);
}

export function fromItem(item: Item): Record<string, AttributeValue> {
  return toAttributes(item);
}

/** Finds an item among those that were read; undefined if the table has none. Throws for a key that was not read. */
export type ItemAt = (key: Key) => Item | undefined;

/**
 * Reads items by key, consistently, in one round trip (at most 100). Keys that DynamoDB leaves unprocessed are read
 * again. Rejects with `Unavailable` when time runs out.
 */
export async function readItems(table: Table<'BatchGetItem'>, wanted: readonly Key[]): Promise<ItemAt> {
  for (const key of wanted) assertOwned(table, key.pk);
  const found = new Map<string, Item>();
  const unique = new Map(wanted.map((key) => [keyText(key), keyFields(key)]));
  let asked: Record<string, AttributeValue>[] = [...unique.values()];
  for (let attempt = 0; asked.length > 0; attempt += 1) {
    if (attempt > 0) await jitter(attempt, table.signal);
    const answer = await table.wire(
      'BatchGetItem',
      { RequestItems: { [table.name]: { Keys: asked, ConsistentRead: true } } },
      table.signal,
    );
    for (const raw of answer.Responses?.[table.name] ?? []) {
      const item = toItem(raw);
      found.set(keyText(item as Key), item);
    }
    asked = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return (key) => {
    const text = keyText(key);
    if (!unique.has(text)) throw new Error('an item is looked up that was not read');
    return found.get(text);
  };
}

const keyText = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Reads items by key and returns them as a list in the order of the keys. */
export async function getMany(table: Table<'BatchGetItem'>, wanted: readonly Key[]): Promise<(Item | undefined)[]> {
  return wanted.map(await readItems(table, wanted));
}

export async function getOne(table: Table<'GetItem'>, key: Key): Promise<Item | undefined> {
  assertOwned(table, key.pk);
  const answer = await table.wire(
    'GetItem',
    { TableName: table.name, Key: keyFields(key), ConsistentRead: true },
    table.signal,
  );
  return answer.Item && toItem(answer.Item);
}

/** Checks that DynamoDB answers: reads a key that need not exist. */
export async function ping(table: Table<'GetItem'>, key: Key): Promise<boolean> {
  try {
    await getOne(table, key);
    return true;
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}
