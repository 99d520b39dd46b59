import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Key } from '../dynamo/schema.ts';
import { assertOwned, fromItem, type Table } from '../dynamo/table.ts';

const MINUTE_MS = 60_000;
/** Counters are of no use once their minute is over; TTL deletes them some time later. */
const KEPT_SECONDS = 3600;
/** A container remembers so many counts and forgets the oldest: callers choose what is counted. */
const REMEMBERED = 4096;

/** What an item counts, by attribute, and how far each count may go. */
export type Limits = Readonly<Record<string, number>>;

export type Minute = { number: number; ends_ms: number; reset_seconds: number };

/** The minute of a moment: the limits here are all of fixed minutes, and a counter's key names its minute. */
export function minuteAt(nowMs: number): Minute {
  const number = Math.floor(nowMs / MINUTE_MS);
  const ends_ms = (number + 1) * MINUTE_MS;
  return { number, ends_ms, reset_seconds: Math.ceil((ends_ms - nowMs) / 1000) };
}

/** The counts that this container saw last. Within its minute a count only grows: once at its limit, it stays there. */
const seen = new Map<string, number>();

const nameOf = ({ pk }: Key, attribute: string): string => `${pk} ${attribute}`;

/** The count as this container saw it last; 0 where it has seen none. */
export const lastSeen = (key: Key, attribute: string): number => seen.get(nameOf(key, attribute)) ?? 0;

const isKnownFull = (key: Key, limits: Limits): boolean =>
  Object.entries(limits).some(([attribute, limit]) => lastSeen(key, attribute) >= limit);

function remember(key: Key, counts: Limits): void {
  for (const [attribute, count] of Object.entries(counts)) {
    const name = nameOf(key, attribute);
    const known = seen.get(name) ?? 0;
    seen.delete(name);
    seen.set(name, Math.max(known, count));
  }
  for (const name of seen.keys()) {
    if (seen.size <= REMEMBERED) return;
    seen.delete(name);
  }
}

/**
 * Adds one to each count of an item, if all stay within their limits, and to none otherwise: one write, exact under any
 * number of callers at once. An item that is known to be full is not written. True if it was counted; `lastSeen` knows
 * the counts then.
 */
export async function countInMinute(
  table: Table<'UpdateItem'>,
  key: Key,
  limits: Limits,
  { ends_ms }: Minute,
): Promise<boolean> {
  assertOwned(table, key.pk);
  if (isKnownFull(key, limits)) return false;
  const attributes = Object.keys(limits);
  const names = Object.fromEntries(attributes.map((attribute, i) => [`#c${String(i)}`, attribute]));
  const values = Object.fromEntries(attributes.map((attribute, i) => [`:l${String(i)}`, limits[attribute]]));
  try {
    const answer = await table.wire(
      'UpdateItem',
      {
        TableName: table.name,
        Key: { pk: { S: key.pk }, sk: { S: key.sk } },
        UpdateExpression: `ADD ${attributes.map((_, i) => `#c${String(i)} :one`).join(', ')} SET #ttl = :ttl`,
        ConditionExpression: attributes
          .map((_, i) => `(attribute_not_exists(#c${String(i)}) OR #c${String(i)} < :l${String(i)})`)
          .join(' AND '),
        ExpressionAttributeNames: { ...names, '#ttl': 'ttl' },
        ExpressionAttributeValues: fromItem({
          ...values,
          ':one': 1,
          ':ttl': Math.floor(ends_ms / 1000) + KEPT_SECONDS,
        }),
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      table.signal,
    );
    remember(key, countsIn(answer.Attributes, limits));
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    // A wire that does not hand back the item serves who counts one thing only: then that is full.
    remember(key, 'Item' in error ? countsIn(error.Item as Record<string, AttributeValue>, limits) : limits);
    return false;
  }
}

const countsIn = (item: Record<string, AttributeValue> | undefined, limits: Limits): Limits =>
  Object.fromEntries(Object.keys(limits).map((attribute) => [attribute, Number(item?.[attribute]?.N ?? 0)]));
