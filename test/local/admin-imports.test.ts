import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runAdmin, runAdminProcess, type AdminRun } from '../support/service/run-admin.ts';
import { useLocalStart } from '../support/service/started-locally.ts';

jest.setTimeout(90_000);

type Body = Record<string, unknown>;

const local = useLocalStart();

const ofBrand = (...args: string[]): Promise<AdminRun> => local.admin(...args, '--brand', 'wp-rocket');

/** The key of the first brand, whose commands these are. */
const apiKey = (): string => local.credentials.brands[0]?.api_key ?? '';

/** The answer of a command that ends with `code`. What it says to people goes to stderr. */
async function answer(code: number, ...args: string[]): Promise<Body> {
  const run = await ofBrand(...args, '--json');
  expect({ args, code: run.code, stderr: run.code === code ? '' : run.stderr }).toEqual({ args, code, stderr: '' });
  return JSON.parse(run.stdout) as Body;
}

describe('a brand’s own commands', () => {
  const site = 'https://compared.example';
  const post = (path: string, body: URLSearchParams | string, headers: Record<string, string> = {}) =>
    fetch(`${local.baseUrl}${path}`, { method: 'POST', body, headers });
  let key: string;
  beforeAll(async () => {
    const headers = { 'x-api-key': apiKey(), 'content-type': 'application/json' };
    const order = { customer_email: 'compared@example.com', products: ['wp-rocket'], license_key: 'new', max_seats: 2 };
    const sold = await post('/api/v1/brand/licenses/provision', JSON.stringify(order), headers);
    ({ key } = ((await sold.json()) as { license_key: { key: string } }).license_key);
    const active = new URLSearchParams({ license_key: key, product: 'wp-rocket', instance_identifier: site });
    expect((await post('/api/v1/product/licenses/activate', active)).status).toBe(201);
  });

  test('export writes the brand’s keys to a new file that only its owner may read', async () => {
    const file = join(local.localDir, 'licenses.ndjson');
    const shown = await answer(0, 'export', file);
    expect(shown).toMatchObject({ state: 'done', what: 'licenses', format: 'ndjson', file });
    expect(shown).not.toHaveProperty('download');
    const rows = readFileSync(file, 'utf8').trim().split('\n');
    expect(rows).toHaveLength(Number(shown['rows']));
    const row = JSON.parse(rows.find((line) => line.includes('compared@example.com')) ?? '{}') as Body;
    expect(row).toMatchObject({ license_key: key, licenses: [{ activations: [{ instance: site }] }] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await ofBrand('export', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists already'),
    });
    const events = join(local.localDir, 'events.ndjson');
    expect(await answer(0, 'export', events, '--what', 'events')).toMatchObject({ state: 'done' });
    expect(readFileSync(events, 'utf8')).toContain('license.provisioned');
    const { exports } = await answer(0, 'export', 'list');
    expect(exports).toMatchObject([{ what: 'events' }, { what: 'licenses', id: shown['id'] }]);
    expect(JSON.stringify(exports)).not.toContain('download');
  });

  test('compare asks both servers for license and version, and says in a file what differs', async () => {
    const keys = join(local.localDir, 'keys.txt');
    const file = join(local.localDir, 'compared.json');
    writeFileSync(keys, `${key},${site}\n${key},https://other.example\n`);
    const compare = (...more: string[]) =>
      ofBrand(...['compare', '--product', 'wp-rocket', '--keys', keys, '--rate', '100'], ...['--json', file, ...more]);
    const old = `${local.baseUrl}/edd/wp-rocket`;
    expect(await compare('--old-url', old, '--old-item', 'wp-rocket')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 of 2 agree'),
    });
    expect(await compare('--old-url', local.baseUrl, '--old-protocol', 'native')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      result: '2 of 2 agree',
      keys: [{ site, differences: [] }, { differences: [] }],
    });
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    const other = await compare('--old-url', `${local.baseUrl}/edd/rankmath`, '--old-item', 'wp-rocket');
    expect(other).toMatchObject({ code: 1, stdout: expect.stringContaining('0 of 2 agree; 2 is not there') });
    expect(await compare('--old-url', 'http://127.0.0.1:9')).toMatchObject({ code: 2 });
    expect(await compare('--old-url', `${local.baseUrl}/no/such/path`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not answer like a license server'),
    });
    writeFileSync(keys, 'mistyped-key-1\nmistyped-key-2\n');
    expect(await compare('--old-url', old, '--old-item', 'wp-rocket')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Neither server knows any'),
    });
  });
});

describe('the import commands', () => {
  let file: string;
  beforeAll(() => {
    file = join(local.localDir, 'old-shop.csv');
  });
  const columns =
    'License Key,License Status,Customer Email,Product Name,Expiration Date,Activation Limit,Activated URLs';
  const line = (key: string, product = 'wp-rocket') =>
    `${key},active,${key}@example.com,${product},0,3,https://a.example`;
  const write = (...lines: string[]): void => writeFileSync(file, [columns, ...lines, ''].join('\n'));
  let id: string;

  test('try a file dry, list its faults, run it with progress, and show what became of it', async () => {
    write(line('shell-key-1'), line('shell-key-2', 'wp-roket'), line('shell-key-3'));
    const tried = await ofBrand('import', file, '--preset', 'edd', '--json');
    expect(tried).toMatchObject({ code: 1, stderr: expect.stringContaining('line 3 licenses/0/product: ') });
    const dry = JSON.parse(tried.stdout) as Body;
    expect(dry).toMatchObject({ state: 'tried', mode: 'dry_run', counts: { rows: 3, created: 2, failed: 1 } });
    id = String(dry['id']);
    expect(await answer(0, 'import', 'rows', id)).toEqual({
      rows: [expect.objectContaining({ line: 3, code: 'product_unknown', outcome: 'failed' })],
    });
    const listed = await ofBrand('import', 'rows', id);
    expect(listed.stdout).toContain('Do you mean “wp-rocket”?');
    expect(listed.stdout).not.toContain('shell-key');
    expect(await answer(1, 'import', 'run', id)).toMatchObject({ state: 'done', counts: { created: 2, failed: 1 } });
    expect(await answer(0, 'import', 'show', id)).toMatchObject({ id, state: 'done', mode: 'run' });
    expect(await answer(0, 'import', 'list')).toMatchObject({ imports: [{ id, state: 'done' }] });
    expect((await ofBrand('import', 'list')).stdout).toMatch(/mode\s+state[^]*done/);
  });

  test('cancel a slow import, go on with it, and undo it after a question', async () => {
    write(...Array.from({ length: 120 }, (_, i) => line(`slow-key-${String(i)}`)));
    const slowly = ['import', file, '--preset', 'edd', '--run', '--rows-per-second', '20', '--json'];
    const where = ['--brand', 'wp-rocket', '--local', '--local-dir', local.localDir];
    const importing = runAdminProcess([...slowly, ...where]);
    const list = async (): Promise<Body[]> => {
      const reply = await fetch(`${local.baseUrl}/api/v1/brand/imports`, { headers: { 'x-api-key': apiKey() } });
      return ((await reply.json()) as { imports: Body[] }).imports;
    };
    let slow: Body | undefined;
    while (slow?.['state'] !== 'running') [slow] = await list();
    const slowId = String(slow['id']);
    expect(await answer(0, 'import', 'cancel', slowId)).toMatchObject({ state: 'cancelled' });
    const { code, stdout, stderr } = await importing;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { id: slowId, state: 'cancelled' }]);
    expect(stderr).toMatch(/\d+ %, \d+ rows, 0 failed, [\d.]+ a second/);
    expect(await ofBrand('import', 'undo', slowId)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Undo the import'),
    });
    // Until its worker has seen that, it is not undone.
    let undo = await ofBrand('import', 'undo', slowId, '--yes', '--json');
    while (undo.stderr.includes('import_not_in_state'))
      undo = await ofBrand('import', 'undo', slowId, '--yes', '--json');
    expect([undo.code, JSON.parse(undo.stdout)]).toMatchObject([0, { state: 'undone', undone: { left: 0 } }]);
    expect(await ofBrand('import', 'run', slowId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('import_not_in_state'),
    });
  });

  test('name what is wrong with a command line, and their help names each other', async () => {
    expect(await ofBrand('import', join(local.localDir, 'no-such.csv'))).toMatchObject({ code: 2 });
    expect(await ofBrand('import', 'show')).toMatchObject({ code: 2, stderr: expect.stringContaining('IMPORT_ID') });
    expect(await ofBrand('import', 'show', 'no-id')).toMatchObject({ code: 1, stdout: '' });
    expect(await ofBrand('import', 'rows', id, '--outcome', 'x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('?outcome must be one of'),
    });
    const help = await runAdmin(['import', '--help']);
    expect(help.code).toBe(0);
    for (const words of ['--on-conflict', 'import list', 'import undo IMPORT_ID', 'import rows IMPORT_ID'])
      expect(help.stdout).toContain(words);
    expect((await runAdmin(['import', 'undo', '--help'])).stdout).toContain('--no-wait');
  });
});
