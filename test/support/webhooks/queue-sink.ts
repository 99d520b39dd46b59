import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Entry = { Id: string; MessageBody: string; MessageGroupId?: string; DelaySeconds?: number };
/** One message that a queue accepted. */
export type Taken = { queue: string; body: Record<string, unknown>; group: string | undefined; delaySeconds: number };

export type QueueSink = {
  taken: Taken[];
  /** While true, the queues accept nothing. */
  broken: boolean;
};

/**
 * Accepts the service's messages for the webhook queues like SQS, and sends them nowhere. It points this file's
 * functions to itself and ends with its process.
 */
export async function startQueueSink(): Promise<QueueSink> {
  const sink: QueueSink = { taken: [], broken: false };
  const server = createServer((incoming, response) => {
    void json(incoming).then((input) => {
      const { QueueUrl, Entries } = input as { QueueUrl: string; Entries: Entry[] };
      if (sink.broken) return response.writeHead(500).end('{}');
      const queue = QueueUrl.split('/').at(-1) ?? '';
      for (const { MessageBody, MessageGroupId, DelaySeconds = 0 } of Entries) {
        const body = JSON.parse(MessageBody) as Record<string, unknown>;
        sink.taken.push({ queue, body, group: MessageGroupId, delaySeconds: DelaySeconds });
      }
      const Successful = Entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: randomUUID(),
        MD5OfMessageBody: md5(MessageBody),
      }));
      return response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ Successful, Failed: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Neither it nor a connection that is kept open keeps a worker of the tests alive.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    WEBHOOK_QUEUE_ENDPOINT: endpoint,
    WEBHOOK_FIRST_QUEUE_URL: `${endpoint}/000000000000/first.fifo`,
    WEBHOOK_RETRY_QUEUE_URL: `${endpoint}/000000000000/retry`,
    IMPORT_QUEUE_URL: `${endpoint}/000000000000/imports`,
  });
  return sink;
}

/** The SDK compares it with its request. */
const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
