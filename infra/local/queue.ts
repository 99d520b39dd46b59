import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

type Fields = Record<string, unknown>;
type Message = { id: string; body: string; visibleFrom: number; handle: string };

/** One queue in memory. Answers an operation of SQS with its result, undefined for one that it does not know. */
export type Queue = { call: (operation: string, input: Fields) => Promise<Fields | undefined> };

const VISIBLE_AFTER_S = 30;

export function openQueue(): Queue {
  const messages = new Map<string, Message>();
  const visible = (): Message[] => [...messages.values()].filter(({ visibleFrom }) => visibleFrom <= performance.now());
  const operations: Record<string, (input: Fields) => Fields | Promise<Fields>> = {
    SendMessage: ({ MessageBody }) => {
      const message = { id: randomUUID(), body: String(MessageBody), visibleFrom: 0, handle: '' };
      messages.set(message.id, message);
      return { MessageId: message.id, MD5OfMessageBody: md5(message.body) };
    },
    ReceiveMessage: async ({ MaxNumberOfMessages = 1, VisibilityTimeout = VISIBLE_AFTER_S, WaitTimeSeconds = 0 }) => {
      if (visible().length === 0) await sleep(Number(WaitTimeSeconds) * 1000);
      const taken = visible().slice(0, Number(MaxNumberOfMessages));
      for (const message of taken) {
        message.visibleFrom = performance.now() + Number(VisibilityTimeout) * 1000;
        message.handle = `${message.id}#${randomUUID()}`;
      }
      return { Messages: taken.map(({ id, handle, body }) => ({ MessageId: id, ReceiptHandle: handle, Body: body, MD5OfBody: md5(body) })) };
    },
    DeleteMessage: ({ ReceiptHandle }) => {
      messages.delete(String(ReceiptHandle).split('#', 1).join(''));
      return {};
    },
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: String(visible().length) } }),
  };
  return { call: async (operation, input) => operations[operation]?.(input) };
}

/** The SDK compares it with what it sent and got. */
const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
