import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, PLATFORM } from '../../lib/table/keys.ts';
import { countInMinute, computeMinute } from '../../lib/table/minute-counters.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { atOnce } from '../support/service/back-office.ts';
import { startService, type Service } from '../support/service/service.ts';
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
const count = (source: string, nowMs = NOW): Promise<boolean> => {
  const minute = computeMinute(nowMs);
  return countInMinute(
    service.table(PLATFORM),
    keys.failures('credential', source, minute.number),
    { count: 1 },
    minute,
  );
};

test('a full counter is cached for its minute only', async () => {
  expect(await count('192.0.2.1')).toBe(true);
  proxy.asked.length = 0;
  expect(await count('192.0.2.1')).toBe(false);
  expect(proxy.asked).toEqual([]);
  expect(await count('192.0.2.1', NOW + MINUTE_MS)).toBe(true);
});

test('a counter that was evicted from the cache costs one write and still refuses the call', async () => {
  expect(await count('192.0.2.2')).toBe(true);
  for (let from = 0; from < 4100; from += 50) await atOnce(50, (i) => count(`198.51.100.${String(from + i)}`));
  proxy.asked.length = 0;
  expect(await count('192.0.2.2')).toBe(false);
  expect(proxy.asked.map(({ operation }) => operation)).toEqual(['UpdateItem']);
  expect(await count('198.51.100.4099')).toBe(false);
  expect(proxy.asked).toHaveLength(1);
}, 120_000);
