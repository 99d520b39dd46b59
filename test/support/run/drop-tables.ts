import { afterAll } from '@jest/globals';
import { stopEngineOfThisFile, tablesOfThisFile } from './tables.ts';

/** Runs after each test file: unused tables make the engine slower. Only a file with a table loads the SDK. */
afterAll(async () => {
  try {
    if (tablesOfThisFile.length > 0) await (await import('./audit-tables.ts')).dropTables(tablesOfThisFile.splice(0));
  } finally {
    await stopEngineOfThisFile();
  }
});
