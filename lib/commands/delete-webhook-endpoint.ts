import { refuse, type Refusal } from '../domain/refusal.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { DeleteEndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointView } from '../api/schemas/webhook-endpoint.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { transact } from '../dynamo/transact.ts';
import {
  removeWebhookEndpoint,
  webhookEndpointById,
  webhookEndpointFields,
  webhookEndpointView,
} from '../table/webhook-endpoints.ts';
import { forgetFlow } from '../table/webhook-flow.ts';
import { forgetHealth } from '../table/webhook-health.ts';
import { removeReplays } from '../table/webhook-replays.ts';

/** Deletes an endpoint. What waits to be sent to it finds it gone, and its log runs out with time. */
export function deleteWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id, reason }: DeleteEndpointInput,
): Promise<Answer<WebhookEndpointView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying<Answer<WebhookEndpointView> | Refusal>(ctx.table, async () => {
    const endpoint = await webhookEndpointById(ctx.table, brand, endpoint_id);
    if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
    const outcome = await transact<'again'>(ctx.table, [
      removeWebhookEndpoint(brand, endpoint, () => 'again'),
      forgetHealth(brand, endpoint_id),
      forgetFlow(brand, endpoint_id),
      ...removeReplays(brand, endpoint_id),
      journalWrite(brandAuthor(ctx), {
        type: 'webhook_endpoint.deleted',
        entity: { type: 'webhook_endpoint', id: endpoint_id },
        seq: endpoint.seq + 1,
        reason,
        notBefore: endpoint.updated_at,
        before: webhookEndpointFields(endpoint),
        after: null,
      }),
    ]);
    return outcome === 'committed' ? { body: webhookEndpointView(endpoint, ctx.nowMs) } : 'again';
  });
}
