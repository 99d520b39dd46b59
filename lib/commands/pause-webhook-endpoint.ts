import type { Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { EndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointView } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { changeWebhookEndpoint, updated } from './webhook-endpoint-change.ts';

/**
 * Stops an endpoint until it is resumed. An endpoint that is already stopped, by hand or by the service, stays as it
 * is.
 */
export function pauseWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id }: EndpointInput,
): Promise<Answer<WebhookEndpointView> | Refusal> {
  return changeWebhookEndpoint(ctx, endpoint_id, (previous) => {
    const endpoint: WebhookEndpoint =
      previous.status === 'active'
        ? { ...previous, status: 'paused', stopped_at: timeAfter(previous.updated_at, ctx.nowMs) }
        : previous;
    const event = updated(previous, endpoint);
    return { endpoint, ...(event ? { event } : {}), more: {} };
  });
}
