import type { Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { EndpointInput, WebhookEndpointView } from '../api/webhooks.ts';
import type { Answer } from '../table/once.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { changeWebhookEndpoint, updated } from './webhook-endpoint-change.ts';

/** Stops an endpoint until it is resumed. One that is stopped already, by hand or by the service, stays as it is. */
export function pauseWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id }: EndpointInput,
): Promise<Answer<WebhookEndpointView> | Refusal> {
  return changeWebhookEndpoint(ctx, endpoint_id, (was) => {
    const endpoint: WebhookEndpoint =
      was.status === 'active' ? { ...was, status: 'paused', stopped_at: timeAfter(was.updated_at, ctx.nowMs) } : was;
    const event = updated(was, endpoint);
    return { endpoint, ...(event ? { event } : {}), more: {} };
  });
}
