import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { handler as sweep } from '../../functions/sweep-due.ts';
import { moveTo } from '../../lib/process/clock.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { errorAnswer } from '../support/table/fault-proxy.ts';
import { firstOf, purchase } from '../support/service/purchases.ts';
import { recordsOf, relayOnce, startRelay, type RelayRig } from '../support/webhooks/relay.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

process.env['LOG_LEVEL'] = 'DEBUG';
const EMAIL = 'secret-person@example.com';

let service: Service;
let brand: TestBrand;
let rig: RelayRig;
let records: DynamoDBStreamEvent['Records'];
let secrets: string[];
beforeAll(async () => {
  captureOutput();
  service = await startService({ stream: 'quick' });
  brand = await service.brand();
  rig = await startRelay(service);
  const bought = await purchase(service, brand, { customer_email: EMAIL, duration: 'P1M' });
  await purchase(service, brand, { customer_email: `other-${EMAIL}`, duration: 'P1M' });
  secrets = [bought.license_key.key, EMAIL, brand.apiKey, service.platformKey];
  records = await recordsOf(service);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await rig.stop();
  service.client.destroy();
});

function expectNoSecretIn(text: string): void {
  for (const secret of secrets)
    expect(text.toLowerCase()).not.toContain(secret.replace(/^cls_\w+?_/, '').toLowerCase());
}

test('a bus error that quotes an entry puts no secret into the relay’s log or dead-letter queue', async () => {
  const lines = captureOutput();
  const quoted = `nothing is wrong with ${secrets.join(' ')}`;
  rig.faults.tamper = ({ operation }, forward) =>
    operation === 'PutEvents' ? Promise.resolve(errorAnswer('ValidationException', { message: quoted })) : forward();
  await relayOnce(rig, records);
  // Its time is up at the second try: only then is an answer certain to have come.
  const timeIsUp = new AbortController();
  jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(timeIsUp.signal);
  let tries = 0;
  rig.faults.tamper = ({ operation }, forward) => {
    if (operation !== 'PutEvents') return forward();
    tries += 1;
    if (tries === 2) timeIsUp.abort();
    return Promise.resolve(errorAnswer('AccessDeniedException', { message: quoted }));
  };
  await relayOnce(rig, records);
  rig.faults.tamper = undefined;

  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => !('_aws' in line));
  expect(new Set(logged.map(({ message }) => message))).toEqual(new Set(['an event was set aside', 'events wait']));
  for (const line of logged)
    expect(line).toMatchObject({ level: 'ERROR', request_id: 'relay', reason: expect.stringContaining('[redacted]') });
  const aside = rig.faults.asked.filter(({ operation }) => operation === 'SendMessage');
  expect(aside.length).toBeGreaterThan(0);
  expectNoSecretIn([...lines, JSON.stringify(aside)].join('\n'));
});

test('an invalid license is logged by the sweep with its key but none of its fields', async () => {
  const lines = captureOutput();
  const stored = await wholeTable(service);
  const license = firstOf(stored.filter(({ sk }) => sk === 'license'));
  await transact<never>(service.table(brand.key_prefix), [
    {
      update: { pk: license.pk, sk: license.sk },
      set: { announced: { ...(license['announced'] as object), leads: undefined, note: secrets.join(' ') } },
    },
  ]);
  moveTo(Date.now() + 40 * DAY_MS);
  await sweep({}, { awsRequestId: 'sweep-1', getRemainingTimeInMillis: () => 30_000 });
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      message: 'a due license was not processed, and the next sweep retries it',
      request_id: 'sweep-1',
      key: license.pk,
      error: expect.any(String),
    }),
  );
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'INFO', event: 'sweep.run', request_id: 'sweep-1', left: 1, finished: false }),
  );
  expectNoSecretIn(lines.join('\n'));
});
