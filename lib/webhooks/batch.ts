import type { Key } from '../dynamo/schema.ts';
import type { EndpointHealth } from '../domain/webhook-health.ts';
import { readJournalItem, type Journalled } from '../table/journal-stream.ts';
import { keys, webhookKeys } from '../table/keys.ts';
import { readItems, type Item } from '../dynamo/table.ts';
import { parseDeliveryItem, type Delivery } from '../table/webhook-deliveries.ts';
import { parseEndpointItem, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import type { EndpointFlow } from '../domain/webhook-flow.ts';
import { parseFlowItem } from '../table/webhook-flow.ts';
import { parseHealthItem } from '../table/webhook-health.ts';
import type { JobContext } from '../job.ts';
import type { Queued } from './queues.ts';

/** An endpoint as a batch knows it: the outcome of one message affects those that follow. */
export type Receiver = { endpoint: WebhookEndpoint | undefined; health: EndpointHealth | undefined };

/** Its state when the batch was read, or after its last message. */
type Known = Receiver & { flow: EndpointFlow };

/** Everything needed to send one message of a batch. */
export type Read = {
  queued: Queued;
  delivery: Delivery | undefined;
  journalled: Journalled | undefined;
  receiver: Known;
};

const keysOf = ({ brand, endpoint_id, delivery_id, entity_id, seq }: Queued) => ({
  endpoint: webhookKeys.endpoint(brand, endpoint_id),
  health: webhookKeys.health(brand, endpoint_id),
  flow: webhookKeys.flow(brand, endpoint_id),
  delivery: webhookKeys.delivery(brand, endpoint_id, delivery_id),
  journal: keys.journal(brand, entity_id, seq),
});

/** Reads everything that up to ten tasks need in one round trip. Tasks of one endpoint share one receiver. */
export async function readBatch<T extends { queued: Queued }>(
  ctx: Pick<JobContext, 'table'>,
  tasks: readonly T[],
): Promise<(T & Read)[]> {
  const table = ctx.table(...new Set(tasks.map(({ queued }) => queued.brand)));
  const itemAt = await readItems(
    table,
    tasks.flatMap(({ queued }) => Object.values(keysOf(queued))),
  );
  const receivers = new Map<string, Known>();
  return tasks.map((task) => {
    const { endpoint, health, flow, delivery, journal } = keysOf(task.queued);
    const receiver = receivers.get(nameOf(endpoint)) ?? {
      ...buildReceiver(itemAt(endpoint), itemAt(health)),
      flow: parseFlowItem(itemAt(flow)),
    };
    receivers.set(nameOf(endpoint), receiver);
    const [deliveryItem, journalItem] = [itemAt(delivery), itemAt(journal)];
    return {
      ...task,
      delivery: deliveryItem && parseDeliveryItem(deliveryItem),
      journalled: journalItem && readJournalItem(journal, journalItem),
      receiver,
    };
  });
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

export const buildReceiver = (endpoint: Item | undefined, health: Item | undefined): Receiver => ({
  endpoint: endpoint && parseEndpointItem(endpoint),
  health: health && parseHealthItem(health),
});
