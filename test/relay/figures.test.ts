import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { tellInstead } from '../../lib/process/figures.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { purchase } from '../support/service/purchases.ts';
import { recordsOf, relayOnce, startRelay, type RelayRig } from '../support/webhooks/relay.ts';
import { startService, type Service } from '../support/service/service.ts';

let service: Service;
let rig: RelayRig;
let records: DynamoDBStreamEvent['Records'];
let entries: number;
const announced: [string, number][] = [];
beforeAll(async () => {
  tellInstead((name, value = 1) => announced.push([name, value]));
  service = await startService({ stream: 'quick' });
  await purchase(service, await service.brand());
  records = await recordsOf(service);
  entries = records.filter(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S?.startsWith('journal#') === true).length;
  rig = await startRelay(service);
});
beforeEach(() => {
  announced.length = 0;
  rig.faults.tamper = undefined;
});
afterAll(async () => {
  tellInstead(undefined);
  await rig.stop();
  service.client.destroy();
});

test('a sent batch records the number of events and the age of the oldest, once', async () => {
  await relayOnce(rig, records);
  expect(announced).toEqual([
    ['relay_events', entries],
    ['relay_lag_seconds', expect.any(Number)],
  ]);
  expect(announced[1]?.[1]).toBeGreaterThan(0);
  expect(announced[1]?.[1]).toBeLessThan(60);
});

test('a batch that waits for an unavailable bus is counted as waiting, and not as sent', async () => {
  rig.faults.tamper = ({ operation }, forward) =>
    operation === 'PutEvents' ? Promise.resolve(errorAnswer('ThrottlingException')) : forward();
  await relayOnce(rig, records, 1_010);
  expect(announced).toEqual([['relay_waiting', entries]]);
});

test('entries moved to the dead-letter queue are counted separately from sent ones', async () => {
  rig.faults.tamper = ({ operation }, forward) =>
    operation === 'PutEvents' ? Promise.resolve(errorAnswer('ValidationException')) : forward();
  await relayOnce(rig, records);
  expect(announced).toEqual(Array.from({ length: entries }, () => ['relay_set_aside', 1]));
});

test('a batch without events records nothing', async () => {
  await relayOnce(rig, []);
  expect(announced).toEqual([]);
});
