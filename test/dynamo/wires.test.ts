import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { leanWire } from '../../lib/dynamo/lean-wire.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type Answered } from '../support/table/fault-proxy.ts';
import { useFaultProxy, useService } from '../support/service/started-service.ts';

type Common = Wire<'GetItem' | 'BatchGetItem' | 'UpdateItem'>;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const REGION = 'eu-west-1';
const proxy = useFaultProxy();
const service = useService();
beforeAll(async () => {
  const Item = {
    pk: { S: 'TEST#thing' },
    sk: { S: 'thing' },
    n: { N: '1' },
    text: { S: 'Grüße 🔑' },
    list: { L: [{ BOOL: true }, { NULL: true }] },
  };
  await service.client.send(new PutItemCommand({ TableName: service.tableName, Item }));
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const wires: [string, (endpoint: string) => Common][] = [
  ['the lean wire', (endpoint) => leanWire({ region: REGION, endpoint, credentials: () => credentials })],
  ['the SDK’s wire', (endpoint) => sdkWire({ region: REGION, endpoint, credentials })],
];
const Key = { pk: { S: 'TEST#thing' }, sk: { S: 'thing' } };
const missing = { pk: { S: 'TEST#missing' }, sk: { S: 'thing' } };

describe.each(wires)('%s', (_name, open) => {
  const signal = (): AbortSignal => AbortSignal.timeout(5_000);
  const get = (wire = open(proxy.endpoint), when = signal()) =>
    wire('GetItem', { TableName: service.tableName, Key, ConsistentRead: true }, when);
  const failures = (times: number, answer: Answered | 'lost'): { asked: () => number } => {
    let asked = 0;
    proxy.tamper = (_, forward) => {
      asked += 1;
      return asked > times ? forward() : Promise.resolve(answer);
    };
    return { asked: () => asked };
  };

  test('reads an item with all its types, and nothing for a missing item', async () => {
    const { Item } = await get();
    expect(Item).toMatchObject({
      ...Key,
      n: { N: '1' },
      text: { S: 'Grüße 🔑' },
      list: { L: [{ BOOL: true }, { NULL: true }] },
    });
    const nothing = await open(proxy.endpoint)('GetItem', { TableName: service.tableName, Key: missing }, signal());
    expect(nothing.Item).toBeUndefined();
  });

  test('reads the existing items of a batch', async () => {
    const RequestItems = { [service.tableName]: { Keys: [Key, missing], ConsistentRead: true } };
    const answer = await open(proxy.endpoint)('BatchGetItem', { RequestItems }, signal());
    expect(answer.Responses?.[service.tableName]).toMatchObject([Key]);
    expect(Object.keys(answer.UnprocessedKeys ?? {})).toEqual([]);
  });

  test('updates an item, and rejects with ConditionalCheckFailedException if the condition fails', async () => {
    const update = (value: string, expected: string) =>
      open(proxy.endpoint)(
        'UpdateItem',
        {
          TableName: service.tableName,
          Key,
          UpdateExpression: 'SET note = :value',
          ConditionExpression: 'n = :expected',
          ExpressionAttributeValues: { ':value': { S: value }, ':expected': { N: expected } },
        },
        signal(),
      );
    await update('held', '1');
    expect((await get()).Item?.['note']).toEqual({ S: 'held' });
    await expect(update('not held', '2')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await get()).Item?.['note']).toEqual({ S: 'held' });
    await update('held', '1');
  });

  test('rejects a wrong request with DynamoDB’s own error, without a retry', async () => {
    proxy.asked.length = 0;
    const wrong = open(proxy.endpoint)('GetItem', { TableName: 'no-such-table', Key }, signal());
    await expect(wrong).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(proxy.asked).toHaveLength(1);
  });

  test.each([
    ['a 500', { status: 500, body: '{}' }],
    ['a proxy’s page', { status: 502, body: '<html>Bad gateway</html>' }],
    ['throttling', errorAnswer('ThrottlingException')],
    ['a broken connection', 'lost' as const],
  ])('retries after %s, makes three attempts in total, and then rejects as Unavailable', async (_fault, answer) => {
    const once = failures(2, answer);
    expect((await get()).Item?.['n']).toEqual({ N: '1' });
    expect(once.asked()).toBe(3);
    const always = failures(Infinity, answer);
    await expect(get()).rejects.toMatchObject({ name: 'Unavailable' });
    expect(always.asked()).toBe(3);
  });

  test('rejects as Unavailable if the answer cannot be parsed', async () => {
    failures(Infinity, { status: 200, body: '<html>Welcome to the hotel’s network</html>' });
    await expect(get()).rejects.toMatchObject({ name: 'Unavailable' });
  });

  test('rejects as Unavailable if nothing listens at the endpoint', async () => {
    const nobody = await startFaultProxy(engineEndpoint());
    await nobody.stop();
    await expect(get(open(nobody.endpoint))).rejects.toMatchObject({ name: 'Unavailable' });
  });

  test('rejects as Unavailable if the deadline passes before an answer', async () => {
    proxy.tamper = () => new Promise(() => undefined);
    const began = performance.now();
    await expect(get(open(proxy.endpoint), AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'Unavailable' });
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test('abandons a silent connection early enough for a retry', async () => {
    let asked = 0;
    proxy.tamper = (_, forward) => {
      asked += 1;
      return asked === 1 ? new Promise(() => undefined) : forward();
    };
    expect((await get(open(proxy.endpoint), AbortSignal.timeout(2800))).Item?.['n']).toEqual({ N: '1' });
  });
});
