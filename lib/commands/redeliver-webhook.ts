import { deliveryView } from '../views/webhook-delivery-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { TEST_TYPE } from '../domain/webhook.ts';
import type { DeliveryView } from '../api/schemas/webhook-delivery.ts';
import type { RedeliverInput } from '../api/webhook-deliveries.ts';
import { webhookKeys } from '../table/keys.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer, type Try } from '../table/once.ts';
import { done } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { parseDeliveryItem, isKept, type Delivery } from '../table/webhook-deliveries.ts';
import { readEndpointAndItems } from '../table/webhook-endpoints.ts';
import { Unavailable } from '../process/outage.ts';
import { buildQueued } from '../webhooks/queues.ts';
import type { QueueingContext } from '../webhooks/with-queues.ts';

/**
 * Queues a message again, in every status. A retry of a call that died between queue and record sends it twice,
 * with the same id.
 */
export function redeliverWebhook(
  ctx: QueueingContext,
  { endpoint_id, delivery_id }: RedeliverInput,
): Promise<Answer<DeliveryView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<DeliveryView>> => {
    const deliveryKey = webhookKeys.delivery(brand, endpoint_id, delivery_id);
    const alsoRead = [deliveryKey, ...(once ? [once.key] : [])];
    const { endpoint, itemAt } = await readEndpointAndItems(ctx.table, brand, endpoint_id, alsoRead);
    const stored = once && readFirstAnswer<DeliveryView>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
    if (stored) return stored;
    if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
    const item = itemAt(deliveryKey);
    const delivery = item && parseDeliveryItem(item);
    if (delivery === undefined || !isKept(delivery, ctx.nowMs)) return refuse('delivery_not_found');
    if (delivery.event_type === TEST_TYPE) {
      return refuse('bad_request', {
        errors: [{ pointer: '{delivery_id}', message: 'is a test message: send a new one' }],
      });
    }
    if (endpoint.status !== 'active') return refuse('webhook_endpoint_stopped', { endpoint_status: endpoint.status });
    await queueNow(ctx, delivery);
    const answer = { body: deliveryView(delivery) };
    return once ? commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, answer, []) : done(answer);
  });
}

async function queueNow({ queues, brand, table }: QueueingContext, delivery: Delivery): Promise<void> {
  try {
    await queues.sendRetry(
      [{ ...buildQueued(brand.key_prefix, delivery, 'redelivery'), delaySeconds: 0 }],
      table.signal,
    );
  } catch (cause) {
    throw new Unavailable('the queue of retries did not take a message', { cause });
  }
}
