import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { MAX_CALL_BYTES } from '../../lib/events/outgoing.ts';
import { keys } from '../../lib/table/keys.ts';
import { errorAnswer, type Tamper } from '../support/table/fault-proxy.ts';
import { activate, deactivate, firstOf, purchase } from '../support/service/purchases.ts';
import { callsOf, recordsOf, relayOnce, seqsByEntity, startRelay, type RelayRig } from '../support/webhooks/relay.ts';
import { upTo } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

let rig: RelayRig;
let records: DynamoDBStreamEvent['Records'];
let licenses: string[];

const isPut = ({ operation }: { operation: string }): boolean => operation === 'PutEvents';
const away: Tamper = () => Promise.resolve(errorAnswer('ThrottlingException'));
const entriesOf = (input: Record<string, unknown>): Record<string, unknown>[] =>
  input['Entries'] as Record<string, unknown>[];

/** Answers for the chosen entries with an error and puts the others on the bus. */
const refusing =
  (code: string, chosen: (entry: Record<string, unknown>, index: number) => boolean): Tamper =>
  async (asked, forward) => {
    if (!isPut(asked)) return forward();
    const all = entriesOf(asked.input);
    const isChosen = all.map(chosen);
    const kept = all.filter((_, i) => isChosen[i] !== true);
    const answered =
      kept.length === 0
        ? []
        : entriesOf(JSON.parse((await forward({ Entries: kept })).body) as Record<string, unknown>);
    const Entries = all.map((_, i) =>
      isChosen[i] === true ? { ErrorCode: code, ErrorMessage: code } : answered.shift(),
    );
    return { status: 200, body: JSON.stringify({ FailedEntryCount: all.length - kept.length, Entries }) };
  };

const isJournal = ({ eventName, dynamodb }: DynamoDBStreamEvent['Records'][number]): boolean =>
  eventName === 'INSERT' && dynamodb?.Keys?.['sk']?.S?.startsWith('journal#') === true;
const sequenceOf = (record: DynamoDBStreamEvent['Records'][number] | undefined): string =>
  record?.dynamodb?.SequenceNumber ?? '';

const service = useService({ stream: true });
const brand = useBrand(service);
beforeAll(async () => {
  const sold = await Promise.all(upTo(4).map(() => purchase(service, brand, { max_seats: 50 })));
  licenses = sold.map(({ licenses: [license] }) => license?.id ?? '');
  // A busy mix: every license is changed repeatedly, all at the same time.
  await Promise.all(
    sold.map(async ({ license_key }) => {
      for (const i of upTo(6)) {
        const site = { license_key: license_key.key, instance_identifier: `https://site-${String(i)}.example` };
        await activate(service, site);
        await deactivate(service, site);
      }
    }),
  );
  records = await recordsOf(service);
});
beforeEach(async () => {
  rig = await startRelay(service);
});
afterEach(() => rig.stop());
afterAll(() => service.client.destroy());

test('the stream contains each license before and after each change', () => {
  const changes = records.filter(
    ({ eventName, dynamodb }) => eventName === 'MODIFY' && dynamodb?.Keys?.['sk']?.S === 'license',
  );
  expect(changes).toHaveLength(licenses.length * 12);
  for (const { dynamodb } of changes)
    expect(Number(dynamodb?.OldImage?.['seq']?.N) + 1).toBe(Number(dynamodb?.NewImage?.['seq']?.N));
});

/** The sequence numbers of each license: provisioned, then two changes per round. */
const whole = upTo(13);
const expectWholeHistories = (): void => {
  const seqs = seqsByEntity(rig.events);
  for (const id of licenses) expect(seqs.get(id)).toEqual(whole);
};

test('the relay sends every entry of concurrent changes, in the order of seq for each license', async () => {
  await (await rig.follow()).idle();
  await rig.bus.idle();
  expectWholeHistories();
  expect(rig.errors).toEqual([]);
});

test('no call contains two events of one entity or more than ten entries', async () => {
  expect(await relayOnce(rig, records)).toEqual({ batchItemFailures: [] });
  const calls = callsOf(rig.faults);
  expect(calls.flat()).toHaveLength(records.filter(isJournal).length);
  for (const call of calls) {
    expect(new Set(call).size).toBe(call.length);
    expect(call.length).toBeLessThanOrEqual(10);
  }
  expect(calls.some((call) => call.length > 1)).toBe(true);
});

test('the relay sends no events for counters, activations, and changed or deleted items', async () => {
  const others = records.filter((record) => !isJournal(record));
  const touched = records.filter(isJournal).map((record) => ({ ...record, eventName: 'MODIFY' as const }));
  expect(others.length).toBeGreaterThan(0);
  expect(await relayOnce(rig, [...others, ...touched])).toEqual({ batchItemFailures: [] });
  expect(rig.faults.asked).toEqual([]);
});

test('an outage of the bus for an hour loses nothing, keeps the order and fills no dead-letter queue', async () => {
  // An hour is 60 calls of the relay, each as long as Lambda allows; here each is aborted after a moment.
  rig.faults.tamper = away;
  const firstOpen = sequenceOf(records.find(isJournal));
  for (let minute = 0; minute < 60; minute += 1) {
    // The first call reads the brand besides.
    expect(await relayOnce(rig, records, minute === 0 ? 3_000 : 1_010)).toEqual({
      batchItemFailures: [{ itemIdentifier: firstOpen }],
    });
  }
  expect(rig.faults.asked.every(isPut)).toBe(true);
  rig.faults.tamper = undefined;
  expect(await relayOnce(rig, records)).toEqual({ batchItemFailures: [] });
  await rig.bus.idle();
  expectWholeHistories();
});

test.each([
  ['a missing answer', (): Promise<'lost'> => Promise.resolve('lost')],
  ['missing permissions', () => Promise.resolve(errorAnswer('AccessDeniedException'))],
  ['a missing bus', () => Promise.resolve(errorAnswer('ResourceNotFoundException'))],
])('the relay retries after %s and moves nothing to the dead-letter queue', async (_name, tamper: Tamper) => {
  rig.faults.tamper = tamper;
  const { batchItemFailures } = await relayOnce(rig, records, 1_200);
  expect(batchItemFailures).toEqual([{ itemIdentifier: sequenceOf(records.find(isJournal)) }]);
  expect(rig.faults.asked.every(isPut)).toBe(true);
});

test('the relay retries only the failed entries of a call, before later events of the same license', async () => {
  let failures = 0;
  rig.faults.tamper = refusing('InternalFailure', (_entry, i) => {
    if (i % 2 === 1) return false;
    failures += 1;
    return failures <= 20;
  });
  expect(await relayOnce(rig, records)).toEqual({ batchItemFailures: [] });
  await rig.bus.idle();
  expect(failures).toBeGreaterThan(20);
  expectWholeHistories();
  expect(new Set(rig.events.map(({ id }) => id)).size).toBe(rig.events.length);
});

test('the relay returns the batch from its first unsent record on when its time runs out', async () => {
  const [blocked = ''] = licenses.slice(-1);
  const isBlocked = (entry: Record<string, unknown>): boolean =>
    String(entry['Detail']).includes(`"entity":{"type":"license","id":"${blocked}"}`);
  rig.faults.tamper = refusing('ThrottlingException', isBlocked);
  const { batchItemFailures } = await relayOnce(rig, records, 3_000);
  const first = records.find(
    (record) => isJournal(record) && record.dynamodb?.Keys?.['pk']?.S?.endsWith(blocked) === true,
  );
  expect(batchItemFailures).toEqual([{ itemIdentifier: sequenceOf(first) }]);
  await rig.bus.idle();
  expect(seqsByEntity(rig.events).get(licenses[0] ?? '')).toEqual(whole);
  expect(seqsByEntity(rig.events).has(blocked)).toBe(false);
});

test('a relay that crashes in the middle of a batch sends each entry at least once', async () => {
  let deaths = 0;
  const stream = await rig.follow(async (event, context) => {
    if (deaths < 3) {
      deaths += 1;
      // The entries before the crash are on the bus, but the relay reports no success.
      await rig.handler({ Records: event.Records.slice(0, Math.ceil(event.Records.length / 2)) }, context);
      throw new Error('the process ended');
    }
    return rig.handler(event, context);
  });
  await stream.idle();
  await rig.bus.idle();
  expect(rig.errors).toHaveLength(3);
  expectWholeHistories();
  expect(rig.events.length).toBeGreaterThan(new Set(rig.events.map(({ id }) => id)).size);
});

describe('a poisoned record', () => {
  const poison = async (image: Record<string, unknown>): Promise<{ pk: string; sk: string }> => {
    const key = keys.journal(brand.key_prefix, licenses[1] ?? '', 14);
    return Promise.resolve({ ...key, ...image });
  };
  const asInsert = (item: Record<string, unknown>): DynamoDBStreamEvent['Records'][number] => {
    const image = marshall(item) as NonNullable<
      NonNullable<DynamoDBStreamEvent['Records'][number]['dynamodb']>['NewImage']
    >;
    return {
      eventName: 'INSERT',
      dynamodb: {
        SequenceNumber: 'poisoned',
        Keys: { pk: image['pk'] ?? {}, sk: image['sk'] ?? {} } as typeof image,
        NewImage: image,
      },
    };
  };
  const setAside = (): unknown[] =>
    rig.faults.asked
      .filter(({ operation }) => operation === 'SendMessage')
      .map(({ input }) => JSON.parse(String(input['MessageBody'])) as unknown);

  test('that cannot be parsed goes to the dead-letter queue with its journal key, and others are sent', async () => {
    const key = keys.journal(brand.key_prefix, licenses[1] ?? '', 14);
    const poisoned = asInsert(await poison({ type: 'license.renewed', seq: 'fourteen' }));
    const middle = Math.floor(records.length / 2);
    expect(await relayOnce(rig, [...records.slice(0, middle), poisoned, ...records.slice(middle)])).toEqual({
      batchItemFailures: [],
    });
    expect(setAside()).toEqual([
      { ...key, type: 'license.renewed', reason: expect.stringMatching(/^cannot be read: .*seq/) },
    ]);
    await rig.bus.idle();
    expectWholeHistories();
  });

  test('that the bus refuses for its content goes to the dead-letter queue, and later records are sent', async () => {
    const key = keys.journal(brand.key_prefix, licenses[1] ?? '', 5);
    const isFifth = (entry: Record<string, unknown>): boolean =>
      String(entry['Detail']).includes(`"seq":5,`) && String(entry['Detail']).includes(`"id":"${licenses[1] ?? ''}"`);
    rig.faults.tamper = refusing('MalformedDetail', isFifth);
    expect(await relayOnce(rig, records)).toEqual({ batchItemFailures: [] });
    expect(setAside()).toEqual([
      { ...key, type: expect.any(String), reason: expect.stringContaining('MalformedDetail') },
    ]);
    await rig.bus.idle();
    expect(seqsByEntity(rig.events).get(licenses[1] ?? '')).toEqual(whole.filter((seq) => seq !== 5));
    expect(seqsByEntity(rig.events).get(licenses[0] ?? '')).toEqual(whole);
  });

  test('that fails a whole call is the only record of it that goes to the dead-letter queue', async () => {
    rig.faults.tamper = (asked, forward) => {
      const spoiled =
        isPut(asked) && entriesOf(asked.input).some(({ Detail }) => String(Detail).includes('"type":"brand.created"'));
      return spoiled ? Promise.resolve(errorAnswer('ValidationException')) : forward();
    };
    expect(await relayOnce(rig, records)).toEqual({ batchItemFailures: [] });
    expect(setAside()).toEqual([expect.objectContaining({ type: 'brand.created', sk: 'journal#0000000001' })]);
    await rig.bus.idle();
    expectWholeHistories();
  });

  test('that the dead-letter queue refuses stays in the batch, while the others are sent', async () => {
    rig.faults.tamper = (asked, forward) => (isPut(asked) ? forward() : Promise.resolve(errorAnswer('InternalError')));
    const poisoned = asInsert(await poison({ type: 'license.renewed' }));
    expect(await relayOnce(rig, [poisoned, ...records], 4_000)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'poisoned' }],
    });
    await rig.bus.idle();
    expect(seqsByEntity(rig.events).get(licenses[0] ?? '')).toEqual(whole);
  });
});

test('an entry too large for the bus is sent with a pointer to the API instead of before and after', async () => {
  const id = firstOf(licenses);
  const entry = records.find((record) => record.dynamodb?.Keys?.['pk']?.S?.endsWith(id) === true && isJournal(record));
  const image = {
    ...entry?.dynamodb?.NewImage,
    after: { M: { metadata: { M: { note: { S: 'ä'.repeat(MAX_CALL_BYTES / 2) } } } } },
  };
  expect(await relayOnce(rig, [{ ...entry, dynamodb: { ...entry?.dynamodb, NewImage: image } }])).toEqual({
    batchItemFailures: [],
  });
  await rig.bus.idle();
  const pointer = { trimmed: true, see: `/api/v1/brand/licenses/${id}/events` };
  expect(rig.events).toEqual([
    expect.objectContaining({ seq: 1, type: 'license.provisioned', before: pointer, after: pointer }),
  ]);
});

test('a table that does not answer fails the batch, so that it is retried', async () => {
  const strange = { ...keys.journal('NOBODY', 'x', 1) };
  await service.documents.send(new PutCommand({ TableName: service.tableName, Item: strange }));
  process.env['DYNAMODB_ENDPOINT'] = 'http://127.0.0.1:9';
  const lonely = await startRelay(service);
  try {
    await expect(relayOnce(lonely, records, 3_000)).rejects.toThrow('DynamoDB did not answer');
    expect(lonely.faults.asked).toEqual([]);
  } finally {
    process.env['DYNAMODB_ENDPOINT'] =
      rig.faults.endpoint && (await import('../support/run/engine-endpoint.ts')).engineEndpoint();
    await lonely.stop();
  }
});
