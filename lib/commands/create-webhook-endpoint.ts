import { webhookEndpointView } from '../views/webhook-endpoint-view.ts';
import { newId } from '../process/ids.ts';
import { newWebhookSecret } from '../process/new-credentials.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { MAX_ENDPOINTS, PAYLOAD_VERSION } from '../domain/webhook.ts';
import { buildBrandAuthor, findLiveKey, type BrandContext } from '../context.ts';
import type { CreateWebhookEndpointInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointWithSecret } from '../api/schemas/webhook-endpoint.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, buildOnce, storedAnswer, type Answer, type Try } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import {
  putNewestWebhookEndpoint,
  putNewWebhookEndpoint,
  secretContext,
  webhookEndpointCount,
  webhookEndpointFields,
  type WebhookEndpoint,
} from '../table/webhook-endpoints.ts';
import { readEndpointFields } from './webhook-endpoint-fields.ts';

/**
 * Creates a webhook endpoint. No other answer shows its secret. A brand never has more than `MAX_ENDPOINTS`, however
 * many it creates at once.
 */
export async function createWebhookEndpoint(
  ctx: BrandContext,
  input: CreateWebhookEndpointInput,
): Promise<Answer<WebhookEndpointWithSecret> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const fields = await readEndpointFields(ctx, input);
  if (isRefusal(fields)) return fields;
  const secret = newWebhookSecret();
  const endpoint = newEndpoint(ctx, { ...input, ...fields }, secret);
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<WebhookEndpointWithSecret>> => {
    const { count, newest } = await webhookEndpointCount(ctx.table, brand);
    if (count >= MAX_ENDPOINTS) {
      const replay = once && (await storedAnswer<WebhookEndpointWithSecret>(ctx.table, ctx.vault, once, ctx.nowMs));
      return replay ?? refuse('too_many_webhook_endpoints', { maximum: MAX_ENDPOINTS });
    }
    const answer = { created: true, body: { ...webhookEndpointView(endpoint, ctx.nowMs), secret } };
    const { table, vault, nowMs } = ctx;
    return commitOnce(
      { table, vault, once, nowMs, secret: { at: ['secret'], text: secret }, heldTo: findLiveKey(ctx) },
      answer,
      [
        putNewWebhookEndpoint(brand, endpoint),
        putNewestWebhookEndpoint(brand, endpoint.id, newest, retry),
        journalWrite(buildBrandAuthor(ctx), {
          type: 'webhook_endpoint.created',
          entity: { type: 'webhook_endpoint', id: endpoint.id },
          seq: 1,
          before: null,
          after: { id: endpoint.id, ...webhookEndpointFields(endpoint) },
        }),
      ],
    );
  });
}

function newEndpoint(
  ctx: BrandContext,
  {
    url,
    event_types,
    description,
    products,
  }: Pick<WebhookEndpoint, 'url' | 'event_types' | 'description' | 'products'>,
  secret: string,
): WebhookEndpoint {
  const id = newId(ctx.nowMs);
  const now = isoSeconds(ctx.nowMs);
  return {
    id,
    url,
    description,
    event_types,
    products,
    payload_version: PAYLOAD_VERSION,
    status: 'active',
    disabled_reason: null,
    stopped_at: null,
    secret: ctx.vault.encrypt(secret, secretContext(ctx.brand.key_prefix, id)),
    previous_secret: null,
    previous_secret_until: null,
    created_at: now,
    updated_at: now,
    seq: 1,
  };
}
