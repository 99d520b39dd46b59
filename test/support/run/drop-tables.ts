import { afterAll } from '@jest/globals';
import { stopEngineOfThisFile, tablesOfThisFile } from './tables.ts';

/** Runs after each test file: the engine gets slower with every unused table. Others load no SDK. */
afterAll(async () => {
  try {
    if (tablesOfThisFile.length > 0) await (await import('./audit-tables.ts')).dropTables(tablesOfThisFile.splice(0));
  } finally {
    await stopEngineOfThisFile();
  }
});
