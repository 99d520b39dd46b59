import type { JobContext } from '../job.ts';
import type { BrandNames } from '../table/brand-names.ts';
import type { Vault } from '../process/vault.ts';
import type { Sending } from './attempt.ts';
import type { WebhookQueues } from './queues.ts';

/** What each of the three functions that send webhooks gets beside its input. */
export type WebhookContext = JobContext & {
  queues: WebhookQueues;
  brands: BrandNames;
  /** The most messages of one endpoint in the queue of first attempts. */
  mostQueued: number;
  /** From 0 to 1. */
  random: () => number;
};

/** And what the one gets that sends. */
export type SendingContext = WebhookContext & { vault: Vault; sending: Omit<Sending, 'now' | 'trigger'> };
