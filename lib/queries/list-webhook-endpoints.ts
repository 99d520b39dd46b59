import { webhookEndpointView, webhookSpeedView } from '../views/webhook-endpoint-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { WebhookEndpointWithSpeed } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import { NO_FLOW } from '../domain/webhook-flow.ts';
import { webhookEndpointsOf } from '../table/webhook-endpoints.ts';
import { flowsOf } from '../table/webhook-flow.ts';
import { pageOfBrand } from './page-of-brand.ts';

export function listWebhookEndpoints(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ webhook_endpoints: WebhookEndpointWithSpeed[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'webhook-endpoints', async (page) => {
    const brand = ctx.brand.key_prefix;
    const { endpoints, last } = await webhookEndpointsOf(ctx.table, brand, page);
    const flows = await flowsOf(
      ctx.table,
      brand,
      endpoints.map(({ id }) => id),
    );
    const shown = endpoints.map((endpoint) => ({
      ...webhookEndpointView(endpoint, ctx.nowMs),
      ...webhookSpeedView(endpoint, flows.get(endpoint.id) ?? NO_FLOW, ctx.nowMs),
    }));
    return { body: (next_cursor) => ({ webhook_endpoints: shown, next_cursor }), last };
  });
}
