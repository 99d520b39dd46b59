import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { leanWire } from '../../lib/dynamo/lean-wire.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { byOperation } from '../support/service/service.ts';
import { useFaultProxy, useService } from '../support/service/started-service.ts';

/**
 * Errors of the real service for the operations used here, most of which the local engine never returns. `passing`:
 * retried, ends as `Unavailable`. `contended`: retried, ends as `Contention`. `ours`: a bug, sent once.
 */
const FAULTS = [
  ['TransactionConflictException', 'contended'],
  ['ReplicatedWriteConflictException', 'contended'],
  ['TransactionInProgressException', 'passing'],
  ['ThrottlingException', 'passing'],
  ['ProvisionedThroughputExceededException', 'passing'],
  ['RequestLimitExceeded', 'passing'],
  ['LimitExceededException', 'passing'],
  ['InternalServerError', 'passing'],
  ['ServiceUnavailable', 'passing'],
  // No local index limits a collection here, so waiting cannot help.
  ['ItemCollectionSizeLimitExceededException', 'ours'],
  // Each transaction has its own token: two requests with one token are a bug.
  ['IdempotentParameterMismatchException', 'ours'],
  ['ConditionalCheckFailedException', 'ours'],
  ['TransactionCanceledException', 'ours'],
  ['ResourceNotFoundException', 'ours'],
  ['ValidationException', 'ours'],
  ['AccessDeniedException', 'ours'],
  ['UnrecognizedClientException', 'ours'],
] as const;
/** Some error messages of DynamoDB name the table and its indexes; callers must not see them. */
const MESSAGE = 'Throughput exceeds the limit of table/license-service/index/by_due';
const proxy = useFaultProxy();
const service = useService();
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

/** Makes this many single writes fail. */
function failWrites(name: string, times = Infinity): { asked: () => number } {
  let asked = 0;
  proxy.tamper = ({ operation }, forward) => {
    if (operation !== 'UpdateItem') return forward();
    asked += 1;
    return asked > times ? forward() : Promise.resolve(errorAnswer(name, { message: MESSAGE }));
  };
  return { asked: () => asked };
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'eu-west-1';
const wires: [string, () => Wire<'UpdateItem'>][] = [
  ['the lean wire', () => leanWire({ region, endpoint: proxy.endpoint, credentials: () => credentials })],
  ['the SDK’s wire', () => sdkWire({ region, endpoint: proxy.endpoint, credentials })],
];

describe.each(wires)('a single write by %s', (_wire, open) => {
  const write = (signal = AbortSignal.timeout(5_000)) =>
    open()(
      'UpdateItem',
      {
        TableName: service.tableName,
        Key: { pk: { S: 'TEST#written' }, sk: { S: 'written' } },
        UpdateExpression: 'SET note = :note',
        ExpressionAttributeValues: { ':note': { S: 'held' } },
      },
      signal,
    );

  test.each(FAULTS)('treats %s as %s', async (name, kind) => {
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
