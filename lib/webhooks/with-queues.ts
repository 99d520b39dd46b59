import { readWebhooksConfig } from '../process/config.ts';
import type { BrandContext } from '../context.ts';
import { makeOnce } from '../process/make-once.ts';
import { openWebhookQueues, type WebhookQueues } from './queues.ts';

/** The context of a brand's call that asks for deliveries to be sent. */
export type QueueingContext = BrandContext & { queues: WebhookQueues };

const openQueues = makeOnce(() => openWebhookQueues(readWebhooksConfig()));

/**
 * Gives a verb the container's queues. They are opened at the first request that needs them, so that no other needs
 * their settings.
 */
export function bindQueues<I, A>(verb: (ctx: QueueingContext, input: I) => A): (ctx: BrandContext, input: I) => A {
  return (ctx, input) => verb({ ...ctx, queues: openQueues() }, input);
}
