import { pick } from '../domain/pick.ts';
import { newId } from '../process/ids.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { TEST_TYPE } from '../domain/webhook.ts';
import type { BrandContext } from '../context.ts';
import type { TestInput } from '../api/webhook-endpoints.ts';
import type { TestOutcome } from '../api/schemas/webhook-delivery.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer } from '../table/once.ts';
import { settled } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { newDelivery, putTestDelivery } from '../table/webhook-deliveries.ts';
import { readEndpointAndItems, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { attempt } from '../webhooks/attempt.ts';
import { testMessage } from '../webhooks/message.ts';
import { secretsInForce } from '../webhooks/secrets.ts';

/** Shorter than the caller's ten seconds, with time for the rest. */
const TIMEOUT_MS = 8_000;

/**
 * Sends one test message at once and returns its outcome. It is logged, but never retried, and does not affect the
 * endpoint's health.
 */
export async function testWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id }: TestInput,
): Promise<Answer<TestOutcome> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  const { endpoint, itemAt } = await readEndpointAndItems(ctx.table, brand, endpoint_id, once ? [once.key] : []);
  const stored = once && readFirstAnswer<TestOutcome>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
  if (stored) return settled(stored);
  if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
  const id = newId(ctx.nowMs);
  const made = await sendTest(ctx, endpoint, id);
  const happened = {
    id,
    type: TEST_TYPE,
    entity: { type: 'webhook_endpoint', id: endpoint_id },
    seq: 0,
    occurred_at: isoSeconds(ctx.nowMs),
  };
  return retrying(ctx.table, () =>
    commitOnce(
      { table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs },
      { body: { id, ...pick(['outcome', 'status_code', 'latency_ms', 'response_body'], made) } },
      [putTestDelivery(brand, newDelivery(endpoint_id, happened, ctx.nowMs), made)],
    ),
  );
}

async function sendTest(ctx: BrandContext, endpoint: WebhookEndpoint, id: string) {
  const { payload_version: payloadVersion } = endpoint;
  const at = isoSeconds(ctx.nowMs);
  const message = testMessage({ id, brandSlug: ctx.brand.slug, endpointId: endpoint.id, at, payloadVersion });
  const secrets = secretsInForce(ctx.vault, ctx.brand.key_prefix, endpoint, ctx.nowMs);
  const sending = {
    now: () => ctx.nowMs,
    trigger: 'test',
    allowLoopback: ctx.stage === 'local',
    timeoutMs: TIMEOUT_MS,
  } as const;
  return (await attempt(endpoint, secrets, message, sending)).attempt;
}
