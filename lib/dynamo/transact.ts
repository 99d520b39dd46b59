import type { TransactionCanceledException, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { randomUuid } from '../process/random.ts';
import type { Condition } from './condition.ts';
import { guardFields, updateFields, type Changes, type Nested } from './expressions.ts';
import { done, type Done } from './outcome.ts';
import { pauseForOthers } from './retrying.ts';
import type { Key } from './schema.ts';
import { assertOwned, fromItem, keyFields, toItem, type Item, type Table } from './table.ts';

/** A `check` writes nothing, but its guard must hold. It costs as much as a write of its item. */
type Target =
  | { put: Key & Item }
  | { update: Key; set: Item; at?: readonly Nested[]; add?: Record<string, number> }
  | { remove: Key }
  | { check: Key; guard: Condition };

/**
 * One guarded write of a transaction. When the guard fails, `refused` makes the outcome from the stored item. A guard
 * without `refused` fails only if the code is wrong, so its failure is an error.
 */
export type Write<R> = Target & { guard?: Condition; refused?: (present: Item | undefined) => R; journal?: true };

/** Two writes of one transaction on the same item. DynamoDB always refuses them, so this is a bug of ours. */
export class TwoWritesOnOneItem extends Error {
  override name = 'TwoWritesOnOneItem';
}

/** Writes all or nothing. See `commit`. */
export function transact<R>(table: Table, writes: readonly Write<R>[]): Promise<Done<undefined> | R> {
  return commit(table, undefined, writes);
}

/**
 * Writes all or nothing. Returns `value` as done, or the outcome of the first guard that failed. A transaction whose
 * answer was lost finds its own journal entry and counts as committed. Retries conflicts and throttling with jitter;
 * rejects with `Contention` when time runs out.
 */
export async function commit<T, R>(table: Table, value: T, writes: readonly Write<R>[]): Promise<Done<T> | R> {
  assertDistinctItems(writes);
  const items = writes.map((write) => toTransactItem(table, write));
  const token = randomUuid();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.wire('TransactWriteItems', { TransactItems: items, ClientRequestToken: token }, table.signal);
      return done(value);
    } catch (error) {
      if (!isCancelled(error)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const failed = writes.flatMap((write, i) =>
        reasons[i]?.Code === 'ConditionalCheckFailed' ? [{ write, present: presentItem(reasons[i].Item) }] : [],
      );
      if (failed.some(({ write, present }) => isOwnEntry(write, present))) return done(value);
      const named = failed.find(({ write }) => write.refused);
      if (named?.write.refused) return named.write.refused(named.present);
      if (failed.length > 0 || !reasons.some(({ Code }) => PASSING.has(Code ?? ''))) throw error;
    }
    await pauseForOthers(table, attempt);
  }
}

/** Compared by name: the class would pull the whole SDK into every function's bundle. */
const isCancelled = (error: unknown): error is TransactionCanceledException =>
  error instanceof Error && error.name === 'TransactionCanceledException';

const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const presentItem = (raw: Parameters<typeof toItem>[0] | undefined): Item | undefined =>
  raw && Object.keys(raw).length > 0 ? toItem(raw) : undefined;

function isOwnEntry<R>(write: Write<R>, present: Item | undefined): boolean {
  const operation = readOperation(write);
  return write.journal === true && operation.kind === 'put' && present?.['id'] === operation.item['id'];
}

function toTransactItem<R>(table: Table, write: Write<R>): TransactWriteItem {
  const operation = readOperation(write);
  assertOwned(table, operation.key.pk);
  const { guard } = write;
  const target = { TableName: table.name };
  const keyed = { ...target, Key: keyFields(operation.key) };
  const onFailure = guard && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  switch (operation.kind) {
    case 'put':
      return { Put: { ...target, Item: fromItem(operation.item), ...guardFields(guard), ...onFailure } };
    case 'update':
      return { Update: { ...keyed, ...updateFields(operation.changes, guard), ...onFailure } };
    case 'remove':
      return { Delete: { ...keyed, ...guardFields(guard), ...onFailure } };
    case 'check':
      return { ConditionCheck: { ...keyed, ConditionExpression: '', ...guardFields(guard), ...onFailure } };
  }
}

type Operation =
  | { kind: 'put'; key: Key; item: Item }
  | { kind: 'update'; key: Key; changes: Changes & { set: Item } }
  | { kind: 'remove' | 'check'; key: Key };

/** A write is named by its operation, as DynamoDB names it. Only this function and `isUpdate` read that name. */
function readOperation(write: Target): Operation {
  if ('put' in write) return { kind: 'put', key: write.put, item: write.put };
  if ('update' in write) return { kind: 'update', key: write.update, changes: write };
  return 'remove' in write ? { kind: 'remove', key: write.remove } : { kind: 'check', key: write.check };
}

export const isUpdate = <R>(write: Write<R>): write is Extract<Write<R>, { update: Key }> => 'update' in write;

/** Throws if two writes are on one item, and names both by their position, kind and attributes. */
function assertDistinctItems<R>(writes: readonly Write<R>[]): void {
  const positions = new Map<string, number>();
  for (const [i, write] of writes.entries()) {
    const text = keyText(write);
    const first = positions.get(text);
    const other = first === undefined ? undefined : writes[first];
    if (first !== undefined && other !== undefined) {
      const both = `${nameOf(other, first)} and ${nameOf(write, i)}`;
      throw new TwoWritesOnOneItem(`${both} of one transaction are on one item, ${text}`);
    }
    positions.set(text, i);
  }
}

function nameOf<R>(write: Write<R>, i: number): string {
  const operation = readOperation(write);
  const of = operation.kind === 'update' ? ` of ${attributesIn(operation.changes.set)}` : '';
  return `write ${String(i + 1)} (${operation.kind}${of})`;
}

const attributesIn = (set: Item): string => Object.keys(set).sort().join(', ');

export const readWriteKey = <R>(write: Write<R>): Key => readOperation(write).key;

export const keyText = <R>(write: Write<R>): string => {
  const { pk, sk } = readWriteKey(write);
  return `${pk} ${sk}`;
};
