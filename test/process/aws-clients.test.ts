import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, jest, test } from '@jest/globals';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import { openQueueClient } from '../../lib/process/queue-client.ts';
import { openAsideQueue } from '../../lib/relay/aside.ts';
import { openBus } from '../../lib/relay/bus.ts';
import { ConsumedEvents } from '../../lib/table/consumed.ts';
import { openWebhookQueues } from '../../lib/webhooks/queues.ts';

afterEach(() => void jest.restoreAllMocks());

const region = 'eu-west-1';
const endpoint = 'http://127.0.0.1:9';
const events = { region, busName: 'bus', busEndpoint: endpoint, asideQueueUrl: `${endpoint}/queue` };
const webhooks = { region, firstQueueUrl: endpoint, retryQueueUrl: endpoint, queueEndpoint: endpoint };
const entry = { source: 'a', type: 'b', occurred_at: '2027-01-01T00:00:00Z', detail: '{}' };
const message = {
  brand: 'WPR',
  endpoint_id: 'a',
  delivery_id: 'b',
  entity_id: '0123',
  seq: 1,
  revision: 1,
  ticket: null,
  trigger: 'schedule',
} as const;
const soon = (): AbortSignal => AbortSignal.timeout(1_000);

const uses: [string, () => unknown][] = [
  [
    'the wire',
    () => sdkWire({ region, endpoint })('GetItem', { TableName: 'a', Key: { pk: { S: 'b' }, sk: { S: 'c' } } }, soon()),
  ],
  ['the client of queues', () => openQueueClient({ region, endpoint }).send({} as never)],
  ['the bus', () => openBus(events)([entry], soon())],
  [
    'the queue of what the relay sets aside',
    () => openAsideQueue(events).put({ ...entry, pk: 'a', sk: 'b', reason: 'c' }),
  ],
  ['the queues of webhooks', () => openWebhookQueues(webhooks).sendFirst([message], soon())],
  [
    'the store of consumed events',
    () => new ConsumedEvents({ tableName: 'a', region, endpoint }).getRecord('consumer:event'),
  ],
];

test.each(uses)('%s has no middleware that copies each request for a logger', async (_name, use) => {
  const stacks: string[][] = [];
  for (const { prototype } of [DynamoDBClient, EventBridgeClient, SQSClient])
    jest.spyOn(prototype, 'send').mockImplementation(function (this: DynamoDBClient) {
      stacks.push(this.middlewareStack.identify());
      return Promise.reject(new Error('nothing is sent'));
    } as never);
  await Promise.allSettled([use()]);
  expect(stacks.length).toBeGreaterThan(0);
  for (const stack of stacks) {
    expect(stack.join()).toContain('retryMiddleware');
    expect(stack.join()).not.toContain('loggerMiddleware');
  }
});

test('the SDK still names that middleware so', () => {
  expect(new SQSClient({ region }).middlewareStack.identify().join()).toContain('loggerMiddleware');
});
