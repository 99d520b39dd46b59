import type { Key } from '../dynamo/schema.ts';
import type { EndpointHealth } from '../domain/webhook-health.ts';
import { readItem, type Journalled } from '../table/journal-stream.ts';
import { keys, webhookKeys } from '../table/keys.ts';
import { getMany, type Item } from '../dynamo/table.ts';
import { deliveryOf, type Delivery } from '../table/webhook-deliveries.ts';
import { endpointOf, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import type { EndpointFlow } from '../domain/webhook-flow.ts';
import { flowOf } from '../table/webhook-flow.ts';
import { healthOf } from '../table/webhook-health.ts';
import type { JobContext } from '../job.ts';
import type { Queued } from './queues.ts';

/** An endpoint as a batch knows it: what comes of one message tells of those that follow. */
export type Receiver = { endpoint: WebhookEndpoint | undefined; health: EndpointHealth | undefined };

/** And as it was when a batch was read, or after the last message of it. */
type Known = Receiver & { flow: EndpointFlow };

/** All that is needed to send one of a batch. */
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

/** Reads what up to ten messages speak of in one round trip. Messages of one endpoint share what is known of it. */
export async function readBatch(ctx: Pick<JobContext, 'table'>, batch: readonly Queued[]): Promise<Read[]> {
  const wanted = batch.map((queued) => ({ queued, ...keysOf(queued) }));
  const places = wanted.flatMap(({ queued: _queued, ...keysOfOne }) => Object.values(keysOfOne));
  const items = await getMany(ctx.table(...new Set(batch.map(({ brand }) => brand))), places);
  const found = new Map(places.map((key, i) => [nameOf(key), items[i]]));
  const receivers = new Map<string, Known>();
  return wanted.map(({ queued, endpoint, health, flow, delivery, journal }) => {
    const receiver = receivers.get(nameOf(endpoint)) ?? {
      ...receiverOf(found.get(nameOf(endpoint)), found.get(nameOf(health))),
      flow: flowOf(found.get(nameOf(flow))),
    };
    receivers.set(nameOf(endpoint), receiver);
    const [deliveryItem, journalItem] = [found.get(nameOf(delivery)), found.get(nameOf(journal))];
    return {
      queued,
      delivery: deliveryItem && deliveryOf(deliveryItem),
      journalled: journalItem && readItem(journal, journalItem),
      receiver,
    };
  });
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

export const receiverOf = (endpoint: Item | undefined, health: Item | undefined): Receiver => ({
  endpoint: endpoint && endpointOf(endpoint),
  health: health && healthOf(health),
});
