import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { expect } from '@jest/globals';
import { auditSegment, openTally } from '../../../lib/audit/audit.ts';
import { auditRules } from '../../../lib/audit/rules.ts';
import { openTableSource } from '../../../lib/audit/table-source.ts';
import { sdkWire } from '../../../lib/dynamo/sdk-wire.ts';
import type { Table } from '../../../lib/dynamo/table.ts';
import { readHistoryConfig } from '../../../lib/process/config.ts';
import { openHistoryBucket } from '../../../lib/process/history-bucket.ts';
import { openVault } from '../../../lib/process/vault.ts';
import { localClient } from '../../../local/create-table.ts';
import type { TestTable } from './tables.ts';

/**
 * Test files whose tables hold only what the service wrote, and whose subject may break a promise: races, faults and
 * long stories. Most other files write some items by hand.
 */
const AUDITED = new Set([
  ...['api-key-races', 'lifecycle-races', 'pointer-races', 'provision-race', 'purchase-moves-race', 'seats-race'],
  ...['bought-duration', 'cancelled-on-key', 'change', 'customers', 'deactivate-by-id', 'history', 'policy'],
  ...['erasure', 'erasure-walk', 'email-histories', 'rotate', 'transfer', 'moves'],
  ...['history-rebuild', 'journal-times', 'seats-model', 'lifecycle', 'lifecycle-renew'],
  ...['imports', 'import-files', 'import-rows', 'import-deaths', 'import-updates', 'exports'],
  ...['releases', 'updates', 'composer', 'edd-items', 'edd-activate', 'edd-licenses', 'seat-swap'],
  ...['read-before-change', 'idempotency', 'lost-answers', 'sent-twice', 'contention', 'torn-reads', 'moved-under-way'],
]);

const isAudited = (testPath: string): boolean => AUDITED.has(basename(testPath, '.test.ts'));

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Deletes the tables of a test file. Some are audited before. */
export async function dropTables(tables: readonly TestTable[]): Promise<void> {
  const broken: unknown[] = [];
  const isWhole = isAudited(expect.getState().testPath ?? '');
  for (const { endpoint, tableName } of tables) {
    if (isWhole) await assertKeepsPromises(endpoint, tableName).catch((error: unknown) => broken.push(error));
    // An engine that a test has stopped has lost its tables.
    await localClient(endpoint)
      .send(new DeleteTableCommand({ TableName: tableName }))
      .catch(() => undefined);
  }
  expect(broken).toEqual([]);
}

/** Throws if a table breaks a promise (docs/audit.md). Nothing writes to it any more, so no suspect is read again. */
async function assertKeepsPromises(endpoint: string, tableName: string): Promise<void> {
  const wire = sdkWire({ endpoint, region: 'eu-west-1', credentials });
  const vault = openVault(readFileSync(join(tmpdir(), `${tableName}.key`)));
  const tally = openTally();
  const open = (owner: string): Table => ({
    wire,
    name: tableName,
    owners: [owner],
    signal: AbortSignal.timeout(30_000),
  });
  const source = openTableSource(wire.client, tableName, open, openHistoryBucket(readHistoryConfig()).read);
  await auditSegment(
    { source, rules: auditRules, context: () => ({ nowMs: Date.now(), vault }), pausesMs: [] },
    0,
    1,
    tally,
  );
  wire.client.destroy();
  const found = tally.violations.map(({ rule, what, pk, sk }) => `${rule}: ${what} (${pk} ${sk})`);
  if (found.length > 0) throw new Error(`The table breaks promises:\n${found.join('\n')}`);
}
