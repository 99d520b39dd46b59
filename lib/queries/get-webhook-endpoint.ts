import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { EndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointWithState } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import { webhookEndpointState } from '../table/webhook-endpoints.ts';
import {
  webhookEndpointView,
  webhookHealthView,
  webhookSpeedView,
  replayView,
} from '../views/webhook-endpoint-view.ts';

/** One endpoint, its health, and the progress of its replays. */
export async function getWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id }: EndpointInput,
): Promise<Answer<WebhookEndpointWithState> | Refusal> {
  const { endpoint, health, flow, replay, catch_up } = await webhookEndpointState(
    ctx.table,
    ctx.brand.key_prefix,
    endpoint_id,
  );
  if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
  return {
    body: {
      ...webhookEndpointView(endpoint, ctx.nowMs),
      ...webhookSpeedView(endpoint, flow, ctx.nowMs),
      health: health ? webhookHealthView(health) : null,
      replay: replay ? replayView(replay) : null,
      catch_up: catch_up ? replayView(catch_up) : null,
    },
  };
}
