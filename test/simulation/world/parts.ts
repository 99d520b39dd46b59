import type { Chance } from '../../../bench/chaos/chance.ts';
import type { Engine } from '../engine/engine.ts';
import type { Change } from '../engine/store.ts';
import type { Weather } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** One request of a container to something outside. */
export type Request = {
  service: 'dynamodb' | 'secretsmanager' | 'kms' | 'events' | 'sqs' | 'receiver' | 'storage';
  operation: string;
  input: unknown;
  signal: AbortSignal | undefined;
};

/** Both buckets of the service: each object by its key. */
export type Storage = Map<string, Buffer>;

/** The secrets of the service by the last parts of their names. */
export type Secrets = Map<string, string>;

/** Counts the units of each partition key of the table and of its indexes, in each second of virtual time. */
export type Throughput = {
  /** The partitions that a request touches. */
  partitionsOf: (request: Request) => string[];
  /** True if each of these partitions has units left. */
  hasRoom: (partitions: readonly string[]) => boolean;
  /** Counts what a request took that was executed, with its answer. */
  take: (request: Request, answer: unknown) => void;
  /** Counts what a change takes in the indexes. */
  takeInIndexes: (change: Change) => void;
  /** Takes all that is left of these partitions: others are using them. */
  heat: (partitions: readonly string[]) => void;
};

/** What a request that was executed answers, or the error that it answers. */
export type Outcome = { answer: unknown } | { error: Error };

/** All that a container has of the world. A dead one is answered no more. */
export type Host = {
  nowMs: () => number;
  after: (ms: number, call: () => void) => () => void;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  chance: Chance;
  fraction: () => number;
  request: (request: Request) => Promise<unknown>;
  log: (line: string) => void;
  environment: Readonly<Record<string, string>>;
};

export type Handle = (event: unknown, context: unknown) => Promise<unknown>;

export type Container = { name: string; handle: Handle; isBusy: boolean; isDead: boolean; onDeath: () => void };

/** One wait of a container, which the world ends when it likes. */
export type Wait = { container: Container; request: Request; resume: (outcome: Outcome) => void };

/** The end of a function's call. A lost one may have done anything. */
export type Invoked = { kind: 'answered'; value: unknown } | { kind: 'failed'; error: unknown } | { kind: 'lost' };

/** Where the first endpoint of the brand is. */
export const WEBHOOKS_PATH = '/webhooks';

/** An event as it came to the bus, in the order of the bus. */
export type BusEvent = { id: string; type: string; seq: number; entity: { type: string; id: string } } & Record<
  string,
  unknown
>;

/** The stream of the table: its records in shards, each in order and one batch at a time. */
export type Stream = { add: (change: Change) => void; isIdle: () => boolean };

/** The queues of webhooks, imports and packages, and the functions that take their messages. */
export const TAKERS = {
  'webhook-events': 'fan-out-event',
  counts: 'count-events',
  'webhook-first': 'deliver-webhook',
  'webhook-retries': 'deliver-webhook',
  imports: 'run-import',
  'package-uploads': 'inspect-package',
} as const;
export type SimulatedQueueName = keyof typeof TAKERS;

export type Message = {
  id: string;
  body: string;
  group: string | undefined;
  ticket: string | undefined;
  visibleMs: number;
  receives: number;
};

/** One entry of SQS's SendMessageBatch. */
export type Entry = {
  Id?: string;
  MessageBody: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
  DelaySeconds?: number;
  MessageAttributes?: { ticket?: { StringValue?: string } };
};

export type SimulatedQueue = { send: (entry: Entry) => void; isIdle: () => boolean; dead: Message[] };
export type SimulatedQueues = Record<SimulatedQueueName, SimulatedQueue>;

export type SimulatedWorld = {
  scheduler: Scheduler;
  chance: Chance;
  weather: Weather;
  engine: Engine;
  stream: Stream;
  queues: SimulatedQueues;
  storage: Storage;
  secrets: Secrets;
  throughput: Throughput;
  dataKey: string;
  startMs: number;
  busEvents: BusEvent[];
  /** The bodies of all messages that were sent to receivers, whatever became of them. */
  attempts: string[];
  /** The bodies of messages that receivers took. */
  arrivals: string[];
  violations: string[];
  /** The lines that tell what happened, for a story. */
  story: string[];
  invoke: (name: string, event: unknown, timeoutMs?: number) => Promise<Invoked>;
  /** Ends the run: it is no simulation any more. */
  fail: (error: Error) => void;
  failure: () => Error | undefined;
};
