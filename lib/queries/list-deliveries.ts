import { deliveryView } from '../views/webhook-delivery-view.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { DeliveryView } from '../api/schemas/webhook-delivery.ts';
import type { ListDeliveriesInput } from '../api/webhook-deliveries.ts';
import type { Answer } from '../table/once.ts';
import { readDeliveries, deliveryById, isKept } from '../table/webhook-deliveries.ts';
import { webhookEndpointById } from '../table/webhook-endpoints.ts';
import { openCursor, sealCursor } from './cursor.ts';

type Page = { deliveries: DeliveryView[]; next_cursor: string | null };

/** Lists an endpoint's messages, newest first, with their attempts. */
export async function listDeliveries(ctx: BrandContext, input: ListDeliveriesInput): Promise<Answer<Page> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const { endpoint_id, status, event_id, limit, cursor } = input;
  const list = {
    vault: ctx.vault,
    owner: brand,
    list: 'webhook-deliveries',
    filters: { endpoint_id, status, event_id },
  };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const [endpoint, { deliveries, last }] = await Promise.all([
    webhookEndpointById(ctx.table, brand, endpoint_id),
    event_id === undefined
      ? readDeliveries(ctx.table, brand, endpoint_id, { status, limit, after })
      : ofEvent(ctx, { endpoint_id, event_id, status }),
  ]);
  if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
  return {
    body: {
      deliveries: deliveries.filter((delivery) => isKept(delivery, ctx.nowMs)).map(deliveryView),
      next_cursor: sealCursor(list, last),
    },
  };
}

async function ofEvent(
  ctx: BrandContext,
  { endpoint_id, event_id, status }: Pick<ListDeliveriesInput, 'endpoint_id' | 'status'> & { event_id: string },
): Promise<Awaited<ReturnType<typeof readDeliveries>>> {
  const delivery = await deliveryById(ctx.table, ctx.brand.key_prefix, endpoint_id, event_id);
  return {
    deliveries: delivery && (status === undefined || delivery.status === status) ? [delivery] : [],
    last: undefined,
  };
}
