import type { JobContext } from '../job.ts';
import type { BrandNames } from '../table/brand-names.ts';
import type { Vault } from '../process/vault.ts';
import type { Sending } from './attempt.ts';
import type { WebhookQueues } from './queues.ts';

/** The context of each of the three webhook functions, beside its input. */
export type WebhookContext = JobContext & {
  queues: WebhookQueues;
  brands: BrandNames;
  /** The most messages of one endpoint in the queue of first attempts. */
  mostQueued: number;
  /** A number from 0 to 1. */
  random: () => number;
};

/** The further context of the function that sends. */
export type SendingContext = WebhookContext & { vault: Vault; sending: Omit<Sending, 'now' | 'trigger'> };
