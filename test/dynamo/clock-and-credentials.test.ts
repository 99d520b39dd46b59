import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { leanWire } from '../../lib/dynamo/lean-wire.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import type { Credentials } from '../../lib/process/signature.ts';
import { bothWires, LOCAL, openSdkWire, readOutcome, REGION, sampleInputs } from '../support/table/both-wires.ts';
import { answerJson, startStandIn, type Answer, type StandIn } from '../support/table/stand-in.ts';
import { findSignatureFault } from '../support/table/verify-signature.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';

type FakeTimers = NonNullable<Parameters<typeof jest.useFakeTimers>[0]>;
type NotFaked = Extract<FakeTimers, { doNotFake?: unknown }>['doNotFake'];

const standIns: StandIn[] = [];
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(standIns.splice(0).map((standIn) => standIn.stop()));
});
const start = async (answer: Answer): Promise<StandIn> => {
  const standIn = await startStandIn(answer);
  standIns.push(standIn);
  return standIn;
};
/** Only dates are replaced. */
const doNotFake: NonNullable<NotFaked> = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const),
];
const ANSWERED = { answer: { Item: { pk: { S: 'TEST#thing' } } } };
const get = (wire: Wire) => readOutcome(wire('GetItem', sampleInputs.GetItem('table'), AbortSignal.timeout(10_000)));

describe.each(bothWires)('with a wrong clock, %s', (_name, open) => {
  /** AWS, whose clock differs from that of this machine. It verifies signatures, and tells its time. */
  const startAws = (aheadMs: number, status?: (count: number) => number): Promise<StandIn> =>
    start((outgoing, received, count) => {
      const now = new Date(Date.now() + aheadMs);
      const headers = { date: now.toUTCString() };
      const fault = findSignatureFault(received, { credentials: LOCAL, region: REGION, service: 'dynamodb', now });
      const given = status?.(count) ?? 200;
      if (fault) answerJson(outgoing, 400, { __type: `com.amazon.coral.service#${fault.name}` }, headers);
      else answerJson(outgoing, given, given === 200 ? ANSWERED.answer : { __type: 'ValidationException' }, headers);
    });

  test.each([
    ['20 minutes behind', 20],
    ['20 minutes ahead', -20],
    ['two days behind', 2 * 24 * 60],
  ])('%s: a call succeeds at the second attempt, and later ones at the first', async (_text, minutes) => {
    const aws = await startAws(minutes * 60_000);
    const wire = open(aws.endpoint);
    expect([await get(wire), aws.received.length]).toEqual([ANSWERED, 2]);
    expect([await get(wire), await get(wire), aws.received.length]).toEqual([ANSWERED, ANSWERED, 4]);
  });

  test('calls that are made at once all succeed at their second attempt', async () => {
    const aws = await startAws(20 * 60_000);
    const wire = open(aws.endpoint);
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => get(wire)))).toEqual(Array(5).fill(ANSWERED));
    expect(aws.received.length).toBeLessThanOrEqual(10);
    expect(await get(wire)).toEqual(ANSWERED);
  });

  test('a difference within the tolerance of AWS needs no second attempt', async () => {
    const aws = await startAws(10 * 60_000);
    const wire = open(aws.endpoint);
    expect([await get(wire), await get(wire), aws.received.length]).toEqual([ANSWERED, ANSWERED, 2]);
  });

  test('a refusal of the request itself is not retried on a clock that is right', async () => {
    const aws = await startAws(0, () => 400);
    expect(await get(open(aws.endpoint))).toMatchObject({ name: 'ValidationException' });
    expect(aws.received).toHaveLength(1);
  });
});

test('an answer that waited while the machine slept does not change the clock of the lean wire', async () => {
  const dates: string[] = [];
  const aws = await start((outgoing, { headers }) => {
    dates.push(String(headers['x-amz-date']));
    const date = new Date().toUTCString();
    if (dates.length === 1) jest.setSystemTime(Date.now() + 60 * 60_000);
    answerJson(outgoing, 200, ANSWERED.answer, { date });
  });
  jest.useFakeTimers({ now: new Date('2027-02-03T04:05:06Z'), doNotFake });
  const wire = leanWire({ region: REGION, endpoint: aws.endpoint, credentials: () => LOCAL });
  expect([await get(wire), await get(wire)]).toEqual([ANSWERED, ANSWERED]);
  expect(dates.map((date) => date.slice(0, 13))).toEqual(['20270203T0405', '20270203T0505']);
});

describe('credentials that end', () => {
  const ended: Credentials = { accessKeyId: 'ASIAENDED', secretAccessKey: 'ended', sessionToken: 'ended' };
  const renewed: Credentials = { accessKeyId: 'ASIARENEWED', secretAccessKey: 'renewed', sessionToken: 'renewed' };
  const startAws = (error: string): Promise<StandIn> =>
    start((outgoing, { headers }) =>
      headers['x-amz-security-token'] === 'ended'
        ? answerJson(outgoing, 400, { __type: error, message: 'The security token included in the request is expired' })
        : answerJson(outgoing, 200, ANSWERED.answer),
    );
  const inMs = (ms: number): Date => new Date(Date.now() + ms);

  test.each(['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException'])(
    'in the middle of a try by %s are read again by the lean wire, which succeeds',
    async (error) => {
      const aws = await startAws(error);
      const given = [ended, renewed];
      const credentials = (): Credentials => (given.length > 1 ? given.shift() : undefined) ?? renewed;
      expect(await get(leanWire({ region: REGION, endpoint: aws.endpoint, credentials }))).toEqual(ANSWERED);
      expect(aws.received).toHaveLength(2);
    },
  );

  test('end the call after one request on both wires, if there are no others', async () => {
    const aws = await startAws('ExpiredTokenException');
    const outcomes = [];
    for (const [, open] of bothWires) outcomes.push(await get(open(aws.endpoint, ended)));
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect([outcomes[0], aws.received.length]).toEqual([expect.objectContaining({ name: 'ExpiredTokenException' }), 2]);
  });

  test('are renewed by the SDK before a call, if their expiration is near', async () => {
    const aws = await startAws('ExpiredTokenException');
    const given = [{ ...ended, expiration: inMs(10_000) }];
    const provider = () => Promise.resolve(given.shift() ?? { ...renewed, expiration: inMs(HOUR_MS) });
    expect([await get(openSdkWire(aws.endpoint, provider)), aws.received.length]).toEqual([ANSWERED, 1]);
  });

  test('before the time that they name end the SDK’s calls: it reads them again near that time alone', async () => {
    const aws = await startAws('ExpiredTokenException');
    const given = [{ ...ended, expiration: inMs(HOUR_MS) }];
    const provider = () => Promise.resolve(given.shift() ?? { ...renewed, expiration: inMs(HOUR_MS) });
    const wire = openSdkWire(aws.endpoint, provider);
    expect(await get(wire)).toMatchObject({ name: 'ExpiredTokenException' });
    expect(await get(wire)).toMatchObject({ name: 'ExpiredTokenException' });
    expect(aws.received).toHaveLength(2);
  });
});
