import { EVENT_SOURCE } from './domain/event-source.ts';
import type { DeadLettersName } from './dead-letters.ts';

// The job table: all that runs without a request, as pure data. The stack, the local machine, configuration, alarms and
// the command line read it, so that each number and each name stands here once.

/** The event bus, and the variables from which a function reads its address. `endpoint` is set on one machine only. */
export const bus = { variables: { name: 'EVENT_BUS_NAME', endpoint: 'EVENT_BUS_ENDPOINT' } } as const;

/** Names the address of the queues of webhooks; set on one machine only. */
export const QUEUE_ENDPOINT_VARIABLE = 'WEBHOOK_QUEUE_ENDPOINT';

/** A queue keeps a message for 14 days, then forgets it. */
export const KEPT_DAYS = 14;

const FAN_OUT_S = 60;
/** A receiver has 15 seconds. Those of a batch have them at the same time. */
const DELIVER_S = 45;
/** A package of 200 MB is read twice and unpacked once. */
const INSPECT_S = 120;
const SWEEP_EVERY_S = 60;
/** A worker saves its progress each second and goes on in a next call, so a short time costs little. */
const IMPORT_S = 300;
/** The most that Lambda gives a call: one segment of the table is read in it. */
const AUDIT_S = 900;
/** A run saves its progress and goes on at the next one. */
const ARCHIVE_S = 300;
/** A run ends before the next begins, so that one after the other works off a long backlog (docs/decisions/0036). */
const SWEEP_S = 58;

export type Queue = {
  /** Messages keep their order within each group. The limit on throughput is each group's, not the queue's. */
  fifo: boolean;
  /** Longer than a function that takes a message may run: what it held when it died is handed out again after this. */
  visibilityS: number;
  /** A message that was handed out so often and never finished goes to the dead letters. */
  tries: number;
  deadLetters: DeadLettersName;
  /** An alarm rings when its oldest message waits: nothing but the service can make one wait. */
  alarmsWhenWaiting: boolean;
  variable?: string;
};

/**
 * The queues of webhooks. What fails is seldom the message and nearly always the table being away, so events are tried
 * for hours. A message in front of a lane holds it up, so attempts are tried for half an hour; the sweep retries them.
 */
export const queues = {
  /** Events that are to be handed to the endpoints that subscribe to them. */
  'webhook-events': {
    fifo: false,
    visibilityS: 105,
    tries: 100,
    deadLetters: 'webhook-events',
    alarmsWhenWaiting: true,
  },
  /** Events that are to be added to the counters of their brands. */
  counts: {
    fifo: false,
    visibilityS: 105,
    tries: 100,
    deadLetters: 'counts',
    alarmsWhenWaiting: true,
  },
  /** First attempts, in order. */
  'webhook-first': {
    fifo: true,
    visibilityS: 90,
    tries: 20,
    deadLetters: 'webhook-first',
    alarmsWhenWaiting: true,
    variable: 'WEBHOOK_FIRST_QUEUE_URL',
  },
  /** Packages that have arrived and are to be checked. */
  'package-uploads': {
    fifo: false,
    visibilityS: 180,
    tries: 10,
    deadLetters: 'package-uploads',
    alarmsWhenWaiting: true,
  },
  /** All other attempts. */
  'webhook-retries': {
    fifo: false,
    visibilityS: 90,
    tries: 20,
    deadLetters: 'webhook-retries',
    alarmsWhenWaiting: false,
    variable: 'WEBHOOK_RETRY_QUEUE_URL',
  },
  /** Imports to work on, each by its id; the bucket too says here that a file is whole. */
  imports: {
    fifo: false,
    visibilityS: IMPORT_S + 30,
    tries: 20,
    deadLetters: 'imports',
    alarmsWhenWaiting: false,
    variable: 'IMPORT_QUEUE_URL',
  },
  /** A night that begins, and then one segment of the table after the other. */
  audit: {
    fifo: false,
    visibilityS: AUDIT_S + 60,
    tries: 4,
    deadLetters: 'audit',
    alarmsWhenWaiting: false,
    variable: 'AUDIT_QUEUE_URL',
  },
} as const satisfies Record<string, Queue>;
export type QueueName = keyof typeof queues;

/**
 * The audit of each night, where a stage turns it on: a message of a schedule begins it. The variable gives the
 * function the number of segments of a whole table.
 */
export const nightlyAudit = {
  queue: 'audit',
  /** UTC. */
  hour: 2,
  minute: 17,
  /** After so many nights the whole table was read. */
  nights: 7,
  does: 'begins the audit of a seventh of the table',
  tries: 3,
  segmentsVariable: 'AUDIT_SEGMENTS',
} as const satisfies { queue: QueueName } & Record<string, unknown>;

/** Rules of the bus: which events go into which queue. */
export const rules = {
  /** All events but those put on the bus again by hand: a replay to one consumer would reach all receivers too. */
  'to-endpoints': { source: EVENT_SOURCE, withoutField: 'replayed_at', queue: 'webhook-events' },
  'to-counters': { source: EVENT_SOURCE, withoutField: 'replayed_at', queue: 'counts' },
} as const satisfies Record<string, { source: string; withoutField: string; queue: QueueName }>;

/** A function waits `windowS` for a batch to fill; 0 hands over at once what there is. */
export type Batches = { size: number; windowS: number };

/** `concurrency` calls at once, so that receivers that hang cannot use up what the account may run. */
export type QueueSource = { queue: QueueName; batch: Batches; concurrency: number };

/**
 * One batch at a time for each shard, from the first record on, for as long as the stream keeps it: all else would lose
 * events or their order. Only records of this kind wake the function: counters change with every seat.
 */
export type StreamSource = {
  batch: Batches;
  record: { event: 'INSERT'; sortKeyBegins: string };
  deadLetters: DeadLettersName;
};

/** Calls that Lambda does not take within the time between two of them go to the dead letters. */
export type JobSchedule = {
  everyS: number;
  does: string;
  /** The end of a sentence in its alarm: what is wrong while nothing calls it. */
  otherwise: string;
  /** The section of docs/runbook.md for that alarm, as its anchor. */
  page: string;
  tries: number;
  deadLetters: DeadLettersName;
};

/** A function puts events on the bus, or messages into these queues. */
export type Sender = {
  sendsTo: readonly ('bus' | QueueName)[];
  /** Reads and writes files of the bucket. */
  readsFiles?: true;
};

export type Job = Sender & {
  timeoutS: number;
  /** Left out, it has the memory of the stage's brand routes. */
  memoryMb?: number;
  readsDataKey?: true;
  /** Makes signing keys, and signs the key set by the root. */
  makesSigningKeys?: true;
  stream?: StreamSource;
  queues?: readonly QueueSource[];
  schedule?: JobSchedule;
};

/** The functions that no route calls, by their files in functions/. */
export const jobs = {
  'relay-journal': {
    timeoutS: 60,
    stream: {
      batch: { size: 100, windowS: 0 },
      record: { event: 'INSERT', sortKeyBegins: 'journal#' },
      deadLetters: 'relay',
    },
    sendsTo: ['bus'],
  },
  'fan-out-event': {
    timeoutS: FAN_OUT_S,
    queues: [{ queue: 'webhook-events', batch: { size: 10, windowS: 0 }, concurrency: 20 }],
    sendsTo: ['webhook-first'],
  },
  'count-events': {
    timeoutS: FAN_OUT_S,
    // The counters of a brand have as many shards as calls may run at once.
    queues: [{ queue: 'counts', batch: { size: 10, windowS: 0 }, concurrency: 8 }],
    sendsTo: [],
  },
  'deliver-webhook': {
    timeoutS: DELIVER_S,
    readsDataKey: true,
    queues: [
      // A batch of several lanes would end with the slowest and hold up the others: each message is a batch of its own.
      { queue: 'webhook-first', batch: { size: 1, windowS: 0 }, concurrency: 150 },
      { queue: 'webhook-retries', batch: { size: 10, windowS: 0 }, concurrency: 50 },
    ],
    sendsTo: ['webhook-first', 'webhook-retries'],
  },
  'inspect-package': {
    timeoutS: INSPECT_S,
    // One whole CPU: unpacking is all that it does.
    memoryMb: 1_769,
    queues: [{ queue: 'package-uploads', batch: { size: 1, windowS: 0 }, concurrency: 5 }],
    sendsTo: [],
  },
  'sweep-due': {
    timeoutS: SWEEP_S,
    // One whole CPU: a license costs 0.3 ms of it, and a hundred thousand may come due in one second.
    memoryMb: 1_769,
    schedule: {
      everyS: SWEEP_EVERY_S,
      does: 'announces licenses that expire or are about to',
      otherwise: 'expiries are not announced',
      page: 'the-sweep-does-not-run',
      tries: 3,
      deadLetters: 'sweep',
    },
    sendsTo: [],
  },
  'sweep-webhooks': {
    timeoutS: SWEEP_S,
    schedule: {
      everyS: SWEEP_EVERY_S,
      does: 'sends webhooks that have come due',
      otherwise: 'retries and replays stand still',
      page: 'the-sweep-does-not-run',
      tries: 3,
      deadLetters: 'sweep-webhooks',
    },
    sendsTo: ['webhook-first', 'webhook-retries'],
  },
  'renew-signing-keys': {
    timeoutS: 60,
    makesSigningKeys: true,
    schedule: {
      everyS: 86_400,
      does: 'makes the key set of proofs again, and the next signing key in time',
      otherwise: 'the key set of proofs grows old, and no new signing key is made',
      page: 'signing-keys-run-out',
      tries: 3,
      deadLetters: 'renew-signing-keys',
    },
    sendsTo: [],
  },
  'archive-licenses': {
    timeoutS: ARCHIVE_S,
    schedule: {
      everyS: 86_400,
      does: 'archives the histories of licenses that were cancelled long ago',
      otherwise: 'histories of cancelled licenses stay in the table',
      page: 'the-archive-stands-still',
      tries: 3,
      deadLetters: 'archive-licenses',
    },
    sendsTo: [],
  },
  'run-import': {
    timeoutS: IMPORT_S,
    // One whole CPU: most of a row's time is its encryption and its requests.
    memoryMb: 1_769,
    readsDataKey: true,
    readsFiles: true,
    // An import has one worker at a time, so this bounds the imports of all brands that run at once.
    queues: [{ queue: 'imports', batch: { size: 1, windowS: 0 }, concurrency: 10 }],
    sendsTo: ['imports'],
  },
  'audit-segment': {
    timeoutS: AUDIT_S,
    // Two is the least that a queue may be given. A night hands on one message at a time.
    queues: [{ queue: 'audit', batch: { size: 1, windowS: 0 }, concurrency: 2 }],
    sendsTo: ['audit'],
  },
} as const satisfies Record<string, Job>;
export type JobName = keyof typeof jobs;

/** Functions of routes that put messages into queues too. */
export const routeSenders = {
  'webhook-endpoints': { sendsTo: ['webhook-retries'] },
  imports: { sendsTo: ['imports'], readsFiles: true },
  /** Its forms send deliveries again, and run imports. */
  console: { sendsTo: ['webhook-retries', 'imports'], readsFiles: true },
} as const satisfies Record<string, Sender>;
