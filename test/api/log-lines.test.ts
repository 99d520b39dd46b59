import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { bind } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { health } from '../../lib/api/service.ts';
import { getAnalytics } from '../../lib/api/analytics.ts';
import { rotateLicenseKey } from '../../lib/api/license-keys.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { cloudWatchEnvironment, startCloudWatch } from '../../local/cloudwatch.ts';
import { post, type Fields } from '../support/edd/edd-client.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { byOperation, eventFor, type TestBrand } from '../support/service/service.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { newEmail, purchase } from '../support/service/purchases.ts';
import { startWorld, type World } from '../support/service/world.ts';

process.env['LOG_LEVEL'] = 'INFO';
const TRACE = '1-67891233-abcdef012345678912345678';

let world: World;
let lines: string[];
beforeAll(async () => {
  captureOutput();
  world = await startWorld();
});
beforeEach(() => {
  process.env['_X_AMZN_TRACE_ID'] = `Root=${TRACE};Parent=463ac35c9f6413ad;Sampled=1`;
  lines = captureOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['_X_AMZN_TRACE_ID'];
});

/** The log lines without the metrics, which figures.test.ts checks. */
const parsed = (): Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => !('_aws' in line));
const site = () => ({ license_key: world.licenseKey, product: 'wp-rocket', instance_identifier: SITE });
const always = {
  event: 'call.answered',
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  trace: TRACE,
  request_id: 'order-42',
  ms: expect.any(Number),
};
const headers = { 'x-request-id': 'order-42' };

describe('the log line of a call', () => {
  test('by an API key names the brand by its slug', async () => {
    await world.call(listLicenses, { apiKey: world.shop.apiKey, query: { email: world.email }, headers });
    expect(parsed()).toEqual([
      { ...always, level: 'INFO', route: 'GET /api/v1/brand/licenses', status: 200, brand: world.shop.slug },
    ]);
  });

  test('that is refused names the error code', async () => {
    await world.call(listLicenses, { apiKey: world.shop.apiKey, query: {}, headers });
    expect(parsed()).toEqual([
      {
        ...always,
        level: 'INFO',
        route: 'GET /api/v1/brand/licenses',
        status: 400,
        code: 'bad_request',
        brand: world.shop.slug,
      },
    ]);
  });

  test('by a license key names the brand by its key prefix', async () => {
    await world.call(activateLicense, { body: site(), headers });
    expect(parsed()).toEqual([
      {
        ...always,
        level: 'INFO',
        route: 'POST /api/v1/product/licenses/activate',
        status: 200,
        brand: world.shop.key_prefix,
      },
    ]);
  });

  test('of a check has the verdict as its code, and no trace', async () => {
    await world.call(checkLicense, { query: site(), headers });
    await world.call(checkLicense, { query: { ...site(), instance_identifier: 'elsewhere.example' }, headers });
    const { trace: _, ...untraced } = always;
    const line = {
      ...untraced,
      level: 'INFO',
      route: 'GET /api/v1/product/licenses/check',
      status: 200,
      brand: world.shop.key_prefix,
    };
    expect(parsed()).toEqual([
      { ...line, code: 'valid' },
      { ...line, code: 'not_activated' },
    ]);
  });

  test('by an unknown license key names no brand, since anyone can claim a prefix', async () => {
    for (const route of [checkLicenseByPost, activateLicense])
      await world.call(route, { body: { ...site(), license_key: newLicenseKey('OTHER') }, headers });
    for (const line of parsed()) expect(line).toMatchObject({ status: 404, code: 'license_key_not_found' });
    for (const line of parsed()) expect(line).not.toHaveProperty('brand');
  });

  test('that fails with a bug follows an error line with the stack', async () => {
    const broken = serve(openRuntime, [bind(health, () => Promise.reject(new TypeError('a bug')))]);
    await broken({ ...eventFor(health, { headers }), call: undefined as never }, {} as Context);
    const { ms: _, ...common } = always;
    const error = { name: 'TypeError', message: 'a bug', stack: expect.stringContaining('log-lines.test.ts') };
    expect(parsed()).toEqual([
      { ...common, event: 'call.failed', level: 'ERROR', message: 'unexpected error', route: 'GET /health', error },
      { ...always, level: 'INFO', route: 'GET /health', status: 500, code: 'internal_error' },
    ]);
  });

  test('has no trace if the environment has none or a malformed one', async () => {
    for (const value of ['', 'Root=nonsense', 'Self=1-67891233-abcdef012345678912345678']) {
      process.env['_X_AMZN_TRACE_ID'] = value;
      await world.call(byOperation('health'), {});
    }
    for (const line of parsed()) expect(line).not.toHaveProperty('trace');
    expect(lines).toHaveLength(3);
  });
});

describe('a call of a client of Easy Digital Downloads', () => {
  const TWO = 'https://two.example';
  const batch = (product: string) => ({ [`products[${product}][item_name]`]: product });
  let key: string;
  let replaced: string;
  let ofAnother: string;
  beforeAll(async () => {
    captureOutput();
    const one = { customer_email: newEmail(), license_key: 'new', max_seats: 1 };
    const { license_key } = await purchase(world, world.shop, { ...one, products: ['wp-rocket'] });
    const params = { license_key_id: license_key.id };
    const { body } = await world.call(rotateLicenseKey, { apiKey: world.shop.apiKey, params, body: {} });
    [key, replaced] = [String(body['key']), license_key.key];
    ofAnother = (await purchase(world, await world.brand(), { ...one, products: ['wp-rocket'] })).license_key.key;
  });

  async function lineOf(edd_action: string, fields: Fields = {}): Promise<Record<string, unknown>> {
    lines.length = 0;
    const sent = { edd_action, license: key, item_name: 'wp-rocket', url: 'https://one.example', ...fields };
    const userAgent = sent.url === '' ? 'curl/8' : undefined;
    await post(world.shop.slug, sent, { ...(userAgent && { userAgent }), headers });
    const [line, ...more] = parsed();
    expect(more).toEqual([]);
    return line ?? {};
  }

  test('is counted by brand, as one of our own routes is, if its license key is known', async () => {
    const cloudWatch = await startCloudWatch();
    Object.assign(process.env, cloudWatchEnvironment(cloudWatch));
    const calls: [action: string, fields: Fields, code: string | undefined, isKnown?: false][] = [
      ['check_license', {}, 'not_activated'],
      ['activate_license', {}, undefined],
      ['activate_license', { url: TWO }, 'seat_limit_reached'],
      ['activate_license', { url: '' }, 'bad_request'],
      ['activate_license', { item_name: 'imagify' }, 'product_not_on_key'],
      ['activate_license', { item_name: 'nothing' }, 'product_not_on_key'],
      ['check_license', {}, 'valid'],
      ['check_license', { item_name: 'imagify' }, 'product_not_on_key'],
      ['check_license', { item_name: 'nothing' }, 'product_not_on_key'],
      ['get_version', {}, 'valid'],
      ['get_version', { url: TWO }, 'not_activated'],
      ['get_version', { item_name: 'imagify' }, 'product_not_on_key'],
      ['get_version', { ...batch('wp-rocket'), ...batch('imagify') }, 'product_not_on_key'],
      ['deactivate_license', { url: TWO }, 'activation_not_found'],
      ['deactivate_license', { url: '' }, 'bad_request'],
      ['deactivate_license', { item_name: 'imagify' }, 'product_not_on_key'],
      ['deactivate_license', {}, undefined],
      ['activate_license', { license: replaced }, 'license_key_replaced'],
      ...['activate_license', 'deactivate_license', 'check_license', 'get_version'].flatMap((action) =>
        [newLicenseKey(world.shop.key_prefix), ofAnother].map((license): (typeof calls)[number] => [
          action,
          { license },
          'license_key_not_found',
          false,
        ]),
      ),
      ['get_version', { license: '' }, undefined, false],
      ['get_version', { item_name: 'nothing' }, undefined, false],
    ];
    for (const [action, fields, code, isKnown = true] of calls) {
      const line = await lineOf(action, fields);
      const named = { ...(code && { code }), ...(isKnown && { brand: world.shop.key_prefix }) };
      expect(line).toEqual({ ...always, level: 'INFO', route: '$default', status: 200, action, ...named });
      cloudWatch.note(line);
    }
    const sumOf = async (metric: string): Promise<unknown> => {
      const query = { metric, granularity: 'month' };
      const { body } = await world.call(getAnalytics, { apiKey: world.shop.apiKey, query });
      return (body['series'] as { value: number | null }[]).reduce((sum, { value }) => sum + Number(value), 0);
    };
    expect(await sumOf('checks')).toBe(4);
    expect(await sumOf('refusals.product_not_on_key')).toBe(7);
    expect(await sumOf('refusals.seat_limit_reached')).toBe(1);
    expect(await sumOf('refusals.activation_not_found')).toBe(1);
    await cloudWatch.stop();
    for (const name of Object.keys(cloudWatchEnvironment(cloudWatch))) Reflect.deleteProperty(process.env, name);
  });

  test('that asks for no action of the protocol has a line without any', async () => {
    expect(await lineOf('nonsense')).toEqual({ ...always, level: 'INFO', route: '$default', status: 200 });
  });
});

describe('a check', () => {
  let longest: TestBrand;
  let longestKey: string;
  beforeAll(async () => {
    captureOutput();
    longest = await world.brand({
      key_prefix: `P${Math.random().toString(36).slice(2).toUpperCase().padEnd(9, '7').slice(0, 9)}`,
    });
    const body = { customer_email: world.email, products: ['wp-rocket'] };
    const sold = await world.call(byOperation('provision_licenses'), { apiKey: longest.apiKey, body });
    longestKey = (sold.body['license_key'] as { key: string }).key;
  });

  test.each([
    ['a site that may run', {}],
    ['a site that is not active', { instance_identifier: 'https://elsewhere.example.com' }],
    ['the longest verdict, on a key with the longest prefix', { product: 'imagify', license_key: 'longest' }],
    ['an unknown key', { license_key: newLicenseKey('OTHER') }],
    ['bad input', { instance_identifier: 'x'.repeat(2000) }],
  ])('writes one log line of at most 300 bytes, even with long ids and times, for %s', async (_, fields) => {
    const asked = { ...site(), ...fields };
    if (asked.license_key === 'longest') asked.license_key = longestKey;
    for (const [route, call] of [
      [checkLicense, { query: asked }],
      [checkLicenseByPost, { body: asked }],
    ] as const) {
      lines.length = 0;
      await world.call(route, { ...call, headers: { 'x-request-id': 'r'.repeat(64) } });
      expect(lines).toHaveLength(1);
      const slow = lines.join('').replace(/"ms":\d+/, '"ms":2999');
      expect(Buffer.byteLength(`${slow}\n`)).toBeLessThanOrEqual(300);
    }
  });
});
