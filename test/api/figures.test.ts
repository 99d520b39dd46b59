import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { figureTexts } from '../../lib/process/figure-texts.ts';
import { figures } from '../../lib/process/figures.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { activate, check, purchase, type Site } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';

process.env['LOG_LEVEL'] = 'INFO';

type Emf = Record<string, unknown> & {
  _aws: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
};

let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let lines: string[];
beforeAll(async () => {
  captureOutput();
  proxy = await startFaultProxy(engineEndpoint());
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  brand = await service.brand();
});
beforeEach(() => {
  lines = captureOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

async function newSite(seats: number | null): Promise<Site> {
  const { license_key } = await purchase(service, brand, { max_seats: seats });
  return { license_key: license_key.key, product: 'wp-rocket', instance_identifier: 'https://one.example' };
}

const emfLines = (): Emf[] =>
  lines.map((line) => JSON.parse(line) as Partial<Emf>).filter((line): line is Emf => line._aws !== undefined);
/** Every measured figure, with its dimension. */
const announced = (): unknown[] =>
  emfLines().flatMap(({ _aws: { CloudWatchMetrics }, ...values }) =>
    CloudWatchMetrics.flatMap(({ Metrics, Dimensions }) =>
      Metrics.map(({ Name }) => [
        Name,
        values[Name],
        ...Dimensions.flat().flatMap((name) => (name === 'service' ? [] : [values[name]])),
      ]),
    ),
  );

test('measures each activation and its seat saturation once, and ignores a repeated activation', async () => {
  const site = await newSite(4);
  lines.length = 0;
  await activate(service, site);
  await activate(service, site);
  await activate(service, { ...site, instance_identifier: 'https://two.example' });
  expect(announced()).toEqual([
    ['activations', 1],
    ['seat_saturation_percent', 25],
    ['activations', 1],
    ['seat_saturation_percent', 50],
  ]);
});

test('measures no seat saturation for an unlimited license', async () => {
  const site = await newSite(null);
  lines.length = 0;
  await activate(service, site);
  expect(announced()).toEqual([['activations', 1]]);
});

test('counts refusals by error code only, without dimensions for a brand or a caller', async () => {
  const site = await newSite(1);
  await activate(service, site);
  lines.length = 0;
  await activate(service, { ...site, instance_identifier: 'https://two.example' });
  await service.call(listLicenses, { apiKey: brand.apiKey, query: {} });
  await service.call(listLicenses, { apiKey: 'cls_NOBODY_none', query: {} });
  // A license that changed recently is read again before a refusal, which counts as one retry.
  expect(announced().filter((one) => JSON.stringify(one) !== '["contention_retries",1]')).toEqual([
    ['refusals', 1, 'seat_limit_reached'],
    ['refusals', 1, 'bad_request'],
    ['refusals', 1, 'api_key_invalid'],
  ]);
  for (const { _aws, ...values } of emfLines().filter(({ refusals }) => refusals !== undefined)) {
    expect(_aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'LicenseService',
        Dimensions: [['service', 'code']],
        Metrics: [{ Name: 'refusals', Unit: 'Count' }],
      },
    ]);
    expect(values['service']).toBe(`license-service-${process.env['STAGE'] ?? ''}`);
  }
});

test('counts a replayed answer as a replay and not as an activation', async () => {
  const site = await newSite(2);
  const headers = { 'idempotency-key': 'once' };
  lines.length = 0;
  await activate(service, site, { headers });
  expect(await activate(service, site, { headers })).toMatchObject({
    status: 201,
    headers: { 'idempotent-replayed': 'true' },
  });
  expect(announced()).toEqual([
    ['activations', 1],
    ['seat_saturation_percent', 50],
    ['idempotent_replays', 1],
  ]);
});

test('counts each retry after a conflict, in one log line for the call', async () => {
  const site = await newSite(2);
  let conflicts = 3;
  proxy.tamper = ({ operation, input }, forward) => {
    if (operation !== 'TransactWriteItems' || conflicts === 0) return forward();
    conflicts -= 1;
    const CancellationReasons = (input['TransactItems'] as unknown[]).map(() => ({ Code: 'TransactionConflict' }));
    return Promise.resolve(errorAnswer('TransactionCanceledException', { CancellationReasons }));
  };
  lines.length = 0;
  await service.call(activateLicense, { body: site });
  expect(emfLines()).toHaveLength(1);
  expect(announced()).toEqual([
    ['contention_retries', [1, 1, 1]],
    ['activations', 1],
    ['seat_saturation_percent', 50],
  ]);
});

test('measures nothing for a check, whether it succeeds or fails', async () => {
  const site = await newSite(1);
  lines.length = 0;
  await check(service, site);
  await check(service, { ...site, license_key: 'none' });
  expect(lines).toHaveLength(2);
  expect(announced()).toEqual([]);
});

test('writes no metrics line for a call without metrics', async () => {
  const site = await newSite(1);
  lines.length = 0;
  await service.call(listLicenses, { apiKey: brand.apiKey, query: { license_key: site.license_key } });
  expect(emfLines()).toEqual([]);
});

test('names every metric for CloudWatch and Prometheus, with its unit at the end', () => {
  for (const [name, { unit }] of Object.entries(figures)) {
    expect(name).toMatch(/^[a-z]+(?:_[a-z]+)+$|^[a-z]+$/);
    if (unit !== 'Count') expect(name).toMatch(new RegExp(`_${unit.toLowerCase()}$`));
  }
  for (const text of Object.values(figureTexts)) expect(text).toMatch(/^[A-Z].*[^.]$/);
});
