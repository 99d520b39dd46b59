import { randomUUID } from 'node:crypto';
import type { TransactionCanceledException, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { assertDistinctItems, keyOfWrite } from './distinct-items.ts';
import { settingOf, type Nested } from './expressions.ts';
import { pauseForOthers } from './retrying.ts';
import type { Key } from './schema.ts';
import { assertOwned, fromItem, toItem, type Item, type Table } from './table.ts';

/** A condition that a write holds to: an expression with `#names` and `:values` of its own. The names of the fragments say what they guard. */
export type Condition = { expression: string; names?: Record<string, string>; values?: Record<string, unknown> };

export const isNew: Condition = { expression: 'attribute_not_exists(pk)' };
export const unchangedSince = (seq: number): Condition => ({
  expression: '#seq = :readSeq',
  names: { '#seq': 'seq' },
  values: { ':readSeq': seq },
});
/** TTL deletes days late, so that a record past its time counts as gone. */
export const isNewOrPast = (nowMs: number): Condition => ({
  expression: 'attribute_not_exists(pk) OR #ttl <= :nowSeconds',
  names: { '#ttl': 'ttl' },
  values: { ':nowSeconds': Math.floor(nowMs / 1000) },
});

/** Both must hold. They must not use one name for two things. */
export const allOf = (one: Condition, other: Condition): Condition => ({
  expression: `${one.expression} AND ${other.expression}`,
  names: { ...one.names, ...other.names },
  values: { ...one.values, ...other.values },
});

/** `check` writes nothing and only holds the others to its guard; it costs as much as a write of the item it looks at. */
type Target =
  | { put: Key & Item }
  | { update: Key; set: Item; at?: readonly Nested[]; add?: Record<string, number> }
  | { remove: Key }
  | { check: Key; guard: Condition };

/**
 * One guarded write of a transaction. `refused` says what it means when the guard did not hold, given the item that stood there.
 * A guard without it is one that cannot fail unless the code is wrong: its failure is an error, not a refusal.
 */
export type Write<R> = Target & { guard?: Condition; refused?: (present: Item | undefined) => R; journal?: true };

/**
 * Writes all or nothing; two writes on one item throw before anything is sent. Returns 'committed', or what the first failed guard (in the order given) makes of it.
 * A guard failed by this very transaction (its answer was lost, and it was sent again) counts as committed: its journal entry bears our id.
 * Conflicts and throttling are tried again with jitter until time runs out; then rejects with `Contention`.
 */
export async function transact<R>(table: Table, writes: readonly Write<R>[]): Promise<'committed' | R> {
  assertDistinctItems(writes);
  const items = writes.map((write) => toTransactItem(table, write));
  const token = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.wire('TransactWriteItems', { TransactItems: items, ClientRequestToken: token }, table.signal);
      return 'committed';
    } catch (error) {
      if (!isCancelled(error)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const failed = writes.flatMap((write, i) =>
        reasons[i]?.Code === 'ConditionalCheckFailed' ? [{ write, present: presentItem(reasons[i].Item) }] : [],
      );
      if (failed.some(({ write, present }) => isOwnEntry(write, present))) return 'committed';
      const named = failed.find(({ write }) => write.refused);
      if (named?.write.refused) return named.write.refused(named.present);
      if (failed.length > 0 || !reasons.some(({ Code }) => PASSING.has(Code ?? ''))) throw error;
    }
    await pauseForOthers(table, attempt);
  }
}

/** By name: the class would draw the whole SDK into every function's bundle. */
const isCancelled = (error: unknown): error is TransactionCanceledException =>
  error instanceof Error && error.name === 'TransactionCanceledException';

const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const presentItem = (raw: Parameters<typeof toItem>[0] | undefined): Item | undefined =>
  raw && Object.keys(raw).length > 0 ? toItem(raw) : undefined;

function isOwnEntry<R>(write: Write<R>, present: Item | undefined): boolean {
  return write.journal === true && 'put' in write && present !== undefined && present['id'] === write.put['id'];
}

function toTransactItem<R>(table: Table, write: Write<R>): TransactWriteItem {
  const key = keyOfWrite(write);
  assertOwned(table, key.pk);
  const { guard } = write;
  const guarded = guard && {
    ConditionExpression: guard.expression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const names = { ...guard?.names };
  const values: Item = { ...guard?.values };
  const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
  const bound = (): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: ReturnType<typeof fromItem>;
  } => ({
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: fromItem(values) } : {}),
  });
  if ('put' in write) return { Put: { TableName: table.name, Item: fromItem(write.put), ...guarded, ...bound() } };
  if ('check' in write) {
    return {
      ConditionCheck: {
        TableName: table.name,
        Key,
        ConditionExpression: write.guard.expression,
        ...guarded,
        ...bound(),
      },
    };
  }
  if ('remove' in write) return { Delete: { TableName: table.name, Key, ...guarded, ...bound() } };
  const { expression: UpdateExpression, ...setting } = settingOf(write.set, write);
  Object.assign(names, setting.names);
  Object.assign(values, setting.values);
  return { Update: { TableName: table.name, Key, UpdateExpression, ...guarded, ...bound() } };
}
