import assert from 'node:assert/strict';
import { auditSegment, openTally } from '../lib/audit/audit.ts';
import { auditRules } from '../lib/audit/rules.ts';
import { openTableSource } from '../lib/audit/table-source.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import type { Table } from '../lib/dynamo/table.ts';
import { openHistoryBucket } from '../lib/process/history-bucket.ts';
import type { Client } from './emulator.ts';

const STEP_MS = 30_000;

/** Throws if the table breaks a promise (docs/audit.md). Returns the number of items that were read. */
export async function assertWholeTable(client: Client, tableName: string): Promise<number> {
  const wire = sdkWire(client);
  const open = (owner: string): Table => ({
    wire,
    name: tableName,
    owners: [owner],
    signal: AbortSignal.timeout(STEP_MS),
  });
  const tally = openTally();
  const audit = {
    source: openTableSource(wire.client, tableName, open, openHistoryBucket(undefined).read),
    rules: auditRules,
    context: () => ({ nowMs: Date.now(), vault: undefined }),
    pausesMs: [1_000],
  };
  await auditSegment(audit, 0, 1, tally);
  wire.client.destroy();
  assert.deepEqual(tally.violations, [], 'the table breaks a promise');
  return tally.items;
}
