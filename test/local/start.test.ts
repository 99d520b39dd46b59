import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Credentials } from '../../local/credentials.ts';
import { localStart, QUICK_ENGINE, type LocalStart } from '../support/service/local-start.ts';

jest.setTimeout(90_000);

const scratch = mkdtempSync(join(tmpdir(), 'local-start-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

let localDir: string;
let started: LocalStart[] = [];
beforeEach(() => {
  localDir = mkdtempSync(join(scratch, 'local-'));
});
afterEach(async () => {
  // A test that failed half-way must not leave a service running.
  await Promise.all(
    started.map((one) => {
      try {
        process.kill(-one.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
      return one.ended();
    }),
  );
  started = [];
});

function start(...args: Parameters<typeof localStart>): LocalStart {
  const one = localStart(...args);
  started.push(one);
  return one;
}

const credentials = (): Credentials =>
  Credentials.parse(JSON.parse(readFileSync(join(localDir, 'credentials.json'), 'utf8')));

async function ask(
  method: string,
  path: string,
  apiKey?: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${credentials().base_url}${path}`, {
    method,
    headers: {
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

type Provisioned = { license_key: { key: string }; licenses: { id: string }[] };

test('npm start sells, activates, checks and deactivates for both brands, and Ctrl-C ends every process', async () => {
  const service = start('npm', localDir);
  const baseUrl = await service.ready();
  expect(credentials()).toMatchObject({ base_url: baseUrl, admin_api_key: expect.stringMatching(/^cls_platform_/) });
  for (const file of ['credentials.json', 'data-key']) expect(statSync(join(localDir, file)).mode & 0o777).toBe(0o600);
  expect((await ask('GET', '/api/v1/admin/brands', credentials().admin_api_key)).status).toBe(200);
  expect(credentials().brands.map(({ products }) => products.length)).toEqual([2, 2]);

  for (const { api_key, products } of credentials().brands) {
    const provision = { customer_email: 'ann@example.com', products: products.map(({ id }) => id), max_seats: 1 };
    const sold = await ask('POST', '/api/v1/brand/licenses/provision', api_key, provision);
    expect(sold.status).toBe(201);
    const { license_key, licenses } = sold.body as Provisioned;
    const site = {
      license_key: license_key.key,
      product: products[0]?.slug,
      instance_identifier: 'https://ann.example',
    };
    expect(await ask('POST', '/api/v1/product/licenses/activate', undefined, site)).toMatchObject({
      status: 201,
      body: { seats_remaining: 0 },
    });
    expect(await ask('POST', '/api/v1/product/licenses/check', undefined, site)).toMatchObject({
      status: 200,
      body: { may_run: true },
    });
    expect(await ask('POST', '/api/v1/product/licenses/deactivate', undefined, site)).toMatchObject({
      status: 200,
      body: { seats_used: 0 },
    });
    const events = await ask('GET', `/api/v1/brand/licenses/${licenses[0]?.id ?? ''}/events`, api_key);
    expect(events.body['events']).toHaveLength(3);
    expect(service.output()).not.toContain(license_key.key);
  }

  expect(await service.signal('SIGINT', 'group')).toBe(0);
  expect(await service.left()).toEqual([]);
  expect(service.output()).toContain('Stopping');
  await expect(fetch(`${baseUrl}/health`)).rejects.toThrow();
});

test('the commands of the banner sell, activate, check and deactivate; a signal to npm ends all', async () => {
  const service = start('npm', localDir, QUICK_ENGINE);
  await service.ready();
  const lines = service.output().split('\n');
  const commands = lines.filter((line) => /^(?:export |ANSWER=|echo |KEY=|LICENSE=|curl | {2}-)/.test(line));
  expect(Math.max(...commands.map((line) => line.length))).toBeLessThanOrEqual(100);
  const { stdout } = await promisify(execFile)('bash', ['-euc', commands.join('\n')]);
  const [sold, activated, checked, offered, deactivated, list, events, brands] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(sold).toMatchObject({ license_key: { key: expect.stringMatching(/^WPR-/) } });
  expect(activated).toMatchObject({ status: 'active', seats_used: 1 });
  expect(checked).toMatchObject({ may_run: true, code: 'valid' });
  expect(offered).toMatchObject({ new_version: '1.1.0', package: expect.stringContaining('/downloads/') });
  expect(deactivated).toMatchObject({ status: 'deactivated' });
  expect(list?.['licenses']).toHaveLength(1);
  expect(events?.['events']).toHaveLength(3);
  expect(brands?.['brands']).toHaveLength(2);
  expect(service.output()).not.toContain('first look');
  expect(await service.signal('SIGTERM', 'first')).toBe(0);
  expect(await service.left()).toEqual([]);
});

test('Ctrl-C before the service is ready leaves no process running', async () => {
  const service = start('node', localDir);
  await pause(900);
  // Before Node itself is up, the signal ends it.
  expect([0, null]).toContain(await service.signal('SIGINT', 'group'));
  expect(await service.left()).toEqual([]);
});

test('a port in use ends the start with one line and leaves no process running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const service = start('npm', localDir, [], { PORT: String(port) });
  expect(await service.ended()).toBe(1);
  expect(service.output().trim()).toMatch(new RegExp(`^Port ${port} is taken\\. .*PORT=\\d+ npm start$`));
  expect(await service.left()).toEqual([]);
  other.close();
});

const keysNow = () => [credentials().admin_api_key, ...credentials().brands.map(({ api_key }) => api_key)];
const shopKey = () => credentials().brands[0]?.api_key;
const sell = () =>
  ask('POST', '/api/v1/brand/licenses/provision', shopKey(), {
    customer_email: 'ann@example.com',
    products: ['wp-rocket'],
  });
const listed = () => ask('GET', '/api/v1/brand/licenses?email=ann@example.com', shopKey());
const keyOf = ({ body }: { body: object }): string => (body as Provisioned).license_key.key;

/** Starts a service, stops it after `work`, and returns the result of that. */
async function during<T>(args: readonly string[], work: () => Promise<T>): Promise<T> {
  const service = start('node', localDir, args);
  await service.ready();
  const outcome = await work();
  expect(await service.signal('SIGINT', 'group')).toBe(0);
  expect(await service.left()).toEqual([]);
  return outcome;
}

test('--data keeps data and keys between starts', async () => {
  const data = ['--data', join(localDir, 'data')];
  const [firstKeys, sold] = await during(data, async () => [keysNow(), await sell()]);
  expect(sold.status).toBe(201);
  const [secondKeys, second] = await during(data, async () => [keysNow(), await listed()]);
  expect(secondKeys).toEqual(firstKeys);
  expect(second).toMatchObject({ status: 200, body: { licenses: [{ license_key: { key: keyOf(sold) } }] } });
});

test('--data replaces lost API keys and refuses another data key', async () => {
  const data = ['--data', join(localDir, 'data'), ...QUICK_ENGINE];
  const products = () => credentials().brands.map(({ products: ofBrand }) => ofBrand);
  const [firstKeys, firstProducts, sold] = await during(data, async () => [keysNow(), products(), await sell()]);

  rmSync(join(localDir, 'credentials.json'));
  const [secondKeys, second] = await during(data, async () => [keysNow(), await listed()]);
  expect(secondKeys).not.toEqual(firstKeys);
  expect(products()).toEqual(firstProducts);
  expect(second).toMatchObject({ status: 200, body: { licenses: [{ license_key: { key: keyOf(sold) } }] } });

  rmSync(join(localDir, 'data-key'));
  const without = start('node', localDir, data);
  expect(await without.ended()).toBe(1);
  expect(without.output()).toMatch(/^The data in .* was sealed under another data key than .*\n$/);

  // Without the fingerprint in the folder, the mark in the table reveals the other key.
  rmSync(join(localDir, 'data', 'data-key.sha256'));
  const restored = start('node', localDir, data);
  expect(await restored.ended()).toBe(1);
  expect(restored.output()).toMatch(/^The table was written under another data key than .*\n$/);
});

test.each([
  ['an invalid port', [], { PORT: '70000' }, /^PORT must be a number from 0 to 65535, not "70000"\.\n$/],
  [
    'an address of another machine',
    [],
    { HOST: '192.0.2.1' },
    /^Cannot listen on 192\.0\.2\.1: set HOST to an address of this machine.*\n$/,
  ],
  ['an unknown option', ['--dta', 'x'], {}, /^Unknown option '--dta'.*See npm start -- --help\n$/],
])('npm start refuses %s in one line with exit code 1', async (_, args, env, line) => {
  const service = start('node', localDir, args, env);
  expect(await service.ended()).toBe(1);
  expect(service.output()).toMatch(line);
});

test('--help lists every setting and starts nothing', async () => {
  const service = start('node', localDir, ['--help']);
  expect(await service.ended()).toBe(0);
  for (const word of ['--data', 'PORT', 'HOST', 'LOCAL_DIR']) expect(service.output()).toContain(word);
});
