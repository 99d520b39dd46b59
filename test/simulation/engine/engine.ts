import { isDeepStrictEqual } from 'node:util';
import type {
  BatchGetItemCommandInput,
  CancellationReason,
  GetItemCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../../lib/dynamo/wire.ts';
import { awsError, NotSimulated, validationError } from './errors.ts';
import { touchedBy } from './evaluate.ts';
import { runQuery } from './query.ts';
import { nameOfKey, openStore, readKey, type Change, type Lag, type Store } from './store.ts';
import type { AttributeItem } from './values.ts';
import { assertKnownFields, planUpdate, planWrite } from './write.ts';

export type Input<K extends keyof Operations> = Operations[K][0];
export type EngineAnswer<K extends keyof Operations> = Omit<Operations[K][1], '$metadata'>;

/** DynamoDB in memory, for the requests that `lib/dynamo` writes. It does each at once; delays are the world's. */
export type Engine = {
  execute: <K extends keyof Operations>(operation: K, input: Input<K>) => EngineAnswer<K>;
  store: Store;
};

export type EngineOptions = {
  tableName: string;
  nowMs: () => number;
  /** The indexes lag behind by so many milliseconds; 0 if it is left out. */
  lagMs?: () => number;
  /** Called for each item that a request changed, as the stream tells it. */
  onChange?: (change: Change) => void;
  items?: ReturnType<Store['copy']>;
};

/** DynamoDB remembers the token of a transaction for this long. */
const TOKEN_KEPT_MS = 600_000;
const MOST_KEYS = 100;
const MOST_WRITES = 100;

type Parts = EngineOptions & { store: Store; tokens: Map<string, { items: TransactWriteItem[]; untilMs: number }> };

export function openEngine(options: EngineOptions): Engine {
  const lag: Lag = { nowMs: options.nowMs, drawMs: options.lagMs ?? (() => 0) };
  const store = openStore(lag, options.items);
  const parts: Parts = { ...options, store, tokens: new Map() };
  const operations: { [K in keyof Operations]: (input: Input<K>) => EngineAnswer<K> } = {
    GetItem: (input) => getItem(parts, input),
    BatchGetItem: (input) => batchGet(parts, input),
    Query: (input) => runQuery(parts, input),
    UpdateItem: (input) => updateOne(parts, input),
    TransactWriteItems: (input) => transact(parts, input),
  };
  return {
    store,
    execute: (operation, input) => {
      const execute = operations[operation];
      if (!Object.hasOwn(operations, operation)) throw new NotSimulated(`the operation ${operation}`);
      return execute(input);
    },
  };
}

function assertTable({ tableName }: Parts, name: string | undefined): void {
  if (name !== tableName) throw awsError('ResourceNotFoundException', 'Requested resource not found');
}

function getItem(parts: Parts, input: GetItemCommandInput): EngineAnswer<'GetItem'> {
  assertKnownFields(input, ['TableName', 'Key', 'ConsistentRead']);
  assertTable(parts, input.TableName);
  if (input.ConsistentRead !== true) throw new NotSimulated('a read of the table that may be stale');
  const item = parts.store.get(readKey(input.Key));
  return item === undefined ? {} : { Item: item };
}

function batchGet(
  parts: Parts,
  { RequestItems = {}, ...others }: BatchGetItemCommandInput,
): EngineAnswer<'BatchGetItem'> {
  assertKnownFields(others, []);
  const [[name, asked] = ['', {}], second] = Object.entries(RequestItems);
  if (second !== undefined) throw new NotSimulated('a batch of several tables');
  assertTable(parts, name);
  assertKnownFields(asked, ['Keys', 'ConsistentRead']);
  if (asked.ConsistentRead !== true) throw new NotSimulated('a read of the table that may be stale');
  const keys = (asked.Keys ?? []).map(readKey);
  if (keys.length === 0 || keys.length > MOST_KEYS) throw validationError('too many or no items in a batch');
  if (new Set(keys.map(nameOfKey)).size < keys.length) throw validationError('a batch has a key twice');
  const items = keys.map((key) => parts.store.get(key)).filter((item) => item !== undefined);
  return { Responses: { [name]: items }, UnprocessedKeys: {} };
}

function write(parts: Parts, key: Change['key'], after: AttributeItem | 'same' | undefined): void {
  if (after === 'same') return;
  const change = parts.store.put(key, after);
  // A write that changes nothing makes no record of the stream.
  if (!isDeepStrictEqual(change.before, change.after)) parts.onChange?.(change);
}

function updateOne(parts: Parts, { ReturnValues, ...input }: UpdateItemCommandInput): EngineAnswer<'UpdateItem'> {
  assertTable(parts, input.TableName);
  const planned = planUpdate(input);
  const before = parts.store.get(planned.key);
  if (!planned.isGuarded(before))
    throw awsError(
      'ConditionalCheckFailedException',
      'The conditional request failed',
      planned.showsItem && before ? { Item: before } : {},
    );
  const after = planned.after(before);
  write(parts, planned.key, after);
  if (ReturnValues === undefined || ReturnValues === 'NONE' || after === 'same' || after === undefined) return {};
  if (ReturnValues === 'ALL_NEW') return { Attributes: after };
  if (ReturnValues !== 'UPDATED_NEW') throw new NotSimulated(`an update that returns ${ReturnValues}`);
  const touched = touchedBy(input.UpdateExpression ?? '', input);
  if (touched.some((path) => path.length > 1)) throw new NotSimulated('an update that returns a nested value');
  const Attributes = Object.fromEntries(
    touched.flatMap(([name = '']) => (after[name] === undefined ? [] : [[name, after[name]] as const])),
  );
  return Object.keys(Attributes).length === 0 ? {} : { Attributes };
}

function transact(parts: Parts, input: TransactWriteItemsCommandInput): EngineAnswer<'TransactWriteItems'> {
  assertKnownFields(input, ['TransactItems', 'ClientRequestToken']);
  const { TransactItems: items = [], ClientRequestToken: token } = input;
  if (token === undefined || token === '') throw new NotSimulated('a transaction without a token');
  if (items.length === 0 || items.length > MOST_WRITES) throw validationError('too many or no writes');
  const known = parts.tokens.get(token);
  if (known !== undefined && known.untilMs > parts.nowMs()) {
    if (!isDeepStrictEqual(known.items, items))
      throw awsError('IdempotentParameterMismatchException', 'another request');
    return {};
  }
  const writes = items.map((item) => planWrite(parts.tableName, item));
  if (new Set(writes.map(({ key }) => nameOfKey(key))).size < writes.length)
    throw validationError('Transaction request cannot include multiple operations on one item');
  const outcomes = writes.map((planned) => decide(parts, planned));
  const reasons = outcomes.map(({ reason }) => reason);
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  for (const [i, { key }] of writes.entries()) write(parts, key, outcomes[i]?.after);
  parts.tokens.set(token, { items, untilMs: parts.nowMs() + TOKEN_KEPT_MS });
  return {};
}

export const cancelled = (reasons: readonly CancellationReason[]): Error =>
  awsError('TransactionCanceledException', 'Transaction cancelled', { CancellationReasons: reasons });

type Decided = { reason: CancellationReason; after?: AttributeItem | 'same' | undefined };

function decide(parts: Parts, planned: ReturnType<typeof planWrite>): Decided {
  const before = parts.store.get(planned.key);
  if (!planned.isGuarded(before)) {
    const shown = planned.showsItem && before ? { Item: before } : {};
    return { reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...shown } };
  }
  try {
    return { reason: { Code: 'None' }, after: planned.after(before) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}
