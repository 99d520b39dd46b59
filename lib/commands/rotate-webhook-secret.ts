import type { Refusal } from '../domain/refusal.ts';
import { HOUR_MS, isoSeconds } from '../domain/time.ts';
import { newWebhookSecret } from '../process/new-credentials.ts';
import type { BrandContext } from '../context.ts';
import type { RotateSecretInput } from '../api/webhook-endpoints.ts';
import type { WebhookEndpointWithSecret } from '../api/schemas/webhook-endpoint.ts';
import type { Answer } from '../table/once.ts';
import { secretContext } from '../table/webhook-endpoints.ts';
import { changeWebhookEndpoint } from './webhook-endpoint-change.ts';

/** Gives an endpoint a new secret. The previous one signs too through the overlap; the one before that stops. */
export function rotateWebhookSecret(
  ctx: BrandContext,
  { endpoint_id, overlap_hours }: RotateSecretInput,
): Promise<Answer<WebhookEndpointWithSecret> | Refusal> {
  const secret = newWebhookSecret();
  const until = isoSeconds(ctx.nowMs + overlap_hours * HOUR_MS);
  return changeWebhookEndpoint(ctx, endpoint_id, (previous) => ({
    endpoint: {
      ...previous,
      secret: ctx.vault.encrypt(secret, secretContext(ctx.brand.key_prefix, previous.id)),
      previous_secret: overlap_hours === 0 ? null : previous.secret,
      previous_secret_until: overlap_hours === 0 ? null : until,
    },
    event: { type: 'webhook_endpoint.secret_rotated', before: null, after: { old_secret_valid_until: until } },
    more: { secret },
    secret: { at: ['secret'], text: secret },
  }));
}
