import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../http/routes/catalog-side.ts';
import type { WebhookEndpointView } from '../http/routes/webhooks.ts';
import type { Answer } from '../table/once.ts';
import { webhookEndpointsOf, webhookEndpointView } from '../table/webhook-endpoints.ts';
import { pageOfBrand } from './page-of-brand.ts';

export function listWebhookEndpoints(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ webhook_endpoints: WebhookEndpointView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'webhook-endpoints', async (page) => {
    const { endpoints, last } = await webhookEndpointsOf(ctx.table, ctx.brand.key_prefix, page);
    const shown = endpoints.map((endpoint) => webhookEndpointView(endpoint, ctx.nowMs));
    return { body: (next_cursor) => ({ webhook_endpoints: shown, next_cursor }), last };
  });
}
