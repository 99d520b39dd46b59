import type { DisabledReason } from '../domain/webhook.ts';
import { timeAfter } from '../domain/time.ts';
import type { JobContext } from '../job.ts';
import { journalWrite } from '../table/journal.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { transact } from '../dynamo/transact.ts';
import { putChangedWebhookEndpoint, webhookEndpointById } from '../table/webhook-endpoints.ts';
import { forgetHealth } from '../table/webhook-health.ts';

/**
 * Disables an active endpoint until its brand resumes it, with its event in the same transaction. Its failures are
 * cleared: after a resume it has five days again.
 */
export async function disableEndpoint(
  ctx: JobContext,
  brand: string,
  id: string,
  disabled_reason: DisabledReason,
): Promise<void> {
  const table = ctx.table(brand);
  await retrying(table, async (): Promise<Outcome<undefined>> => {
    const previous = await webhookEndpointById(table, brand, id);
    if (previous?.status !== 'active') return done(undefined);
    const nowMs = ctx.now();
    const at = timeAfter(previous.updated_at, nowMs);
    const endpoint = {
      ...previous,
      status: 'disabled' as const,
      disabled_reason,
      stopped_at: at,
      updated_at: at,
      seq: previous.seq + 1,
    };
    const entry = journalWrite(
      { brand, actor: { type: 'system', id: 'deliver-webhook' }, requestId: ctx.requestId, nowMs },
      {
        type: 'webhook_endpoint.disabled',
        entity: { type: 'webhook_endpoint', id },
        seq: endpoint.seq,
        notBefore: previous.updated_at,
        before: { status: previous.status },
        after: { status: endpoint.status, disabled_reason },
      },
    );
    const outcome = await transact(table, [
      putChangedWebhookEndpoint(brand, endpoint, retry),
      forgetHealth(brand, id),
      entry,
    ]);
    if (outcome.kind === 'done') ctx.measure('webhook_endpoints_disabled', 1, disabled_reason);
    return outcome;
  });
}
