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

/** The table answered, but others changed the same item again and again until time ran out. */
export class Contention extends Error {
  override name = 'Contention';
}

/** Raised by a write outside of transactions on an item that a transaction, or a write in another region, holds for a moment. */
const CONTENDED = new Set(['TransactionConflictException', 'ReplicatedWriteConflictException']);
/** Whether an error says that another write held the item: this one did nothing, and the same request may succeed a moment later. */
export const isContended = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && CONTENDED.has(String((error as { name?: unknown }).name));
