import { readBatch, type Read } from './batch.ts';
import type { SendingContext } from './context.ts';
import { deliverOne, type Done } from './deliver-one.ts';
import { parsed, Queued, type QueueRecord } from './queues.ts';

type Task = { messageId: string; lane: string; queued: Queued };

/**
 * Sends what a batch of either queue asks for, lane by lane at once and within a lane one after the other, and answers with the messages that are not done: where one is not,
 * none after it in its lane is either. What a receiver does is no reason for that; the table being away is.
 */
export async function deliver(ctx: SendingContext, records: readonly QueueRecord[]): Promise<string[]> {
  const failed: string[] = [];
  const tally: Partial<Record<Done, number>> = {};
  const tasks = records.flatMap((record) => taskOf(ctx, record) ?? (failed.push(record.messageId), []));
  const reads =
    tasks.length === 0
      ? []
      : await readBatch(
          ctx,
          tasks.map(({ queued }) => queued),
        );
  const lanes = Map.groupBy(
    tasks.map((task, i) => ({ ...task, read: reads[i] })),
    ({ lane }) => lane,
  );
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const [i, { read }] of lane.entries()) {
        const done = read && (await deliverSafely(ctx, read));
        if (done === undefined) {
          failed.push(...lane.slice(i).map(({ messageId }) => messageId));
          return;
        }
        tally[done] = (tally[done] ?? 0) + 1;
      }
    }),
  );
  ctx.logger.info({ message: 'webhooks', ...tally, ...(failed.length > 0 ? { given_back: failed.length } : {}) });
  return failed;
}

/** Only a FIFO queue numbers its messages, and only there does one wait for another. */
function taskOf(ctx: SendingContext, { messageId, body, attributes = {} }: QueueRecord): Task | undefined {
  const queued = Queued.safeParse(parsed(body));
  if (!queued.success) {
    ctx.logger.error({ message: 'a queue brought what is no delivery', message_id: messageId });
    return undefined;
  }
  const lane = attributes.SequenceNumber === undefined ? messageId : (attributes.MessageGroupId ?? messageId);
  return { messageId, lane, queued: queued.data };
}

/** Undefined when it is to be done again. */
async function deliverSafely(ctx: SendingContext, read: Read): Promise<Done | undefined> {
  if (ctx.stop.aborted) return undefined;
  try {
    return await deliverOne(ctx, read);
  } catch (error) {
    const { endpoint_id, delivery_id } = read.queued;
    ctx.logger.error({
      message: 'a webhook was not handled',
      endpoint_id,
      delivery_id,
      error: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}
