import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';

/** The operations of DynamoDB that this service uses, as the service's own low-level API names them. */
export type Operations = {
  GetItem: [GetItemCommandInput, GetItemCommandOutput];
  BatchGetItem: [BatchGetItemCommandInput, BatchGetItemCommandOutput];
  Query: [QueryCommandInput, QueryCommandOutput];
  UpdateItem: [UpdateItemCommandInput, UpdateItemCommandOutput];
  TransactWriteItems: [TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput];
};

/**
 * One request to DynamoDB, retried by the wire where that is safe. There are two: the AWS SDK everywhere (`sdk-wire.ts`), and in the
 * license check, which runs millions of times a day, signed requests over node's own HTTP client (`lean-wire.ts`).
 * Rejects with `Unavailable` when no answer came in time, with `Contention` when others held the item all the while, else with DynamoDB's own error.
 */
export type Wire<O extends keyof Operations = keyof Operations> = <K extends O>(
  operation: K,
  input: Operations[K][0],
  signal: AbortSignal,
) => Promise<Omit<Operations[K][1], '$metadata'>>;

/** DynamoDB did not answer, or not in time. The caller may come back: nothing is known to be wrong with the request. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** The table answered, but others changed the same item again and again until time ran out. */
export class Contention extends Error {
  override name = 'Contention';
}

const PASSING = new Set([
  'AbortError',
  'TimeoutError',
  'InternalServerError',
  'ServiceUnavailable',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'LimitExceededException',
  // What came back is not DynamoDB's JSON: something on the way answered in its place.
  'SyntaxError',
]);
/** Raised by a write outside of transactions on an item that a transaction, or a write in another region, holds for a moment. */
const CONTENDED = new Set(['TransactionConflictException', 'ReplicatedWriteConflictException']);
const BROKEN_CONNECTION = /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|socket hang up/;

/**
 * Whether an error says that DynamoDB is away or overloaded, rather than that the request is wrong. By its looks alone: an error of Node's own modules is
 * not always an instance of the Error seen here.
 */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message, code, errors, $metadata } = error as Partial<
    Record<'name' | 'message' | 'code' | 'errors' | '$metadata', unknown>
  >;
  if (PASSING.has(String(name))) return true;
  const status = Number(($metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode);
  if (status >= 500) return true;
  return (
    BROKEN_CONNECTION.test(String(code)) ||
    BROKEN_CONNECTION.test(String(message)) ||
    (Array.isArray(errors) && errors.some(isPassing))
  );
}

/** Whether an error says that another write held the item: this one did nothing, and the same request may succeed a moment later. */
export const isContended = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && CONTENDED.has(String((error as { name?: unknown }).name));
