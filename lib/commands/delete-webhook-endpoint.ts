import { webhookEndpointView } from '../views/webhook-endpoint-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { DeleteEndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointView } from '../api/schemas/webhook-endpoint.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';
import { removeWebhookEndpoint, webhookEndpointById, webhookEndpointFields } from '../table/webhook-endpoints.ts';
import { forgetFlow } from '../table/webhook-flow.ts';
import { forgetHealth } from '../table/webhook-health.ts';
import { removeReplays } from '../table/webhook-replays.ts';

/** Deletes an endpoint. Waiting messages are dropped when they come up, and its log expires. */
export function deleteWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id, reason }: DeleteEndpointInput,
): Promise<Answer<WebhookEndpointView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Try<WebhookEndpointView>> => {
    const endpoint = await webhookEndpointById(ctx.table, brand, endpoint_id);
    if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
    return commit(ctx.table, { body: webhookEndpointView(endpoint, ctx.nowMs) }, [
      removeWebhookEndpoint(brand, endpoint, retry),
      forgetHealth(brand, endpoint_id),
      forgetFlow(brand, endpoint_id),
      ...removeReplays(brand, endpoint_id),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'webhook_endpoint.deleted',
        entity: { type: 'webhook_endpoint', id: endpoint_id },
        seq: endpoint.seq + 1,
        reason,
        notBefore: endpoint.updated_at,
        before: webhookEndpointFields(endpoint),
        after: null,
      }),
    ]);
  });
}
