import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as patience from '../../lib/process/aws-client.ts';
import { clientOptions, type ClientPatience } from '../../lib/process/aws-client.ts';
import { DEADLINE_MS } from '../../lib/api/route.ts';
import { openQueueClient } from '../../lib/process/queue-client.ts';
import { openAsideQueue } from '../../lib/relay/aside.ts';
import { openBus } from '../../lib/relay/bus.ts';
import { openWebhookQueues } from '../../lib/webhooks/queues.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A stand-in for an AWS service with configurable answers. */
async function startService(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const hangs: RequestListener = () => undefined;
const stalls: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '500' }).write('{"Fail');
};

const every = Object.entries(patience).filter(
  (entry): entry is [string, ClientPatience] => typeof entry[1] === 'object',
);

describe('every AWS client', () => {
  test.each(every)('has limits for connecting, answering, pauses within an answer, and attempts: %s', (_, limits) => {
    expect(clientOptions({ region: 'eu-west-1' }, limits)).toEqual({
      region: 'eu-west-1',
      maxAttempts: limits.attempts,
      requestHandler: {
        connectionTimeout: limits.connectMs,
        requestTimeout: limits.answerMs,
        socketTimeout: limits.answerMs,
        throwOnRequestTimeout: true,
      },
    });
    for (const limit of Object.values(limits)) expect(limit).toBeGreaterThan(0);
  });

  test('uses at most half of a plugin’s deadline for one attempt at the table or the data key', () => {
    expect(patience.ROUTE_PATIENCE.answerMs).toBeLessThanOrEqual(DEADLINE_MS.license_key / 2);
  });
});

describe.each([
  ['hangs', hangs],
  ['stalls in the middle of its answer', stalls],
])('an AWS service that %s', (_, answer) => {
  test('is abandoned after the client’s own limits', async () => {
    const endpoint = await startService(answer);
    const limits = { connectMs: 200, answerMs: 200, attempts: 1 };
    const client = new EventBridgeClient(clientOptions({ region: 'eu-west-1', endpoint }, limits));
    const began = performance.now();
    await expect(client.send(new PutEventsCommand({ Entries: [{}] }))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test('is abandoned at the caller’s deadline, whatever the client’s limits', async () => {
    const endpoint = await startService(answer);
    const queue = `${endpoint}/queue`;
    const region = 'eu-west-1';
    const events = { region, busName: 'bus', busEndpoint: endpoint, asideQueueUrl: queue };
    const queues = openWebhookQueues({ region, firstQueueUrl: queue, retryQueueUrl: queue, queueEndpoint: endpoint });
    const message = {
      brand: 'WPR',
      endpoint_id: 'a',
      delivery_id: 'b',
      entity_id: '0123',
      seq: 1,
      revision: 1,
      ticket: null,
    } as const;
    const soon = (): AbortSignal => AbortSignal.timeout(300);
    const began = performance.now();
    const [put, ...rejected] = await Promise.allSettled([
      openBus(events)([{ source: 'a', type: 'b', occurred_at: '2027-01-01T00:00:00Z', detail: '{}' }], soon()),
      openAsideQueue(events).put({ pk: 'a', sk: 'b', type: 'c', reason: 'd' }, soon()),
      queues.sendFirst([{ ...message, trigger: 'schedule' }], soon()),
      queues.sendRetry([{ ...message, trigger: 'schedule', delaySeconds: 0 }], soon()),
      openQueueClient({ region, endpoint }).send(new GetQueueUrlCommand({ QueueName: 'queue' }), {
        abortSignal: soon(),
      }),
    ]);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(put).toMatchObject({
      status: 'fulfilled',
      value: [{ kind: 'away', reason: expect.stringMatching(/Abort|Timeout|aborted/) }],
    });
    expect(rejected.map(({ status }) => status)).toEqual(rejected.map(() => 'rejected'));
  });
});
