import { errorText } from '../process/error-text.ts';
import * as z from 'zod/mini';
import type { JournalEntry } from '../events/entry.ts';
import { readJournalItem } from '../table/journal-stream.ts';
import { keys } from '../table/keys.ts';
import { readItems, type Table } from '../dynamo/table.ts';
import { readEventCursor, entriesAfter, moveCursor } from '../table/webhook-cursors.ts';
import { putNewDelivery } from '../table/webhook-deliveries.ts';
import { everyWebhookEndpoint, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import type { WebhookContext } from './context.ts';
import { buildDelivery, isWantedBy, computeFirstDeadline, wasListening } from './hand-out.ts';
import { parsed, type QueueRecord } from './queues.ts';
import { openFlows, queueFirst, waitForRoom, type FirstAttempt, type Flows } from './room.ts';
import { required } from '../domain/invariant.ts';

/** The used part of an event on the bus: it only names the journal entry. */
const Notice = z.object({
  detail: z.object({ seq: z.int(), brand: z.object({ slug: z.string() }), entity: z.object({ id: z.string() }) }),
});

/** The number of concurrent writes for one event. */
const AT_ONCE = 10;

type Woken = { messageIds: string[]; slug: string; entityId: string; seqs: number[] };

/**
 * Fans an entity's events out to its brand's endpoints in `seq` order, from its cursor to the newest event in these
 * messages. Returns the messages to deliver again; a repetition creates nothing twice.
 */
export async function fanOut(ctx: WebhookContext, records: readonly QueueRecord[]): Promise<string[]> {
  const failed: string[] = [];
  await Promise.all(
    wokenBy(ctx, records, failed).map(async (woken) => {
      try {
        if (!(await handOutNews(ctx, woken))) failed.push(...woken.messageIds);
      } catch (error) {
        failed.push(...woken.messageIds);
        ctx.logger.error({
          event: 'webhooks.fan_out_failed',
          message: 'events of an entity were not handed to its webhook endpoints',
          entity_id: woken.entityId,
          error: errorText(error),
        });
      }
    }),
  );
  return failed;
}

function wokenBy(ctx: WebhookContext, records: readonly QueueRecord[], failed: string[]): Woken[] {
  const byEntity = new Map<string, Woken>();
  for (const { messageId, body } of records) {
    const notice = Notice.safeParse(parsed(body));
    if (!notice.success) {
      ctx.logger.error({
        event: 'webhooks.message_unreadable',
        message: 'a message of the event bus is not an event of the service',
        message_id: messageId,
      });
      failed.push(messageId);
      continue;
    }
    const { seq, brand, entity } = notice.data.detail;
    const woken = byEntity.get(entity.id) ?? { messageIds: [], slug: brand.slug, entityId: entity.id, seqs: [] };
    woken.messageIds.push(messageId);
    woken.seqs.push(seq);
    byEntity.set(entity.id, woken);
  }
  return [...byEntity.values()];
}

/** False when time was up before the end. */
async function handOutNews(ctx: WebhookContext, { slug, entityId, seqs }: Woken): Promise<boolean> {
  const brand = await ctx.brands.prefixOf(slug);
  if (brand === undefined) return true;
  const table = ctx.table(brand);
  const endpoints = await everyWebhookEndpoint(table, brand);
  if (endpoints.length === 0) return true;
  const [oldest] = endpoints.map(({ created_at }) => created_at).sort();
  const since = required(oldest, 'there is an endpoint');
  const after = await readEventCursor(table, brand, entityId);
  // Read after the cursor, so it shows everything before the cursor that waits for room.
  const target: FanOutTarget = { brand, endpoints, flows: openFlows(table, brand, ctx.mostQueued) };
  await handOutLate(ctx, table, { ...target, entityId, seqs: seqs.filter((seq) => seq <= after) });
  const upTo = Math.max(...seqs);
  let last = after;
  let isDone = true;
  for (const found of await entriesAfter(table, brand, entityId, { after, upTo, since })) {
    if (ctx.stop.aborted) {
      isDone = false;
      break;
    }
    if (found.kind === 'unreadable')
      ctx.logger.error({
        event: 'webhooks.entry_unreadable',
        message: 'an event was not handed to its webhook endpoints, as its journal entry cannot be read',
        ...found.key,
        reason: found.reason,
      });
    else await handOutOne(ctx, table, { ...target, entry: found.entry, onlyNew: false });
    last = Number(found.key.sk.split('#')[1]);
  }
  if (isDone) last = Math.max(last, upTo);
  if (last > after) await moveCursor(table, brand, entityId, last);
  return isDone;
}

type FanOutTarget = { brand: string; endpoints: readonly WebhookEndpoint[]; flows: Flows };

/**
 * An event before the cursor is late because the bus keeps no order. It has been fanned out, unless it was set aside
 * and put on the bus by hand.
 */
async function handOutLate(
  ctx: WebhookContext,
  table: Table,
  late: FanOutTarget & { entityId: string; seqs: readonly number[] },
): Promise<void> {
  const { entityId, seqs, ...target } = late;
  if (seqs.length === 0) return;
  const wanted = seqs.map((seq) => keys.journal(target.brand, entityId, seq));
  const itemAt = await readItems(table, wanted);
  for (const key of wanted) {
    const item = itemAt(key);
    const found = item && readJournalItem(key, item);
    if (found?.kind === 'entry') await handOutOne(ctx, table, { ...target, entry: found.entry, onlyNew: true });
  }
}

async function handOutOne(
  ctx: WebhookContext,
  table: Table,
  { brand, endpoints, flows, entry, onlyNew }: FanOutTarget & { entry: JournalEntry; onlyNew: boolean },
) {
  const nowMs = ctx.now();
  const listening = endpoints.filter((endpoint) => wasListening(endpoint, entry) && isWantedBy(endpoint, entry));
  const deliveries = listening.map((endpoint) => buildDelivery(endpoint, entry, nowMs));
  const waits = await flows.waitingAmong(deliveries, nowMs);
  const direct: FirstAttempt[] = [];
  for (let from = 0; from < deliveries.length; from += AT_ONCE) {
    const some = deliveries.slice(from, from + AT_ONCE);
    const queued = await Promise.all(
      some.map(async (delivery) => {
        if (waits.has(delivery)) {
          await waitForRoom(ctx, table, { brand, delivery, onlyNew });
          flows.learn(delivery.endpoint_id, 'waits');
          return undefined;
        }
        const isNew = await putNewDelivery(table, brand, delivery, computeFirstDeadline(nowMs));
        // An existing delivery may belong to a call that died before queueing it: the queue drops a duplicate.
        return !onlyNew || isNew ? ({ brand, delivery, trigger: 'schedule', counted: isNew } as const) : undefined;
      }),
    );
    direct.push(...queued.flatMap((attempt) => attempt ?? []));
  }
  const queued = await queueFirst(ctx, direct);
  for (const [endpointId, flow] of queued) flows.learn(endpointId, flow);
}
