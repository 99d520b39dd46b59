import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { UpdateWebhookEndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointView } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { forgetSamples } from '../table/webhook-flow.ts';
import { forgetHealth } from '../table/webhook-health.ts';
import { changeWebhookEndpoint, updated } from './webhook-endpoint-change.ts';
import { readEndpointFields } from './webhook-endpoint-fields.ts';

/** Changes an endpoint's URL or subscriptions. Failures of the old address do not count for the new one. */
export async function updateWebhookEndpoint(
  ctx: BrandContext,
  input: UpdateWebhookEndpointInput,
): Promise<Answer<WebhookEndpointView> | Refusal> {
  const fields = await readEndpointFields(ctx, input);
  if (isRefusal(fields)) return fields;
  const { endpoint_id, description } = input;
  return changeWebhookEndpoint(ctx, endpoint_id, (previous) => {
    const endpoint: WebhookEndpoint = { ...previous, ...fields, ...(description === undefined ? {} : { description }) };
    const event = updated(previous, endpoint);
    const brand = ctx.brand.key_prefix;
    const isMoved = endpoint.url !== previous.url;
    const alsoWrites = isMoved ? [forgetHealth(brand, previous.id), forgetSamples(brand, previous.id, ctx.nowMs)] : [];
    return { endpoint, ...(event ? { event } : {}), alsoWrites, more: {} };
  });
}
