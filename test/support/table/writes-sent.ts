import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITES = /Put|Update|Delete|Write/;
const sentTo = new Map<string, number>();

/** Counts the requests that may change a table and that this file's functions and clients sent to it. */
export const writesSent = (tableName: string): number => sentTo.get(tableName) ?? 0;

/** Counts a request if its operation can write, whatever its outcome. */
export function noteIfWrite(operation: string, tableNames: readonly string[]): void {
  if (!WRITES.test(operation)) return;
  for (const name of tableNames) sentTo.set(name, writesSent(name) + 1);
}

/** Counts the writes that this client sends to a table directly. */
export function watchWrites(client: DynamoDBClient, tableName: string): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        noteIfWrite(commandName ?? '', [tableName]);
        return next(args);
      },
    { step: 'initialize', name: 'watchWrites' },
  );
}
