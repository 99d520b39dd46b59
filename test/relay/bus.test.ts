import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { BusEntry } from '../../lib/events/outgoing.ts';
import { openAsideQueue } from '../../lib/relay/aside.ts';
import { openBus } from '../../lib/relay/bus.ts';

// EventBridge's answers to single entries are mocked, because the local bus gives none of them.
const eventBridge = mockClient(EventBridgeClient);
beforeEach(() => void eventBridge.reset());

const entryOf = (n: number): BusEntry => ({
  source: 'license-service',
  type: 'license.created',
  occurred_at: '2026-01-02T03:04:05Z',
  detail: JSON.stringify({ n }),
});
const put = (count: number) =>
  openBus({
    region: 'eu-west-1',
    busName: 'events',
    asideQueueUrl: 'http://127.0.0.1:9/aside',
    busEndpoint: undefined,
  })(Array.from({ length: count }, (_, n) => entryOf(n)));
const answers = (...Entries: PutEventsResultEntry[]): void =>
  void eventBridge.on(PutEventsCommand).resolves({ Entries });
const sentDetails = (): (string | undefined)[][] =>
  eventBridge
    .commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) => input.Entries?.map(({ Detail }) => Detail) ?? []);

test('openBus sends entries to the configured bus with their source, type and time', async () => {
  answers({ EventId: 'a' });
  expect(await put(1)).toEqual([{ kind: 'sent' }]);
  expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
    Entries: [
      {
        EventBusName: 'events',
        Source: 'license-service',
        DetailType: 'license.created',
        Detail: '{"n":0}',
        Time: new Date('2026-01-02T03:04:05Z'),
      },
    ],
  });
});

test('openBus returns the outcome of each entry', async () => {
  answers(
    { EventId: 'a' },
    { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
    { ErrorCode: 'MalformedDetail' },
    {},
  );
  expect(await put(5)).toEqual([
    { kind: 'sent' },
    { kind: 'away', reason: 'ThrottlingException: slow down' },
    { kind: 'refused', reason: 'MalformedDetail' },
    { kind: 'away', reason: 'NoAnswer' },
    { kind: 'away', reason: 'NoAnswer' },
  ]);
});

test('openBus takes an answer without outcomes for none', async () => {
  eventBridge.on(PutEventsCommand).resolves({});
  expect(await put(1)).toEqual([{ kind: 'away', reason: 'NoAnswer' }]);
});

test('openBus retries each entry alone if a call fails for its content', async () => {
  eventBridge.on(PutEventsCommand).callsFake(({ Entries = [] }: { Entries?: { Detail?: string }[] }) => {
    if (Entries.some(({ Detail }) => Detail === '{"n":1}'))
      throw Object.assign(new Error('too large'), { name: 'Unknown', $metadata: { httpStatusCode: 413 } });
    return { Entries: Entries.map(() => ({ EventId: 'a' })) };
  });
  expect(await put(3)).toEqual([{ kind: 'sent' }, { kind: 'refused', reason: 'Unknown: too large' }, { kind: 'sent' }]);
  expect(sentDetails()).toEqual([['{"n":0}', '{"n":1}', '{"n":2}'], ['{"n":0}'], ['{"n":1}'], ['{"n":2}']]);
});

test('openBus reports the bus as unavailable if a call fails for any other reason', async () => {
  eventBridge.on(PutEventsCommand).rejects(Object.assign(new Error('no rights'), { name: 'AccessDeniedException' }));
  expect(await put(2)).toEqual(Array(2).fill({ kind: 'away', reason: 'AccessDeniedException: no rights' }));
  expect(sentDetails()).toHaveLength(1);
});

test('the dead-letter queue of a stage is asked by its address, and may be empty', async () => {
  const queues = mockClient(SQSClient);
  const asideQueueUrl = 'https://sqs.eu-west-1.amazonaws.com/1/aside';
  const aside = openAsideQueue({ region: 'eu-west-1', busName: 'events', asideQueueUrl, busEndpoint: undefined });
  queues
    .on(GetQueueAttributesCommand)
    .resolvesOnce({})
    .resolves({ Attributes: { ApproximateNumberOfMessages: '3' } });
  queues.on(ReceiveMessageCommand).resolves({});
  expect([await aside.count(), await aside.count(), await aside.take(60)]).toEqual([0, 3, []]);
  expect(queues.commandCalls(ReceiveMessageCommand)[0]?.args[0].input.QueueUrl).toBe(asideQueueUrl);
  queues.restore();
});
