import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { callKeys } from '../../lib/table/keys.ts';
import { MOST_PER_PART, takeFromRates, type Rate, type RateLimit } from '../../lib/table/rates.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { atOnce } from '../support/service/back-office.ts';
import { startService, type Service } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

let proxy: FaultProxy;
let service: Service;
beforeAll(async () => {
  const engine = engineEndpoint();
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  announceEngineEndpoint(engine);
});
afterAll(() => proxy.stop());

const NOW = Date.parse('2099-01-01T10:00:00.500Z');
const MINUTE = NOW / MINUTE_MS;
let brands = 0;

/** A new brand with a rate limit, and a key of it with its own limit if given. */
function callers(brandLimit: number, keyLimit?: number) {
  brands += 1;
  const owner = `R${String(brands)}`;
  const brand: RateLimit = { name: 'brand', counter: 'brand', limit: brandLimit };
  const key: RateLimit = { name: 'key', counter: newId(NOW), limit: keyLimit ?? 1 };
  const take = (...limits: [RateLimit, ...RateLimit[]]) => takeFromRates(service.table(owner), owner, limits, NOW);
  return { owner, brand, key, take };
}

const passed = (rates: readonly Rate[]): boolean => rates.every(({ exceeded }) => !exceeded);
/** A busy engine may fail a request, which its client then sends again. */
const writes = (): number =>
  proxy.asked.filter(({ operation, isResent }) => operation !== 'BatchGetItem' && !isResent).length;

async function countersOf(owner: string): Promise<Record<string, unknown>[]> {
  return (await wholeTable(service)).filter(({ pk }) => pk.startsWith(`${owner}#rate#`));
}
const sumOf = (counters: Record<string, unknown>[], attribute: string): number =>
  counters.reduce((sum, counter) => sum + Number(counter[attribute] ?? 0), 0);

/** Sets the count of a part as if other containers had counted. */
async function countedElsewhere(owner: string, part: number, count: number, attribute = 'count'): Promise<void> {
  await service.documents.send(
    new UpdateCommand({
      TableName: service.tableName,
      Key: callKeys.rate(owner, 'brand', Math.floor(MINUTE), part),
      UpdateExpression: 'SET #count = :count',
      ExpressionAttributeNames: { '#count': attribute },
      ExpressionAttributeValues: { ':count': count },
    }),
  );
}

describe('a refused call', () => {
  test('costs no write: 5,000 calls with 4,000 refused ones write 1,000 times', async () => {
    const { brand, take } = callers(1000);
    proxy.asked.length = 0;
    let refused = 0;
    for (let i = 0; i < 5000; i += 1) if (!passed(await take(brand))) refused += 1;
    expect({ refused, writes: writes() }).toEqual({ refused: 4000, writes: 1000 });
  }, 120_000);

  test('costs one write per container if the limit was reached in other containers', async () => {
    const { owner, brand, take } = callers(1000);
    await countedElsewhere(owner, 0, 1000);
    proxy.asked.length = 0;
    for (let i = 0; i < 100; i += 1) expect(passed(await take(brand))).toBe(false);
    expect(writes()).toBe(1);
  });

  test('does not count against the brand’s limit if the key’s limit refuses it, and vice versa', async () => {
    const { owner, brand, key, take } = callers(10, 3);
    for (let i = 0; i < 20; i += 1) expect(passed(await take(brand, key))).toBe(i < 3);
    expect(await take(brand, key)).toMatchObject([
      { name: 'brand', remaining: 7, exceeded: false },
      { name: 'key', remaining: 0, exceeded: true },
    ]);
    for (let i = 0; i < 20; i += 1) expect(passed(await take(brand))).toBe(i < 7);
    const other = { ...key, counter: newId(NOW) };
    for (let i = 0; i < 5; i += 1)
      expect(await take(brand, other)).toMatchObject([
        { name: 'brand', remaining: 0, exceeded: true },
        { name: 'key', remaining: 3, exceeded: false },
      ]);
    const [counter] = await countersOf(owner);
    expect(Object.entries(counter ?? {}).filter(([name]) => name.startsWith('key_'))).toHaveLength(1);
    expect(counter).toMatchObject({ count: 10 });
  });

  test('obeys a limit that is lowered or raised within the minute', async () => {
    const { brand, take } = callers(5);
    for (let i = 0; i < 8; i += 1) expect(passed(await take(brand))).toBe(i < 5);
    expect(passed(await take({ ...brand, limit: 4 }))).toBe(false);
    expect(await take({ ...brand, limit: 7 })).toMatchObject([{ remaining: 1, exceeded: false }]);
  });
});

test('one write counts a call for both key and brand', async () => {
  const { owner, brand, key, take } = callers(100, 50);
  proxy.asked.length = 0;
  for (let i = 0; i < 10; i += 1) await take(brand, key);
  expect(proxy.asked.map(({ operation }) => operation)).toEqual(Array.from({ length: 10 }, () => 'UpdateItem'));
  expect(await countersOf(owner)).toHaveLength(1);
});

test('concurrent calls pass exactly up to the limit of the key', async () => {
  const { owner, brand, key, take } = callers(1000, 17);
  const rates = await atOnce(60, () => take(brand, key));
  expect(rates.filter(passed)).toHaveLength(17);
  expect(sumOf(await countersOf(owner), 'count')).toBe(17);
});

describe('a limit above 6,000 per minute', () => {
  test('is counted in parts of at most 6,000 calls each', async () => {
    for (const [limit, parts] of [
      [6000, 1],
      [6001, 2],
      [30_000, 5],
    ] as const) {
      const { owner, brand, take } = callers(limit);
      const rates = (await atOnce(100, () => take(brand))).flat();
      const counters = await countersOf(owner);
      expect(counters).toHaveLength(parts);
      expect(sumOf(counters, 'count')).toBe(100);
      for (const { remaining } of rates) {
        expect(remaining).toBeGreaterThan(limit - 100 * parts - 1);
        expect(remaining).toBeLessThan(limit);
      }
    }
    expect(MOST_PER_PART).toBe(6000);
  });

  test('passes exactly as many calls as all parts have left, however these are distributed', async () => {
    const { owner, brand, take } = callers(29_998);
    const left = [3, 0, 5, 1, 2];
    // 6,000 in each of the first three parts, 5,999 in the others.
    for (const [part, spare] of left.entries()) await countedElsewhere(owner, part, (part < 3 ? 6000 : 5999) - spare);
    const rates = await atOnce(40, () => take(brand));
    expect(rates.filter(passed)).toHaveLength(11);
    expect(sumOf(await countersOf(owner), 'count')).toBe(29_998);
    proxy.asked.length = 0;
    expect(await take(brand)).toMatchObject([{ limit: 29_998, remaining: 0, exceeded: true }]);
    expect(writes()).toBe(0);
  });

  test('reports remaining calls until every part is known to be full', async () => {
    const { owner, brand, take } = callers(12_000);
    await countedElsewhere(owner, 0, 5999);
    await countedElsewhere(owner, 1, 5999);
    expect(await take(brand)).toMatchObject([{ remaining: 1, exceeded: false }]);
    expect(await take(brand)).toMatchObject([{ remaining: 0, exceeded: false }]);
    expect(await take(brand)).toMatchObject([{ remaining: 0, exceeded: true }]);
  });

  test('names the key where one part is full of calls of the brand and the other of calls of the key', async () => {
    const { owner, brand, key, take } = callers(6001, 2);
    await countedElsewhere(owner, 0, 3001);
    await countedElsewhere(owner, 1, 1, `key_${key.counter.slice(-12)}`);
    expect(await take(brand, key)).toMatchObject([
      { name: 'brand', exceeded: false },
      { name: 'key', remaining: 0, exceeded: true },
    ]);
  });

  test('applies the smaller limit of a key across all parts', async () => {
    const { owner, brand, key, take } = callers(30_000, 7);
    const rates = await atOnce(40, () => take(brand, key));
    expect(rates.filter(passed)).toHaveLength(7);
    expect(sumOf(await countersOf(owner), 'count')).toBe(7);
    const [ofBrand, ofKey] = await take(brand, key);
    expect(ofBrand?.remaining).toBeGreaterThan(29_000);
    expect(ofKey).toMatchObject({ remaining: 0, exceeded: true });
    expect(passed(await take(brand))).toBe(true);
  });
});
