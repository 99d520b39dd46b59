import { describe, expect, jest, test } from '@jest/globals';
import { createTable, localClient } from '../../local/create-table.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { runAdmin, type AdminRun } from '../support/service/run-admin.ts';
import { useLocalStart } from '../support/service/started-locally.ts';

jest.setTimeout(90_000);

type Body = Record<string, unknown>;

const local = useLocalStart();

/** The answer of a successful command. */
async function answer(...args: string[]): Promise<Body> {
  const { code, stdout, stderr } = await local.admin(...args, '--json');
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return JSON.parse(stdout) as Body;
}

const statusFor = async (apiKey: string, path: string): Promise<number> =>
  (await fetch(`${local.baseUrl}${path}`, { headers: { 'x-api-key': apiKey } })).status;

describe('a brand created by the admin command', () => {
  let apiKey: Body;

  test('gets products, a bundle and a working API key', async () => {
    const brand = await answer(
      'brand',
      'create',
      '--name',
      'Imagify',
      '--slug',
      'imagify',
      '--key-prefix',
      'IMG',
      '--settings',
      '{"rate_limit_per_minute": 500}',
    );
    expect(brand).toMatchObject({ slug: 'imagify', status: 'active', settings: { rate_limit_per_minute: 500 } });
    for (const slug of ['imagify', 'imagify-cdn'])
      await answer(
        'product',
        'create',
        '--brand',
        'imagify',
        '--name',
        slug,
        '--slug',
        slug,
        '--policy',
        '{"seat_limit": 3}',
      );
    await answer(
      'bundle',
      'create',
      '--brand',
      String(brand['id']),
      '--name',
      'All',
      '--slug',
      'all',
      '--products',
      'imagify, imagify-cdn',
    );
    apiKey = await answer('api-key', 'create', '--brand', 'imagify', '--name', 'Shop');
    expect(await statusFor(String(apiKey['api_key']), '/api/v1/brand/products')).toBe(200);
    expect((await answer('product', 'list', '--brand', 'imagify'))['products']).toHaveLength(2);
    expect((await answer('bundle', 'list', '--brand', 'imagify'))['bundles']).toHaveLength(1);
    expect((await answer('brand', 'list'))['brands']).toHaveLength(3);
  });

  test('never shows its API key in a list or in the output of the service', async () => {
    const { stdout, stderr } = await local.admin('api-key', 'list', '--brand', 'imagify');
    expect(stdout).toContain('Shop');
    expect(stdout + stderr).not.toContain(String(apiKey['api_key']));
    expect(local.output()).not.toContain(String(apiKey['api_key']));
  });

  test('needs --yes to rotate its API key without overlap, but not with overlap', async () => {
    const id = String(apiKey['id']);
    const rotated = await answer('api-key', 'rotate', id, '--brand', 'imagify', '--overlap-hours', '1');
    expect(await statusFor(String(apiKey['api_key']), '/api/v1/brand/products')).toBe(200);
    expect(await statusFor(String(rotated['api_key']), '/api/v1/brand/products')).toBe(200);
    const unasked = await local.admin('api-key', 'rotate', id, '--brand', 'imagify');
    expect(unasked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(unasked.stderr).toContain('“Shop”');
    apiKey = { ...rotated };
  });

  test('needs --yes to revoke its API key, which stops working at once', async () => {
    const revoke = ['api-key', 'revoke', String(apiKey['id']), '--brand', 'imagify'];
    expect(await local.admin(...revoke)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be undone'),
    });
    expect(await statusFor(String(apiKey['api_key']), '/api/v1/brand/products')).toBe(200);
    expect((await answer(...revoke, '--yes'))['revoked_at']).toEqual(expect.any(String));
    expect(await statusFor(String(apiKey['api_key']), '/api/v1/brand/products')).toBe(401);
  });

  test('needs --yes to be suspended, but not to be reactivated', async () => {
    const update = ['brand', 'update', 'imagify', '--status'];
    expect(await local.admin(...update, 'suspended')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Suspend Imagify?'),
    });
    expect(await answer('brand', 'show', 'imagify')).toMatchObject({ status: 'active' });
    expect(await answer(...update, 'suspended', '--yes')).toMatchObject({ status: 'suspended' });
    expect(await answer(...update, 'active')).toMatchObject({ status: 'active' });
  });
});

test('the admin command creates, lists, rotates and revokes platform keys, and accepts one for its calls', async () => {
  const made = await answer('platform-key', 'create', '--name', 'Support', '--scopes', 'platform:read');
  expect(made['scopes']).toEqual(['platform:read']);
  const listed = await local.admin('platform-key', 'list');
  expect(listed.stdout).toContain('Support');
  expect(listed.stdout).not.toContain(String(made['api_key']));
  const withIt = (...args: string[]): Promise<AdminRun> =>
    runAdmin([...args, '--url', local.baseUrl], { CLS_API_KEY: String(made['api_key']) });
  expect((await withIt('brand', 'list')).code).toBe(0);
  expect(await withIt('platform-key', 'create', '--name', 'More')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('scope_missing'),
  });
  const rotate = ['platform-key', 'rotate', String(made['id'])];
  expect(await local.admin(...rotate)).toMatchObject({ code: 2, stderr: expect.stringContaining('“Support”') });
  const rotated = await answer(...rotate, '--yes');
  expect(await statusFor(String(made['api_key']), '/api/v1/admin/brands')).toBe(401);
  expect(await local.admin('platform-key', 'revoke', String(made['id']))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be undone'),
  });
  await answer('platform-key', 'revoke', String(made['id']), '--yes');
  expect(await statusFor(String(rotated['api_key']), '/api/v1/admin/brands')).toBe(401);
});

test('the admin command finds a license by e-mail, license key or order number, and masks its key', async () => {
  const { brands } = local.credentials;
  const sold = await fetch(`${local.baseUrl}/api/v1/brand/licenses/provision`, {
    method: 'POST',
    headers: { 'x-api-key': brands[0]?.api_key ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ customer_email: 'ann@example.com', products: ['wp-rocket'], external_id: 'order-7' }),
  });
  const { license_key, licenses } = (await sold.json()) as { license_key: { key: string }; licenses: { id: string }[] };
  const id = licenses[0]?.id ?? '';
  for (const [flag, text] of [
    ['--email', 'ann@example.com'],
    ['--license-key', license_key.key],
    ['--external-id', 'order-7'],
  ] as const)
    expect(await answer('license', 'find', flag, text)).toMatchObject({
      licenses: [{ id, brand: { slug: 'wp-rocket' } }],
    });
  expect(await answer('license', 'show', id)).toMatchObject({ id, status: 'valid' });
  const found = await local.admin('license', 'find', '--email', 'ann@example.com');
  expect(found.stdout).toContain(id);
  expect(found.stdout + found.stderr).not.toContain(license_key.key);
  expect(await local.admin('license', 'find', '--email', 'nobody@example.com')).toMatchObject({
    code: 0,
    stdout: 'None.\n',
  });
  expect(await local.admin('license', 'show', '01938c5b-11aa-7b3c-8d4e-2f60718293a4')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no license'),
  });
});

test('check-interval shows the factor of the stage, and sets it within its bounds', async () => {
  expect(await answer('check-interval')).toMatchObject({ check_interval_factor: 1 });
  expect(await answer('check-interval', '--factor', '4')).toMatchObject({ check_interval_factor: 4 });
  expect(await answer('check-interval')).toMatchObject({ check_interval_factor: 4 });
  expect(await local.admin('check-interval', '--factor', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/check_interval_factor'),
  });
  expect((await local.admin('check-interval', '--factor', 'x')).code).toBe(2);
  await answer('check-interval', '--factor', '1');
});

test('create-platform-key creates a working key without the API, and prints it once', async () => {
  const made = await local.admin('create-platform-key');
  expect(made.code).toBe(0);
  const text = /cls_platform_\w{32}/.exec(made.stdout)?.[0] ?? '';
  expect(made.stdout.split(text)).toHaveLength(2);
  expect(made.stderr).not.toContain(text);
  expect(await runAdmin(['brand', 'list'], { CLS_URL: local.baseUrl, CLS_API_KEY: text })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('rankmath'),
  });
});

test('create-platform-key writes to the table of --table, and refuses a missing table', async () => {
  const endpoint = engineEndpoint();
  const client = localClient(endpoint);
  const table = `admin-${String(process.pid)}`;
  await createTable(client, table, { stream: false });
  client.destroy();
  const made = await runAdmin(['create-platform-key', '--table', table, '--endpoint', endpoint, '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({ api_key: expect.stringMatching(/^cls_platform_/) });
  const nowhere = await runAdmin(['create-platform-key', '--table', 'not-there', '--endpoint', endpoint]);
  expect(nowhere).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('The table not-there cannot be written'),
  });
});

test('the name of a brand cannot send control characters to the terminal', async () => {
  const { code } = await local.admin(
    'brand',
    'create',
    '--name',
    'A\u001b[2JB',
    '--slug',
    'steering',
    '--key-prefix',
    'STEER',
  );
  expect(code).toBe(1);
  await answer('brand', 'create', '--name', 'A\u202eB', '--slug', 'turning', '--key-prefix', 'TURN');
  expect((await local.admin('brand', 'list')).stdout).toContain('A?B');
});
