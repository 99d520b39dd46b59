import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DeleteCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createTable, openDocuments } from '../../local/create-table.ts';
import { checkCopy } from '../../local/drill/check-copy.ts';
import {
  compareDigests,
  computeDigests,
  exportTable,
  restoreTable,
  type TableLocation,
} from '../../local/drill/table-copy.ts';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { tablesOfThisFile } from '../support/run/tables.ts';
import { useWorld } from '../support/service/started-service.ts';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'restore-drill-test-'));
const file = join(folder, 'export.jsonl.gz');
const progress = (): void => undefined;
let copy: TableLocation;
const world = useWorld();
beforeAll(async () => {
  const bought = await openBackOffice(world, world.shop).buy();
  await world.call(activateLicense, { body: bought.site('erased.example') });
  await world.call(eraseCustomer, { apiKey: world.shop.apiKey, body: { email: bought.email } });
  copy = { client: world.client, tableName: `test-${randomUUID()}` };
  tablesOfThisFile.push({ endpoint: engineEndpoint(), tableName: copy.tableName });
  await createTable(copy.client, copy.tableName, { stream: false });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a restored table equals the exported one item by item, and every difference is named', async () => {
  const exported = await exportTable(world, file, progress);
  expect(await restoreTable(file, copy, progress)).toBe(exported.size);
  expect(exported.size).toBeGreaterThan(10);
  expect(compareDigests(exported, await computeDigests(copy))).toEqual({ missing: [], changed: [], added: [] });

  const documents = openDocuments(copy.client);
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: copy.tableName, Limit: 2 }));
  const [lost, touched] = Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const extra = { pk: 'WPR#extra', sk: 'extra' };
  await documents.send(new DeleteCommand({ TableName: copy.tableName, Key: lost }));
  const more = { UpdateExpression: 'SET note = :note', ExpressionAttributeValues: { ':note': 'touched' } };
  await documents.send(new UpdateCommand({ TableName: copy.tableName, Key: touched, ...more }));
  await documents.send(new PutCommand({ TableName: copy.tableName, Item: extra }));
  const named = (key: typeof extra | undefined): string[] => [`${key?.pk ?? ''} ${key?.sk ?? ''}`];
  expect(compareDigests(exported, await computeDigests(copy))).toEqual({
    missing: named(lost),
    changed: named(touched),
    added: named(extra),
  });

  await restoreTable(file, copy, progress);
  await documents.send(new DeleteCommand({ TableName: copy.tableName, Key: extra }));
  expect(compareDigests(exported, await computeDigests(copy))).toEqual({ missing: [], changed: [], added: [] });
});

test('an export is in DynamoDB’s own format and contains no license key or e-mail in plain text', () => {
  const text = gunzipSync(readFileSync(file)).toString();
  for (const line of text.trim().split('\n'))
    expect(JSON.parse(line)).toEqual({ Item: expect.objectContaining({ pk: { S: expect.any(String) } }) });
  for (const secret of [world.licenseKey, world.email, world.shop.apiKey]) expect(text).not.toContain(secret);
});

test('active sites may run on the copy only with the original data key, and erased sites are skipped', async () => {
  const place = { ...copy, endpoint: engineEndpoint() };
  const other = join(folder, 'other-key');
  writeFileSync(other, randomBytes(64));
  await expect(checkCopy(place, other)).rejects.toThrow('The data key does not open a license key of the copy');
  expect(await checkCopy(place, process.env['DATA_KEY_FILE'] ?? '')).toEqual({
    asked: 1,
    right: 1,
    wrong: [],
    erased: 1,
  });
});

test('prepare-table turns on stream and time to live of a restored table, and prints the switch to it', async () => {
  const tableName = `test-${randomUUID()}`;
  tablesOfThisFile.push({ endpoint: engineEndpoint(), tableName });
  await createTable(world.client, tableName, { stream: false });
  const prepare = () =>
    runNode(['bin/admin.ts', 'prepare-table', '--table', tableName, '--endpoint', engineEndpoint(), '--json']);
  const first = await prepare();
  expect(first).toMatchObject({ code: 0 });
  const { Table } = await world.client.send(new DescribeTableCommand({ TableName: tableName }));
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
  expect(JSON.parse(first.stdout)).toMatchObject({
    table: tableName,
    settings: { tableInUse: { streamArn: Table?.LatestStreamArn } },
  });
  expect(await prepare()).toMatchObject({ code: 0, stdout: first.stdout });
});

test('npm run restore-drill runs on its own engines, prints its progress and leaves nothing behind', async () => {
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  const { stdout, code } = await runNode(['local/restore-drill.ts', '--licenses', '3'], { TMPDIR: temporary });
  expect(stdout).toMatch(/^exported {2}\d+ items, [\d,]+ bytes, in \d/m);
  expect(stdout).toMatch(/^restored {2}\d+ items, in \d/m);
  expect(stdout).toMatch(/^prepared {2}stream and time to live are on, /m);
  expect(stdout).toMatch(/^switched {2}the function of the check reads license-service-restored, in \d/m);
  expect(stdout).toMatch(/^compared {2}\d+ items: all equal$/m);
  expect(stdout).toMatch(/^checked {3}3 of 3 active sites may run on the copy$/m);
  expect(stdout.trim().split('\n').at(-1)).toBe('The copy is complete, and the service works on it.');
  expect(code).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect((await world.client.send(new ListTablesCommand())).TableNames).not.toContain('license-service');
  const endpoints = [...stdout.matchAll(/ at (http:\/\/127\.0\.0\.1:\d+)/g)].map(([, endpoint]) => String(endpoint));
  expect(endpoints).toHaveLength(2);
  for (const endpoint of endpoints) await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
});

test('npm run restore-drill -- --local is refused in one line if no local service runs', async () => {
  expect(await runNode(['local/restore-drill.ts', '--local', '--local-dir', folder])).toMatchObject({
    code: 1,
    stderr: 'The service does not run on this machine. Start it with npm start.\n',
  });
});

function runNode(args: string[], environment = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile('node_modules/.bin/node', args, { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
