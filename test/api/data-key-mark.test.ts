import { randomBytes } from 'node:crypto';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { keyFields } from '../../lib/dynamo/table.ts';
import { provisionLicense } from '../../lib/commands/provision-license.ts';
import { bindBrand } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { getCustomer as getCustomerRoute } from '../../lib/api/customers.ts';
import { provisionLicenses as provisionRoute } from '../../lib/api/licenses.ts';
import { getCustomer } from '../../lib/queries/get-customer.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { openVaultOnce } from '../../lib/process/open-vault.ts';
import { claimDataKeyMark, dataKeyMark } from '../../lib/table/data-key-mark.ts';
import { PLATFORM, platformKeys } from '../../lib/table/keys.ts';
import { computeMark } from '../../lib/process/vault.ts';
import { barrier } from '../support/run/barrier.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { newEmail } from '../support/service/purchases.ts';
import { startSecretsManager, type SecretsManager } from '../support/table/secrets-manager.ts';
import {
  byOperation,
  eventFor,
  startService,
  type Call,
  type Service,
  type TestBrand,
} from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';

process.env['LOG_LEVEL'] = 'INFO';

const newKey = (): string => randomBytes(32).toString('hex');
const SECRET = newKey();
let proxy: FaultProxy;
let secrets: SecretsManager;
let service: Service;
let brand: TestBrand;
let lines: string[];
beforeAll(async () => {
  captureOutput();
  proxy = await startFaultProxy(engineEndpoint());
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  secrets = await startSecretsManager(SECRET);
  brand = await service.brand();
});
beforeEach(() => {
  lines = captureOutput();
  secrets.behave({ answers: SECRET });
  proxy.asked.length = 0;
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(async () => {
  jest.restoreAllMocks();
  secrets.stop();
  await proxy.stop();
});

const soon = (): AbortSignal => AbortSignal.timeout(9_000);
const open = () => openRuntime().vault(soon());
const inTable = () => ({ TableName: service.tableName, Key: platformKeys.dataKeyMark() });
const markNow = async (): Promise<unknown> =>
  (await service.documents.send(new GetCommand({ ...inTable(), ConsistentRead: true }))).Item?.['mark'];
const forget = () => service.documents.send(new DeleteCommand(inTable()));
const changed = { name: 'DataKeyUnavailable', fault: 'changed' };
const figuresAndEvents = (): unknown[] =>
  lines.flatMap((line) => {
    const announced = JSON.parse(line) as { event?: string; data_key_faults?: number; reason?: string };
    return (
      announced.event ?? (announced.data_key_faults === undefined ? [] : [announced.data_key_faults, announced.reason])
    );
  });

describe('the mark of the data key', () => {
  test('is written by the first container and not changed by others', async () => {
    await forget();
    await open();
    const mark = await markNow();
    expect(mark).toMatch(/^[\w-]{43}$/);
    await Promise.all([open(), open()]);
    expect(await markNow()).toBe(mark);
  });

  test('differs from the key and from every hash and signature made with it', async () => {
    const vault = await open();
    const mark = (await markNow()) ?? '';
    expect(mark).not.toContain(SECRET);
    for (const purpose of ['email', 'mark', 'mark/v1', '']) expect(vault.keyedHash('', purpose)).not.toBe(mark);
    expect(vault.sign('')).not.toBe(mark);
  });

  test('costs a container one read, sent together with that of the data key, and a warm call none', async () => {
    await open();
    proxy.asked.length = 0;
    secrets.asked.length = 0;
    const bothArrived = barrier(2);
    secrets.behave({ answers: SECRET, after: bothArrived });
    proxy.tamper = (_, forward) => bothArrived().then(() => forward());
    const { vault } = openRuntime();
    await Promise.all([vault(soon()), vault(soon())]);
    await vault(soon());
    expect(secrets.asked).toHaveLength(1);
    expect(proxy.asked.map(({ operation, input }) => [operation, input['Key']])).toEqual([
      ['GetItem', keyFields(platformKeys.dataKeyMark())],
    ]);
  });

  test('accepts one key if containers start with different keys at once, and refuses the others', async () => {
    for (let round = 0; round < 10; round += 1) {
      await forget();
      const containers = Array.from({ length: 6 }, () => containerWith(newKey()));
      const outcomes = await Promise.allSettled(containers.map(({ vault }) => vault(soon())));
      const opened = containers.filter((_, i) => outcomes[i]?.status === 'fulfilled');
      expect(opened.map(({ key }) => computeMark(Buffer.from(key)))).toEqual([await markNow()]);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(changed);
    }
    await forget();
  });

  test('makes the data key unavailable while it cannot be read', async () => {
    await open();
    proxy.tamper = () => Promise.resolve(errorAnswer('InternalServerError'));
    await expect(open()).rejects.toMatchObject({ name: 'DataKeyUnavailable', fault: 'away' });
    proxy.tamper = undefined;
    await open();
  });
});

/** A new container whose secret has this value. */
function containerWith(key: string) {
  const { wire, tableName: name, logger, metrics } = openRuntime();
  const table = (signal: AbortSignal) => ({ wire, name, owners: [PLATFORM], signal });
  const readDataKey = () => Promise.resolve(Buffer.from(key));
  const readMark = (signal: AbortSignal) => dataKeyMark(table(signal));
  const claimMark = (mark: string, signal: AbortSignal) => claimDataKeyMark(table(signal), mark);
  return { key, vault: openVaultOnce({ readDataKey, readMark, claimMark, logger, measure: metrics.measure }) };
}

/** Calls a container that has served no call yet. */
async function coldCall(which: 'buy' | 'read', call: Call) {
  const handler =
    which === 'buy'
      ? serve(openRuntime, [bindBrand(provisionRoute, provisionLicense)])
      : serve(openRuntime, [bindBrand(getCustomerRoute, getCustomer)]);
  const event = eventFor(which === 'buy' ? provisionRoute : getCustomerRoute, { apiKey: brand.apiKey, ...call });
  const { statusCode, headers, body } = await handler(event as Parameters<typeof handler>[0], {} as Context);
  return { statusCode, headers, body: JSON.parse(body ?? '{}') as Record<string, unknown> };
}

test('a container with another data key creates no customer, writes nothing, and answers reads with 503', async () => {
  const order = { body: { customer_email: newEmail(), products: ['wp-rocket'] } };
  const bought = await coldCall('buy', order);
  expect(bought).toMatchObject({ statusCode: 201 });
  const [license] = bought.body['licenses'] as { id: string }[];
  const params = { license_id: license?.id ?? '' };
  const { customer_id } = (await service.call(byOperation('get_license'), { apiKey: brand.apiKey, params })).body;
  const customer = { params: { customer_id: String(customer_id) } };
  expect(await coldCall('read', customer)).toMatchObject({ statusCode: 200 });
  const [mark, before] = [await markNow(), await fingerprint(service)];

  secrets.behave({ answers: newKey() });
  lines.length = 0;
  const refused = {
    statusCode: 503,
    headers: expect.objectContaining({ 'retry-after': '5' }),
    body: expect.objectContaining({ code: 'unavailable' }),
  };
  expect(await coldCall('buy', order)).toMatchObject(refused);
  expect(figuresAndEvents()).toEqual(['data_key.changed', 1, 'changed', 'call.answered']);
  expect(await coldCall('read', customer)).toMatchObject(refused);
  expect(lines.join('\n')).not.toContain(order.body.customer_email);
  expect([await markNow(), await fingerprint(service)]).toEqual([mark, before]);

  secrets.behave({ answers: SECRET });
  expect(await coldCall('buy', order)).toMatchObject({ statusCode: 201 });
  expect(await coldCall('read', customer)).toMatchObject({ body: { licenses: [{}, {}] } });
});

test('a warm container keeps the right data key if the secret is changed', async () => {
  const { vault } = openRuntime();
  const before = await vault(soon());
  secrets.behave({ answers: newKey() });
  expect(await vault(soon())).toBe(before);
});
