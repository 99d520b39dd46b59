import { deliveryView } from '../views/webhook-delivery-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { MAX_ENDPOINTS } from '../domain/webhook.ts';
import type { BrandContext } from '../context.ts';
import type { DeliveryView } from '../api/schemas/webhook-delivery.ts';
import type { EventDeliveriesInput } from '../api/webhook-deliveries.ts';
import type { Answer } from '../table/once.ts';
import { readEventDeliveries, isKept } from '../table/webhook-deliveries.ts';
import { readWebhookEndpoints } from '../table/webhook-endpoints.ts';

/** Lists the deliveries of one event, one for each endpoint that it went to. */
export async function listEventDeliveries(
  ctx: BrandContext,
  { event_id }: EventDeliveriesInput,
): Promise<Answer<{ deliveries: DeliveryView[]; next_cursor: null }> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const { endpoints } = await readWebhookEndpoints(ctx.table, brand, { limit: MAX_ENDPOINTS });
  const ids = endpoints.map(({ id }) => id);
  const deliveries = (await readEventDeliveries(ctx.table, brand, ids, event_id)).filter((delivery) =>
    isKept(delivery, ctx.nowMs),
  );
  if (deliveries.length === 0) return refuse('delivery_not_found');
  return { body: { deliveries: deliveries.map(deliveryView), next_cursor: null } };
}
