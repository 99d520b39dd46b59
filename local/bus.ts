import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { randomUuid } from '../lib/process/random.ts';
import { sleep } from '../lib/process/timers.ts';
import type { OutgoingEvent } from '../lib/events/outgoing.ts';
import { openQueues, findQueue, queueUrl, type Queues } from './queues.ts';

/** An event as EventBridge hands it to a rule's target. */
export type BusEvent = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: OutgoingEvent;
};

/** A rule and its target: each event that matches is handled once the one before it is. */
export type Consumer = {
  name: string;
  matches?: (event: BusEvent) => boolean;
  handle: (event: BusEvent) => void | Promise<void>;
};

export type LocalBus = {
  /** Answers EventBridge's PutEvents and SQS's calls for the queues. */
  endpoint: string;
  /** The queue of what the relay sets aside. */
  queueUrl: string;
  queues: Queues;
  /** The number of events since the start. */
  received: () => number;
  /** Resolves once every event that came in before the call is handled by all consumers. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

/** EventBridge goes on for a day. */
const ATTEMPTS = 5;
const BACK_OFF_MS = 100;
const HOST = '127.0.0.1';

/**
 * The bus and the queues of this machine, as much of them as the service uses, so that its own SDK clients run here
 * too.
 */
export async function startBus(
  consumers: readonly Consumer[],
  onError: (error: unknown) => void,
  queues: Queues = openQueues(),
): Promise<LocalBus> {
  const deliveries = new Map(consumers.map((consumer) => [consumer, Promise.resolve()]));
  let received = 0;
  const accept = (event: BusEvent): void => {
    received += 1;
    for (const [consumer, before] of deliveries) {
      if (consumer.matches?.(event) ?? true)
        deliveries.set(consumer, before.then(() => deliver(consumer, event)).catch(onError));
    }
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, accept, queues)
      .catch((error: unknown) => ({ status: 500, body: { __type: 'InternalException', message: String(error) } }))
      .then(
        ({ status, body }) =>
          outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body)),
        onError,
      );
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const endpoint = `http://${HOST}:${portOf(server)}`;
  return {
    endpoint,
    queueUrl: queueUrl(endpoint, 'dead-letters-relay'),
    queues,
    received: () => received,
    idle: async () => {
      await Promise.all(deliveries.values());
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all(deliveries.values());
    },
  };
}

async function deliver({ name, handle }: Consumer, event: BusEvent): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await handle(event);
      return;
    } catch (cause) {
      if (attempt === ATTEMPTS) throw new Error(`${name} did not take the event ${event.detail.id}`, { cause });
      await sleep(BACK_OFF_MS * 2 ** attempt);
    }
  }
}

type Answer = { status: number; body: Record<string, unknown> };

async function answer(incoming: IncomingMessage, accept: (event: BusEvent) => void, queues: Queues): Promise<Answer> {
  const input = JSON.parse(await text(incoming)) as Record<string, unknown>;
  const [service, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
  if (service === 'AWSEvents' && operation === 'PutEvents') return putEvents(input, accept);
  const body = service === 'AmazonSQS' ? await findQueue(queues, input['QueueUrl'])?.call(operation, input) : undefined;
  return body
    ? { status: 200, body }
    : { status: 400, body: { __type: 'UnknownOperationException', message: operation } };
}

const MAX_ENTRIES = 10;

function putEvents({ Entries }: Record<string, unknown>, accept: (event: BusEvent) => void): Answer {
  const entries = Array.isArray(Entries) ? (Entries as Record<string, unknown>[]) : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    return { status: 400, body: { __type: 'ValidationException', message: '1 to 10 entries' } };
  }
  const results = entries.map((entry) => {
    const event = eventOf(entry);
    if (event === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    accept(event);
    return { EventId: event.id };
  });
  return {
    status: 200,
    body: { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results },
  };
}

function eventOf({ Source, DetailType, Detail, Time }: Record<string, unknown>): BusEvent | undefined {
  try {
    return {
      version: '0',
      id: randomUuid(),
      'detail-type': String(DetailType),
      source: String(Source),
      account: '000000000000',
      time: new Date(Number(Time) * 1000).toISOString(),
      region: 'eu-west-1',
      resources: [],
      detail: JSON.parse(String(Detail)) as OutgoingEvent,
    };
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
