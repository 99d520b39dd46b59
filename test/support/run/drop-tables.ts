import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll } from '@jest/globals';
import { localClient } from '../../../local/create-table.ts';
import { stopEngineOfThisFile, tablesOfThisFile } from './tables.ts';

/** Runs after each test file: the engine gets slower with every unused table. */
afterAll(async () => {
  for (const { endpoint, tableName } of tablesOfThisFile.splice(0)) {
    // An engine that a test has stopped has lost its tables.
    await localClient(endpoint)
      .send(new DeleteTableCommand({ TableName: tableName }))
      .catch(() => undefined);
  }
  await stopEngineOfThisFile();
});
