import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditReport } from '../../lib/audit/report.ts';
import type { Source } from '../../lib/audit/source.ts';
import { openTableSource } from '../../lib/audit/table-source.ts';
import { openHistoryBucket } from '../../lib/process/history-bucket.ts';
import { memorySource } from '../support/audit/memory-source.ts';
import { runAudit } from '../support/audit/run-audit.ts';
import { liveWholeLife, type Life } from '../support/audit/whole-life.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { overwrite, type StoredItem } from '../support/table/whole-table.ts';

let life: Life;
let source: Source;
const localDir = mkdtempSync(join(tmpdir(), 'audit-'));
beforeAll(async () => {
  life = await liveWholeLife();
  const { service } = life;
  source = openTableSource(
    service.client,
    service.tableName,
    (owner) => service.table(owner),
    openHistoryBucket(undefined).read,
  );
  copyFileSync(join(tmpdir(), `${service.tableName}.key`), join(localDir, 'data-key'));
  const stack = { TABLE_NAME: service.tableName, DYNAMODB_ENDPOINT: engineEndpoint() };
  writeFileSync(join(localDir, 'stack.json'), JSON.stringify(stack));
}, 60_000);
afterAll(() => rmSync(localDir, { recursive: true }));

const license = (): StoredItem => {
  const found = life.items.find(({ sk, status }) => sk === 'license' && status === 'valid');
  if (found === undefined) throw new Error('nothing was sold');
  return found;
};

/** Runs the command as an operator does, on the engine of this run. */
const command = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const all = ['bin/audit.ts', '--local-dir', localDir, ...args];
    execFile(process.execPath, all, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });

test('every item of a real table is read once, in segments, and nothing is found in a whole one', async () => {
  const tally = await runAudit(source, life.vault, 7);
  expect(tally.violations).toEqual([]);
  expect(tally.items).toBe(life.items.length);
});

test('an item that changed while it was read is read a second time, and is no violation', async () => {
  const stale = life.items.map((item) => (item === license() ? { ...item, seats_used: 99 } : item));
  const tally = await runAudit({ ...source, scan: memorySource(stale).scan }, life.vault);
  expect(tally.violations).toEqual([]);
  expect(tally.cleared).toBeGreaterThan(0);
});

test('the command says that every promise is kept, and names an item that somebody has changed', async () => {
  const file = join(localDir, 'report.json');
  const whole = await command('--local', '--open', '--segments', '1-2/2', '--json', file);
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(whole.out).toContain('promises are kept');
  const { id, pk } = license();
  await overwrite(life.service, license(), { seats_used: 77 });
  const broken = await command('--local', '--segments', '1-2/2', '--json', file);
  await overwrite(life.service, license(), {});
  expect(broken.code).toBe(1);
  expect(broken.out).toContain(`license_id ${String(id)}`);
  const report = JSON.parse(readFileSync(file, 'utf8')) as AuditReport;
  const rules = report.violations.map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['seat-counter', 'journal-rebuilds-license']));
  const counter = report.violations.find(({ rule }) => rule === 'seat-counter');
  expect(counter).toMatchObject({ pk, sk: 'license', ids: { license_id: id }, since: license()['updated_at'] });
  expect(`${broken.out}${readFileSync(file, 'utf8')}`).not.toMatch(/@example\.com/);
}, 60_000);

test.each([[[]], [['--local', '--stage', 'dev']], [['--local', '--segments', '3-2/4']]])(
  'the command refuses %j in one line',
  async (args) => {
    const { code, err } = await command(...args);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
  },
);
