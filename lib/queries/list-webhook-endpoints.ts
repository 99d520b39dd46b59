import { webhookEndpointView, webhookSpeedView } from '../views/webhook-endpoint-view.ts';
import { required } from '../domain/invariant.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { WebhookEndpointWithSpeed } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import { readWebhookEndpoints } from '../table/webhook-endpoints.ts';
import { readFlows } from '../table/webhook-flow.ts';
import { readBrandPage } from './read-brand-page.ts';

export function listWebhookEndpoints(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ webhook_endpoints: WebhookEndpointWithSpeed[]; next_cursor: string | null }> | Refusal> {
  return readBrandPage(ctx, input, 'webhook-endpoints', async (page) => {
    const brand = ctx.brand.key_prefix;
    const { endpoints, last } = await readWebhookEndpoints(ctx.table, brand, page);
    const flows = await readFlows(
      ctx.table,
      brand,
      endpoints.map(({ id }) => id),
    );
    const shown = endpoints.map((endpoint) => ({
      ...webhookEndpointView(endpoint, ctx.nowMs),
      ...webhookSpeedView(endpoint, required(flows.get(endpoint.id), 'all flows are read'), ctx.nowMs),
    }));
    return { body: (next_cursor) => ({ webhook_endpoints: shown, next_cursor }), last };
  });
}
