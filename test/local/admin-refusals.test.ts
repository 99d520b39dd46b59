import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import { runAdmin, runAdminProcess, type AdminRun } from '../support/service/run-admin.ts';
import { useLocalStart } from '../support/service/started-locally.ts';

jest.setTimeout(90_000);

const local = useLocalStart();

describe('the admin command', () => {
  test.each([
    [
      'a slug that is in use',
      ['brand', 'create', '--name', 'X', '--slug', 'rankmath', '--key-prefix', 'XX'],
      'slug_taken',
    ],
    [
      'an invalid key prefix',
      ['brand', 'create', '--name', 'X', '--slug', 'xx', '--key-prefix', 'x'],
      '/key_prefix must be',
    ],
    ['an unknown brand slug', ['brand', 'show', 'nobody'], 'There is no brand "nobody"'],
    ['an unknown brand id', ['brand', 'show', '01938c5b-11aa-7b3c-8d4e-2f60718293a4'], 'brand_not_found'],
    [
      'an unknown API key',
      ['api-key', 'revoke', '01938c5b-11aa-7b3c-8d4e-2f60718293a4', '--brand', 'rankmath', '--yes'],
      'api_key_not_found',
    ],
    [
      'an unknown product',
      ['bundle', 'create', '--brand', 'rankmath', '--name', 'X', '--slug', 'x', '--products', 'nothing'],
      'product_not_found',
    ],
  ])('exits with 1 and one line with the reason for %s', async (_, args, why) => {
    const { code, stdout, stderr } = await local.admin(...args);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(why);
  });

  test('refuses an invalid platform key with a hint to CLS_API_KEY, without repeating the key', async () => {
    for (const [key, advice] of [
      ['cls_platform_00000000000000000000000000000000', 'CLS_API_KEY'],
      ['nonsense', 'CLS_API_KEY'],
    ] as const) {
      const { code, stderr } = await runAdmin(['brand', 'list', '--url', local.baseUrl], { CLS_API_KEY: key });
      expect({ code, advised: stderr.includes(advice), repeated: stderr.includes(key) }).toEqual({
        code: 1,
        advised: true,
        repeated: false,
      });
    }
  });

  test('keeps the path of the service’s URL, for a service behind a shared host name', async () => {
    const asked: string[] = [];
    const gateway = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"brands": [], "next_cursor": null}');
    });
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    const { port } = gateway.address() as AddressInfo;
    expect(
      await runAdmin(['brand', 'list', '--url', `http://127.0.0.1:${port}/licenses/`], {
        CLS_API_KEY: local.credentials.admin_api_key,
      }),
    ).toMatchObject({ code: 0 });
    gateway.close();
    expect(asked).toEqual(['/licenses/api/v1/admin/brands?limit=100']);
  });

  test('explains how to reach the service if nothing answers', async () => {
    expect(await runAdmin(['brand', 'list', '--local', '--local-dir', '/nowhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm start'),
    });
    const gone = await runAdmin(['brand', 'list', '--url', 'http://127.0.0.1:9'], {
      CLS_API_KEY: local.credentials.admin_api_key,
    });
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing answers at http://127.0.0.1:9') });
  });
});

describe('the admin command line', () => {
  test.each([
    [['nonsense'], 'There is no command "nonsense"'],
    [['brand', 'destroy'], 'There is no command "brand destroy"'],
    [['brand', 'create', '--local'], '--name, --slug, --key-prefix are missing'],
    [['brand', 'show', '--local'], 'BRAND is missing'],
    [['brand', 'list', 'all', '--local'], 'one word too many'],
    [['brand', 'list', '--nonsense'], "Unknown option '--nonsense'"],
    [['brand', 'list', '--api-key', 'x'], "Unknown option '--api-key'"],
    [['brand', 'list'], '--stage STAGE, --local and --url'],
    [['brand', 'list', '--local', '--stage', 'dev'], 'Give only one of'],
    [['brand', 'list', '--url', 'http://licenses.example.com'], 'no https address'],
    [['brand', 'list', '--url', 'https://licenses.example.com'], 'CLS_API_KEY'],
    [
      ['product', 'create', '--local', '--brand', 'x', '--name', 'x', '--slug', 'x', '--policy', '{'],
      '--policy must be JSON',
    ],
    [['license', 'find', '--local'], 'exactly one of'],
    [['create-platform-key'], '--stage STAGE, --local and --table'],
    [['create-platform-key', '--endpoint', 'http://127.0.0.1:1'], '--endpoint goes with --table'],
  ])('refuses %j with exit code 2, the reason and a hint to --help', async (args, why) => {
    const { code, stdout, stderr } = await runAdmin(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).toContain('npm run admin -- --help');
  });

  test.each([
    [['--help']],
    [[]],
    [['brand', '--help']],
    [['api-key', 'revoke', '--help']],
    [['create-platform-key', '-h']],
  ])('prints help with examples for %j', async (args) => {
    const { code, stdout } = await runAdmin(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples\n {2}npm run admin -- /);
  });

  test('is that of a process, which ends with the same code and prints the same', async () => {
    const here = ['--local', '--local-dir', local.localDir];
    const wrong = { CLS_API_KEY: 'nonsense' };
    const withoutId = (run: AdminRun) => ({ ...run, stderr: run.stderr.replace(/request [\w-]+/, 'request …') });
    for (const [args, env] of [
      [['brand', 'show', 'rankmath', ...here], {}],
      [['brand', 'list', '--url', local.baseUrl], wrong],
      [['brand', 'update', 'rankmath', '--status', 'suspended', ...here], {}],
      [['api-key', 'revoke', '--help'], {}],
    ] as [string[], Record<string, string>][])
      expect(withoutId(await runAdminProcess(args, env))).toEqual(withoutId(await runAdmin(args, env)));
  });
});
