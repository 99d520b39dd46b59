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

/** The operations of DynamoDB that this service uses, named as in DynamoDB's low-level API. */
export type Operations = {
  GetItem: [GetItemCommandInput, GetItemCommandOutput];
  BatchGetItem: [BatchGetItemCommandInput, BatchGetItemCommandOutput];
  Query: [QueryCommandInput, QueryCommandOutput];
  UpdateItem: [UpdateItemCommandInput, UpdateItemCommandOutput];
  /** Its token makes one write of all attempts. The SDK would make one where it is missing, the lean wire does not. */
  TransactWriteItems: [
    TransactWriteItemsCommandInput & { ClientRequestToken: string },
    TransactWriteItemsCommandOutput,
  ];
};

/**
 * Sends one request to DynamoDB and retries where that is safe, by the rules of docs/wires.md: on the lean wire
 * (`lean-wire.ts`) or with the AWS SDK (`sdk-wire.ts`). Rejects with `Unavailable` when no answer came in time, with
 * `Contention` when others held the item, else with DynamoDB's error.
 */
export type Wire<O extends keyof Operations = keyof Operations> = <K extends O>(
  operation: K,
  input: Operations[K][0],
  signal: AbortSignal,
) => Promise<Omit<Operations[K][1], '$metadata'>>;

/** The table answered, but other writers kept changing the item until time ran out. */
export class Contention extends Error {
  override name = 'Contention';
}

/**
 * DynamoDB raises it for a write outside of transactions while a transaction or another region's write uses the item.
 */
const CONTENDED = new Set(['TransactionConflictException', 'ReplicatedWriteConflictException']);
/** True for an error that says that another write held the item: nothing was written, and a retry may succeed. */
export const isContended = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && CONTENDED.has(String((error as { name?: unknown }).name));
