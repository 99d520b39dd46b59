import { errorText } from '../process/error-text.ts';
import { readBatch, type Read } from './batch.ts';
import type { SendingContext } from './context.ts';
import { required } from '../domain/invariant.ts';
import { isToRefill } from '../domain/webhook-flow.ts';
import { computeLane, noteHandled } from '../table/webhook-flow.ts';
import { deliverOne, type DeliveryResult, type Handling } from './deliver-one.ts';
import { readQueued, type Queued, type QueueRecord } from './queues.ts';
import { refill } from './refill.ts';

type Task = { messageId: string; lane: string; queued: Queued };

/**
 * Sends the messages of a batch of either queue: all lanes at once, the messages of a lane one after the other. Returns
 * the messages to deliver again: one that could not be handled, and all after it in its lane. A receiver's fault does
 * not count as such; a fault of the table does.
 */
export async function deliver(ctx: SendingContext, records: readonly QueueRecord[]): Promise<string[]> {
  const failed: string[] = [];
  const tally: Partial<Record<DeliveryResult, number>> = {};
  const tasks: Task[] = [];
  for (const record of records) {
    const task = taskOf(ctx, record);
    if (task) tasks.push(task);
    else failed.push(record.messageId);
  }
  const lanes = Map.groupBy(await readBatch(ctx, tasks), ({ lane }) => lane);
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const [i, read] of lane.entries()) {
        const done = await deliverSafely(ctx, read);
        if (done === undefined) {
          failed.push(...lane.slice(i).map(({ messageId }) => messageId));
          return;
        }
        tally[done] = (tally[done] ?? 0) + 1;
      }
    }),
  );
  ctx.logger.info({
    event: 'webhooks.batch_handled',
    message: 'a batch of webhook deliveries was processed',
    ...tally,
    ...(failed.length > 0 ? { returned: failed.length } : {}),
  });
  return failed;
}

/** Only a FIFO queue numbers its messages, and only there does one wait for another. */
function taskOf(ctx: SendingContext, record: QueueRecord): Task | undefined {
  const { messageId, attributes = {} } = record;
  const queued = readQueued(record);
  if (queued === undefined) {
    ctx.logger.error({
      event: 'webhooks.message_unreadable',
      message: 'a message of the queue is not a webhook delivery',
      message_id: messageId,
    });
    return undefined;
  }
  const lane =
    attributes.SequenceNumber === undefined
      ? messageId
      : required(attributes.MessageGroupId, 'messages in order have a group');
  return { messageId, lane, queued };
}

/** Undefined for a message to deliver again. */
async function deliverSafely(ctx: SendingContext, read: Read): Promise<DeliveryResult | undefined> {
  if (ctx.stop.aborted) return undefined;
  try {
    const handling = await deliverOne(ctx, read);
    await noteFlow(ctx, read, handling);
    return handling.done;
  } catch (error) {
    const { endpoint_id, delivery_id } = read.queued;
    ctx.logger.error({
      event: 'webhooks.delivery_failed',
      message: 'a webhook delivery failed',
      endpoint_id,
      delivery_id,
      error: errorText(error),
    });
    return undefined;
  }
}

/** Counts a message out of its endpoint's queue, and refills the queue if that leaves room. */
async function noteFlow(ctx: SendingContext, { queued, receiver }: Read, { latencyMs }: Handling): Promise<void> {
  const { brand, endpoint_id: endpointId, entity_id, ticket } = queued;
  if (receiver.endpoint === undefined || (ticket === null && latencyMs === undefined)) return;
  const at = { brand, endpointId, nowMs: ctx.now() };
  const handled = { ticket: ticket === null ? null : { lane: computeLane(entity_id), number: ticket }, latencyMs };
  receiver.flow = (await noteHandled(ctx.table(brand), at, handled, receiver.flow)) ?? receiver.flow;
  if (!isToRefill(receiver.flow, at.nowMs, ctx.mostQueued)) return;
  try {
    await refill(ctx, brand, endpointId);
  } catch (error) {
    // The next message of the endpoint, or the sweep, does it.
    ctx.logger.error({
      event: 'webhooks.refill_failed',
      message: 'waiting deliveries of an endpoint were not queued',
      endpoint_id: endpointId,
      error: errorText(error),
    });
  }
}
