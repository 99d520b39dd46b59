import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bothWires, operations, readOutcome, sampleInputs, type OpenWire } from '../support/table/both-wires.ts';
import { faults } from '../support/table/dynamo-errors.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { answerJson, startStandIn } from '../support/table/stand-in.ts';
import { byOperation } from '../support/service/service.ts';
import { useFaultProxy, useService } from '../support/service/started-service.ts';

/** Some error messages of DynamoDB name the table and its indexes; callers must not see them. */
const MESSAGE = 'Throughput exceeds the limit of table/license-service/index/by_due';
const proxy = useFaultProxy();
const service = useService();
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const statusOf = (name: string) => ({ status: faults.find(([known]) => known === name)?.[2] ?? 400 });

/** Makes this many single writes fail. */
function failWrites(name: string, times = Infinity): { asked: () => number } {
  let asked = 0;
  proxy.tamper = ({ operation }, forward) => {
    if (operation !== 'UpdateItem') return forward();
    asked += 1;
    return asked > times
      ? forward()
      : Promise.resolve({ ...errorAnswer(name, { message: MESSAGE }), ...statusOf(name) });
  };
  return { asked: () => asked };
}

describe.each(bothWires)('a single write by %s', (_wire, open) => {
  const write = (signal = AbortSignal.timeout(5_000)) =>
    open(proxy.endpoint)(
      'UpdateItem',
      {
        TableName: service.tableName,
        Key: { pk: { S: 'TEST#written' }, sk: { S: 'written' } },
        UpdateExpression: 'SET note = :note',
        ExpressionAttributeValues: { ':note': { S: 'held' } },
      },
      signal,
    );

  test.each(faults)('treats %s as %s', async (name, kind) => {
    const twice = failWrites(name, 2);
    const outcome = await write().then(
      () => 'written',
      (error: unknown) => (error as Error).name,
    );
    expect([outcome, twice.asked()]).toEqual(kind === 'ours' ? [name, 1] : ['written', 3]);
    if (kind === 'ours') return;
    failWrites(name);
    const ends = kind === 'contended' ? 'Contention' : 'Unavailable';
    await expect(write(AbortSignal.timeout(1_500))).rejects.toMatchObject({ name: ends });
  });
});

describe('both wires', () => {
  type Ending = { outcome: Record<string, unknown>; requests: number };
  const endings = new Map<string, Ending[]>();

  const ask = async ([name, kind, status, members]: (typeof faults)[number], open: OpenWire): Promise<Ending> => {
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: MESSAGE, ...members };
    const standIn = await startStandIn((outgoing) => answerJson(outgoing, status, body));
    const signal = AbortSignal.timeout(kind === 'contended' ? 4_000 : 15_000);
    const asked = open(standIn.endpoint)('TransactWriteItems', sampleInputs.TransactWriteItems('table'), signal);
    const outcome = await readOutcome(asked);
    await standIn.stop();
    return { outcome, requests: standIn.received.length };
  };

  beforeAll(async () => {
    const asked = faults.map(async (fault) => {
      endings.set(fault[0], await Promise.all(bothWires.map(([, open]) => ask(fault, open))));
    });
    await Promise.all(asked);
  });

  test.each(faults)('tell %s (%s) with the same name and members, after as many requests', (name, kind, _, members) => {
    const [lean, sdk] = endings.get(name) ?? [];
    const error = { name, message: MESSAGE, ...members };
    if (kind === 'contended') {
      expect([lean?.outcome['name'], sdk?.outcome['name']]).toEqual(['Contention', 'Contention']);
      expect(Math.min(lean?.requests ?? 0, sdk?.requests ?? 0)).toBeGreaterThan(3);
      return;
    }
    expect(lean).toEqual(sdk);
    const message = 'DynamoDB did not answer TransactWriteItems';
    const outcome = kind === 'ours' ? error : { name: 'Unavailable', message, cause: error };
    expect(lean).toEqual({ outcome, requests: kind === 'ours' ? 1 : 3 });
  });

  test.each(operations)('are held to every error that the SDK knows of %s', (operation) => {
    const types = join('node_modules/@aws-sdk/client-dynamodb/dist-types/commands', `${operation}Command.d.ts`);
    const named = [...readFileSync(types, 'utf8').matchAll(/@throws \{@link (\w+)\}/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    const known = ['DynamoDBServiceException', ...faults.map(([name]) => name)];
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});

const list = (apiKey: string) =>
  service.call(byOperation('list_licenses'), { apiKey, query: { email: 'someone@example.com' } });

describe('a call whose counter update fails', () => {
  test('is answered once the conflict ends, however many retries that needs', async () => {
    const { apiKey } = await service.brand({ products: {} });
    const held = failWrites('TransactionConflictException', 6);
    expect((await list(apiKey)).status).toBe(200);
    expect(held.asked()).toBeGreaterThan(6);
  });

  test('ends with 503 `busy` if the conflict never ends, and reveals nothing about the table', async () => {
    const { apiKey } = await service.brand({ products: {} });
    failWrites('TransactionConflictException');
    const { status, body, headers } = await list(apiKey);
    expect([status, body['code'], headers['retry-after']]).toEqual([503, 'busy', '1']);
    expect(JSON.stringify(body)).not.toContain('by_due');
  });

  test('ends with 503 `unavailable` if the table throttles, and reveals nothing about the table', async () => {
    const { apiKey } = await service.brand({ products: {} });
    failWrites('ThrottlingException');
    const { status, body } = await list(apiKey);
    expect([status, body['code']]).toEqual([503, 'unavailable']);
    expect(JSON.stringify(body)).not.toContain('by_due');
  });
});
