import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { clientOptions, ROUTE_PATIENCE, withoutLogger } from '../process/aws-client.ts';
import { waitingForOthers } from './waiting-for-others.ts';
import type { Operations, Wire } from './wire.ts';

/**
 * Sends requests with the AWS SDK: three attempts each, with the SDK's back-off, and one ClientRequestToken for all
 * attempts of a transaction. A write that conflicts with another one is retried until time runs out. `config` overrides
 * the time limits.
 */
export function sdkWire(config: DynamoDBClientConfig): Wire & { client: DynamoDBClient } {
  const client = withoutLogger(new DynamoDBClient({ ...clientOptions({}, ROUTE_PATIENCE), ...config }));
  client.middlewareStack.addRelativeTo(refuseEmptyAnswer, {
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
    name: 'refuseEmptyAnswer',
  });
  const send: {
    [K in keyof Operations]: (input: Operations[K][0], abortSignal: AbortSignal) => Promise<Operations[K][1]>;
  } = {
    GetItem: (input, abortSignal) => client.send(new GetItemCommand(input), { abortSignal }),
    BatchGetItem: (input, abortSignal) => client.send(new BatchGetItemCommand(input), { abortSignal }),
    Query: (input, abortSignal) => client.send(new QueryCommand(input), { abortSignal }),
    UpdateItem: (input, abortSignal) => client.send(new UpdateItemCommand(input), { abortSignal }),
    TransactWriteItems: (input, abortSignal) => client.send(new TransactWriteItemsCommand(input), { abortSignal }),
  };
  const wire = waitingForOthers((operation, input, signal) => send[operation](input, signal));
  return Object.assign(wire, { client });
}

/** The SDK reads an answer without a body as that of a missing item. DynamoDB answers at least `{}`. */
const refuseEmptyAnswer =
  <A, R extends { response: unknown }>(next: (args: A) => Promise<R>) =>
  async (args: A): Promise<R> => {
    const result = await next(args);
    const { statusCode, headers } = result.response as { statusCode: number; headers: Record<string, string> };
    if (statusCode < 300 && headers['content-length'] === '0')
      throw Object.assign(new SyntaxError('the answer is empty'), { $metadata: { httpStatusCode: statusCode } });
    return result;
  };
