import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { openWebhookQueues, type Queued } from '../../lib/webhooks/queues.ts';

// SQS sometimes accepts only part of a batch; the local queues always accept all of it.
const sqs = mockClient(SQSClient);
beforeEach(() => void sqs.reset());

const queues = openWebhookQueues({
  region: 'eu-west-1',
  firstQueueUrl: 'http://127.0.0.1:9/first',
  retryQueueUrl: 'http://127.0.0.1:9/retry',
  queueEndpoint: undefined,
});
const queued = (n: number): Queued => ({
  brand: 'WPR',
  endpoint_id: `endpoint-${n}`,
  delivery_id: `delivery-${n}`,
  entity_id: `license-${n}`,
  seq: n,
  trigger: 'schedule',
  revision: 1,
  ticket: null,
});

test('messages that the queue refuses fail the call with their number and the first reason', async () => {
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries = [] }: { Entries?: { Id: string }[] }) => ({
    Successful: [],
    Failed: Entries.slice(1).map(({ Id }) => ({ Id, SenderFault: false, Code: 'Throttled', Message: 'slow down' })),
  }));
  const deliveries = [1, 2, 3].map(queued);
  await expect(queues.sendFirst(deliveries)).rejects.toThrow(
    'the queue did not take 2 of 3 messages: Throttled slow down',
  );
  await expect(queues.sendRetry(deliveries.map((one) => ({ ...one, delaySeconds: 5 })))).rejects.toThrow('2 of 3');
});

test('a batch contains at most ten messages', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  await queues.sendRetry(Array.from({ length: 23 }, (_, n) => ({ ...queued(n), delaySeconds: 0 })));
  const sizes = sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input.Entries?.length);
  expect(sizes).toEqual([10, 10, 3]);
});
