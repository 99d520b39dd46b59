import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { bothWires } from '../support/table/both-wires.ts';
import { errorAnswer, startFaultProxy, type Answered } from '../support/table/fault-proxy.ts';
import { useFaultProxy, useService } from '../support/service/started-service.ts';

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

const Key = { pk: { S: 'TEST#thing' }, sk: { S: 'thing' } };
const missing = { pk: { S: 'TEST#missing' }, sk: { S: 'thing' } };

describe.each(bothWires)('%s', (_name, open) => {
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

  test('queries a partition page by page, in both directions', async () => {
    const pk = { S: `TEST#${randomUUID()}` };
    const items = ['a', 'b', 'c'].map((sk) => ({ pk, sk: { S: sk } }));
    for (const Item of items) await service.client.send(new PutItemCommand({ TableName: service.tableName, Item }));
    const query = (more: object) =>
      open(proxy.endpoint)(
        'Query',
        {
          TableName: service.tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ...more,
        },
        signal(),
      );
    expect(await query({})).toMatchObject({ Items: items, Count: 3 });
    const first = await query({ Limit: 2, ScanIndexForward: false });
    expect(first).toMatchObject({ Items: [items[2], items[1]], LastEvaluatedKey: items[1] });
    const last = await query({ ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([last.Items, last.LastEvaluatedKey]).toEqual([[items[0]], undefined]);
  });

  const transact = (value: string, token: string, condition = 'attribute_not_exists(pk)') => {
    const TableName = service.tableName;
    const put = { pk: { S: `TEST#${token}` }, sk: { S: 'put' } };
    const returned = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
    return open(proxy.endpoint)(
      'TransactWriteItems',
      {
        ClientRequestToken: token,
        TransactItems: [
          { Put: { TableName, Item: put } },
          {
            Update: {
              TableName,
              Key: { pk: { S: `TEST#${value}` }, sk: { S: 'sum' } },
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
          {
            ConditionCheck: { TableName, Key: missing, ConditionExpression: condition, ...returned },
          },
        ],
      },
      signal(),
    );
  };
  const readSum = async (value: string): Promise<unknown> => {
    const sum = { pk: { S: `TEST#${value}` }, sk: { S: 'sum' } };
    const { Item } = await open(proxy.endpoint)('GetItem', { TableName: service.tableName, Key: sum }, signal());
    return Item?.['n']?.N;
  };

  test('writes all of a transaction, or nothing', async () => {
    const value = randomUUID();
    await transact(value, randomUUID());
    expect(await readSum(value)).toBe('1');
    const cancelled = transact(value, randomUUID(), 'attribute_exists(pk)');
    await expect(cancelled).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(await readSum(value)).toBe('1');
  });

  test('tells for which item a transaction was cancelled, and returns that item', async () => {
    const { Item } = await get();
    const cancelled = open(proxy.endpoint)(
      'TransactWriteItems',
      {
        ClientRequestToken: randomUUID(),
        TransactItems: [
          { Put: { TableName: service.tableName, Item: { pk: { S: `TEST#${randomUUID()}` }, sk: { S: 'put' } } } },
          {
            Delete: {
              TableName: service.tableName,
              Key,
              ConditionExpression: 'n = :other',
              ExpressionAttributeValues: { ':other': { N: '7' } },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      },
      signal(),
    );
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('ConditionalCheckFailed'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: expect.stringMatching(/^The conditional request failed/), Item },
      ],
    });
  });

  test('writes a transaction whose answers were lost once, under one token', async () => {
    const [value, token] = [randomUUID(), randomUUID()];
    const tokens: unknown[] = [];
    proxy.tamper = async ({ operation, input }, forward) => {
      if (operation !== 'TransactWriteItems') return forward();
      tokens.push(input['ClientRequestToken']);
      const answer = await forward();
      return tokens.length < 3 ? 'lost' : answer;
    };
    await transact(value, token);
    expect(tokens).toEqual([token, token, token]);
    expect(await readSum(value)).toBe('1');
  });

  test('writes a single update whose answer was lost again: it must be one that may happen twice', async () => {
    const value = randomUUID();
    let asked = 0;
    proxy.tamper = async ({ operation }, forward) => {
      const answer = await forward();
      asked += operation === 'UpdateItem' ? 1 : 0;
      return operation === 'UpdateItem' && asked === 1 ? 'lost' : answer;
    };
    await open(proxy.endpoint)(
      'UpdateItem',
      {
        TableName: service.tableName,
        Key: { pk: { S: `TEST#${value}` }, sk: { S: 'sum' } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
      signal(),
    );
    expect(await readSum(value)).toBe('2');
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
