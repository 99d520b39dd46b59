import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect } from '@jest/globals';
import { localClient } from '../../../local/create-table.ts';
import { assertKeepsPromises, isAudited } from './audit-tables.ts';
import { stopEngineOfThisFile, tablesOfThisFile } from './tables.ts';

/** Runs after each test file: the engine gets slower with every unused table. Some tables are audited before. */
afterAll(async () => {
  const broken: unknown[] = [];
  const isWhole = isAudited(expect.getState().testPath ?? '');
  for (const { endpoint, tableName } of tablesOfThisFile.splice(0)) {
    if (isWhole) await assertKeepsPromises(endpoint, tableName).catch((error: unknown) => broken.push(error));
    // An engine that a test has stopped has lost its tables.
    await localClient(endpoint)
      .send(new DeleteTableCommand({ TableName: tableName }))
      .catch(() => undefined);
  }
  await stopEngineOfThisFile();
  expect(broken).toEqual([]);
});
