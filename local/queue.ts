import { createHash } from 'node:crypto';
import { now } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';
import { sleep } from '../lib/process/timers.ts';
import { MINUTE_MS } from '../lib/domain/time.ts';

type Fields = Record<string, unknown>;

/**
 * A message as a queue keeps it. `visibleFrom` is a time of the service's clock, so that moving that clock brings what
 * was to come later.
 */
export type Message = {
  id: string;
  body: string;
  group: string | undefined;
  attributes: Fields | undefined;
  sequence: number;
  visibleFrom: number;
  handle: string;
  received: number;
};

export type QueueOptions = {
  /** The messages of a group one after the other, and each once within five minutes. */
  fifo?: boolean;
  /** The queue for messages that were received this often and never deleted. */
  deadLetters?: { queue: Queue; after: number };
};

/** One queue in memory, as much of SQS as the service uses. */
export type Queue = {
  /** Answers an operation of SQS with its result, undefined for one that it does not know. */
  call: (operation: string, input: Fields) => Promise<Fields | undefined>;
  send: (message: {
    body: string;
    attributes?: Fields;
    group?: string;
    deduplicateBy?: string;
    delaySeconds?: number;
  }) => Message;
  receive: (most: number, visibilitySeconds: number) => Message[];
  remove: (handle: string) => void;
  /** The number of messages that can be received now; it counts no further than `most`. */
  visible: (most?: number) => number;
  /** Counts its messages, received ones included. */
  held: () => number;
};

const VISIBLE_AFTER_S = 30;
const DEDUPLICATED_FOR_MS = 5 * MINUTE_MS;

export function openQueue(options: QueueOptions = {}): Queue {
  const messages = new Map<string, Message>();
  const sent = new Map<string, { message: Message; at: number }>();
  const queue: Queue = {
    call: async (operation, input) => operations[operation]?.(queue, input),
    send: ({ body, attributes, group, deduplicateBy, delaySeconds = 0 }) => {
      for (const [key, { at }] of sent)
        if (at + DEDUPLICATED_FOR_MS > now()) break;
        else sent.delete(key);
      const before = deduplicateBy === undefined ? undefined : sent.get(`${group ?? ''} ${deduplicateBy}`);
      if (before) return before.message;
      sequence += 1;
      const message = {
        id: randomUuid(),
        body,
        group,
        attributes,
        sequence,
        visibleFrom: now() + delaySeconds * 1000,
        handle: '',
        received: 0,
      };
      messages.set(message.id, message);
      if (deduplicateBy !== undefined) sent.set(`${group ?? ''} ${deduplicateBy}`, { message, at: now() });
      return message;
    },
    receive: (most, visibilitySeconds) => {
      const taken = receivable(messages.values(), options, most);
      for (const message of taken) {
        message.visibleFrom = now() + visibilitySeconds * 1000;
        message.handle = `${message.id}#${randomUuid()}`;
        message.received += 1;
      }
      const dead = taken.filter(
        ({ received }) => options.deadLetters !== undefined && received > options.deadLetters.after,
      );
      for (const { id, body } of dead) {
        messages.delete(id);
        options.deadLetters?.queue.send({ body });
      }
      return taken.filter((message) => !dead.includes(message));
    },
    remove: (handle) => void messages.delete(handle.split('#', 1).join('')),
    held: () => messages.size,
    visible: (most = Infinity) => receivable(messages.values(), options, most).length,
  };
  let sequence = 0;
  return queue;
}

/** In a FIFO queue a group waits while one of its messages is in somebody's hands. */
function receivable(messages: Iterable<Message>, { fifo = false }: QueueOptions, most: number): Message[] {
  const nowMs = now();
  const found: Message[] = [];
  const held = new Set<string | undefined>();
  for (const message of messages) {
    if (found.length === most) break;
    if (message.visibleFrom > nowMs) held.add(message.group);
    else if (!fifo || !held.has(message.group)) found.push(message);
  }
  return found;
}

const operations: Record<string, (queue: Queue, input: Fields) => Fields | Promise<Fields>> = {
  SendMessage: (queue, input) => taken(queue, input),
  SendMessageBatch: (queue, { Entries }) => {
    const entries = Entries as Fields[];
    return { Successful: entries.map((entry) => ({ Id: entry['Id'], ...taken(queue, entry) })), Failed: [] };
  },
  ReceiveMessage: async (
    queue,
    { MaxNumberOfMessages = 1, VisibilityTimeout = VISIBLE_AFTER_S, WaitTimeSeconds = 0 },
  ) => {
    if (queue.visible(1) === 0) await sleep(Number(WaitTimeSeconds) * 1000);
    const messages = queue.receive(Number(MaxNumberOfMessages), Number(VisibilityTimeout));
    return {
      Messages: messages.map(({ id, handle, body }) => ({
        MessageId: id,
        ReceiptHandle: handle,
        Body: body,
        MD5OfBody: md5(body),
      })),
    };
  },
  DeleteMessage: (queue, { ReceiptHandle }) => {
    queue.remove(String(ReceiptHandle));
    return {};
  },
  GetQueueAttributes: (queue) => ({ Attributes: { ApproximateNumberOfMessages: String(queue.visible()) } }),
};

function taken(queue: Queue, input: Fields): Fields {
  const { MessageBody, MessageAttributes, MessageGroupId, MessageDeduplicationId, DelaySeconds } = input;
  const { id, body } = queue.send({
    body: String(MessageBody),
    ...(MessageAttributes === undefined ? {} : { attributes: MessageAttributes as Fields }),
    ...(typeof MessageGroupId === 'string' ? { group: MessageGroupId } : {}),
    ...(typeof MessageDeduplicationId === 'string' ? { deduplicateBy: MessageDeduplicationId } : {}),
    ...(typeof DelaySeconds === 'number' ? { delaySeconds: DelaySeconds } : {}),
  });
  return { MessageId: id, MD5OfMessageBody: md5(body) };
}

/** The SDK compares it with what it sent and got. */
const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
