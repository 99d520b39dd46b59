import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { EventsConfig } from '../process/config.ts';
import { openQueueClient } from '../process/queue-client.ts';

/** A journal entry that cannot go on the bus: its key and the reason, but none of its content. */
export const SetAside = z.object({ pk: z.string(), sk: z.string(), type: z.string(), reason: z.string() });
export type SetAside = z.infer<typeof SetAside>;

/** A message of the dead-letter queue. `entry` is undefined if the relay did not write it. */
export type AsideMessage = { handle: string; entry: SetAside | undefined };

export type AsideQueue = {
  /** Rejects when the queue did not accept it, or not before `signal` ended the call. */
  put: (entry: SetAside, signal?: AbortSignal) => Promise<void>;
  /** The approximate number of messages. */
  count: () => Promise<number>;
  /** Up to ten messages, which nobody else gets for `forSeconds`; none when the queue is empty. */
  take: (forSeconds: number) => Promise<AsideMessage[]>;
  remove: (message: AsideMessage) => Promise<void>;
};

export function openAsideQueue({ region, asideQueueUrl: QueueUrl, busEndpoint }: EventsConfig): AsideQueue {
  const client = openQueueClient({
    region,
    endpoint: busEndpoint === undefined ? undefined : new URL(QueueUrl).origin,
  });
  return {
    async put(entry, signal) {
      await client.send(
        new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(entry) }),
        signal && { abortSignal: signal },
      );
    },
    async count() {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    async take(forSeconds) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: forSeconds,
          WaitTimeSeconds: 1,
        }),
      );
      return Messages.map(({ ReceiptHandle, Body }) => ({ handle: String(ReceiptHandle), entry: read(String(Body)) }));
    },
    async remove({ handle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle }));
    },
  };
}

function read(body: string): SetAside | undefined {
  try {
    return SetAside.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
