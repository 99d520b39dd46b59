// The dead-letter queues of the job table (jobs.ts), as pure data.

export type DeadLetterQueue = {
  /** The beginning of a sentence in its alarms, about its messages. */
  about: string;
  /** The section of docs/runbook.md, as its anchor. */
  page: string;
  fifo: boolean;
  /** A command keeps the messages that it works on for this long. */
  visibilityS: number;
  /** The variable that names its URL to who reads or writes it. */
  variable?: string;
};

const HELD_S = 300;
const NOT_HANDLED = 'Webhooks were not handled for a reason of ours';

/** Every dead-letter queue, by the name that its alarms and `npm run redrive` give it. */
export const deadLetters = {
  relay: {
    about: 'Events could not be put on the bus',
    page: 'events-were-set-aside',
    fifo: false,
    visibilityS: HELD_S,
    variable: 'ASIDE_QUEUE_URL',
  },
  sweep: {
    about: 'Lambda did not take calls of the sweep',
    page: 'the-sweep-was-missed',
    fifo: false,
    visibilityS: HELD_S,
    variable: 'MISSED_QUEUE_URL',
  },
  'sweep-webhooks': {
    about: 'Lambda did not take calls of the sweep of webhooks',
    page: 'the-sweep-was-missed',
    fifo: false,
    visibilityS: HELD_S,
  },
  'renew-signing-keys': {
    about: 'Lambda did not take calls that make the key set of proofs again',
    page: 'signing-keys-run-out',
    fifo: false,
    visibilityS: HELD_S,
  },
  'archive-licenses': {
    about: 'Lambda did not take calls that archive the histories of cancelled licenses',
    page: 'the-archive-stands-still',
    fifo: false,
    visibilityS: HELD_S,
  },
  'package-uploads': {
    about: 'Uploaded packages were not checked',
    page: 'packages-were-not-checked',
    fifo: false,
    visibilityS: HELD_S,
  },
  'webhook-events': { about: NOT_HANDLED, page: 'webhooks-were-set-aside', fifo: false, visibilityS: HELD_S },
  'webhook-first': { about: NOT_HANDLED, page: 'webhooks-were-set-aside', fifo: true, visibilityS: HELD_S },
  'webhook-retries': { about: NOT_HANDLED, page: 'webhooks-were-set-aside', fifo: false, visibilityS: HELD_S },
  counts: {
    about: 'Events were not counted',
    page: 'events-were-not-counted',
    fifo: false,
    visibilityS: HELD_S,
  },
  imports: {
    about: 'Imports were not worked on for a reason of ours',
    page: 'imports-stand-still',
    fifo: false,
    visibilityS: HELD_S,
  },
  audit: {
    about: 'Segments of the table were not audited, or a night was not begun',
    page: 'the-nightly-audit-stopped',
    fifo: false,
    visibilityS: HELD_S,
  },
} as const satisfies Record<string, DeadLetterQueue>;
export type DeadLettersName = keyof typeof deadLetters;
