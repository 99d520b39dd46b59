import { webhookEndpointView } from '../views/webhook-endpoint-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, findLiveKey, type BrandContext } from '../context.ts';
import type { WebhookEndpointView } from '../api/schemas/webhook-endpoint.ts';
import { difference, journalWrite, type Change } from '../table/journal.ts';
import type { Key } from '../dynamo/schema.ts';
import { commitOnce, buildOnce, readFirstAnswer, type Answer, type Try } from '../table/once.ts';
import { done, retry, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Secret } from '../domain/shown-secret.ts';
import type { ItemAt } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import {
  putChangedWebhookEndpoint,
  webhookEndpointFields,
  readEndpointAndItems,
  type WebhookEndpoint,
} from '../table/webhook-endpoints.ts';

/**
 * A decision on an endpoint: the endpoint before `seq` and `updated_at` are set; its event, if anything changes; and
 * further writes and fields of the answer.
 */
export type EndpointDecision<M> = {
  endpoint: WebhookEndpoint;
  event?: Pick<Change, 'type' | 'before' | 'after'>;
  alsoWrites?: Write<Retry>[];
  more: M;
  secret?: Secret;
};

/**
 * Changes one endpoint, in two round trips. The loser of a race reads the endpoint again and decides again. `alsoRead`
 * is read with it, for the decision.
 */
export function changeWebhookEndpoint<M>(
  ctx: BrandContext,
  endpointId: string,
  decide: (previous: WebhookEndpoint, itemAt: ItemAt) => EndpointDecision<M>,
  alsoRead: readonly Key[] = [],
): Promise<Answer<WebhookEndpointView & M> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<WebhookEndpointView & M>> => {
    const { endpoint: previous, itemAt } = await readEndpointAndItems(ctx.table, brand, endpointId, [
      ...alsoRead,
      ...(once ? [once.key] : []),
    ]);
    const replay = once && readFirstAnswer<WebhookEndpointView & M>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
    if (replay) return replay;
    if (previous === undefined) return refuse('webhook_endpoint_not_found');
    const decision = decide(previous, itemAt);
    const { event, more, secret } = decision;
    const updated_at = timeAfter(previous.updated_at, ctx.nowMs);
    const endpoint = event ? { ...decision.endpoint, updated_at, seq: previous.seq + 1 } : previous;
    const answer = { body: { ...webhookEndpointView(endpoint, ctx.nowMs), ...more } };
    if (event === undefined && once === undefined) return done(answer);
    const entity = { type: 'webhook_endpoint', id: previous.id } as const;
    const { table, vault, nowMs } = ctx;
    return commitOnce({ table, vault, once, nowMs, heldTo: findLiveKey(ctx), ...(secret ? { secret } : {}) }, answer, [
      ...(event
        ? [
            putChangedWebhookEndpoint(brand, endpoint, retry),
            journalWrite(buildBrandAuthor(ctx), {
              ...event,
              entity,
              seq: endpoint.seq,
              notBefore: previous.updated_at,
            }),
          ]
        : []),
      ...(decision.alsoWrites ?? []),
    ]);
  });
}

/**
 * The event of a change; undefined if nothing changes. A new URL is journaled by its host, even if the host is the
 * same.
 */
export function updated(
  previous: WebhookEndpoint,
  is: WebhookEndpoint,
): Pick<Change, 'type' | 'before' | 'after'> | undefined {
  const [before, after] = [webhookEndpointFields(previous), webhookEndpointFields(is)];
  const changes = difference(before, after);
  const moved = previous.url !== is.url;
  if (!moved && Object.keys(changes.after).length === 0) return undefined;
  return {
    type: 'webhook_endpoint.updated',
    before: { ...changes.before, ...(moved ? { host: before.host } : {}) },
    after: { ...changes.after, ...(moved ? { host: after.host } : {}) },
  };
}
