import { jobs, queues as queueTable } from '../../../lib/jobs.ts';
import {
  TAKERS,
  type Message,
  type SimulatedQueue,
  type SimulatedQueueName,
  type SimulatedQueues,
  type SimulatedWorld,
} from './parts.ts';

const SAME_FOR_MS = 300_000;
const AT_ONCE = 4;

export const openQueues = (world: () => SimulatedWorld): SimulatedQueues => ({
  'webhook-events': openQueue(world, 'webhook-events'),
  counts: openQueue(world, 'counts'),
  'webhook-first': openQueue(world, 'webhook-first'),
  'webhook-retries': openQueue(world, 'webhook-retries'),
  imports: openQueue(world, 'imports'),
  'package-uploads': openQueue(world, 'package-uploads'),
});

/** A queue as the job table has it, with what a standard queue may do to its messages. */
function openQueue(openWorld: () => SimulatedWorld, name: SimulatedQueueName): SimulatedQueue {
  const { fifo, tries, visibilityS } = queueTable[name];
  const messages = new Set<Message>();
  const sent = new Map<string, number>();
  const dead: Message[] = [];
  let busy = 0;
  let count = 0;
  const wake = (ms: number): void => void openWorld().scheduler.after(ms, poll);
  const poll = (): void => {
    const world = openWorld();
    const taken = busy < AT_ONCE ? takeBatch(world, name, messages) : [];
    for (const message of taken) {
      message.receives += 1;
      const isEarly = !fifo && world.weather.strikes('a message becomes visible early');
      message.visibleMs = world.scheduler.nowMs() + (isEarly ? 500 : visibilityS * 1_000);
      wake(message.visibleMs - world.scheduler.nowMs());
      if (message.receives > tries) {
        dead.push(message);
        messages.delete(message);
      }
    }
    // A message that has used up its tries goes to no function.
    const batch = taken.filter((message) => messages.has(message));
    if (batch.length === 0) {
      if (taken.length > 0) wake(0);
      return;
    }
    busy += 1;
    void handleBatch(world, name, batch).then((done) => {
      busy -= 1;
      for (const message of done) messages.delete(message);
      wake(0);
    });
    wake(1);
  };
  return {
    dead,
    isIdle: () => busy === 0 && messages.size === 0,
    send(entry) {
      const { scheduler, chance } = openWorld();
      const same = entry.MessageDeduplicationId;
      const nowMs = scheduler.nowMs();
      if (same !== undefined && nowMs - (sent.get(same) ?? -Infinity) < SAME_FOR_MS) return;
      if (same !== undefined) sent.set(same, nowMs);
      count += 1;
      const delayMs = (entry.DelaySeconds ?? 0) * 1_000 + chance.below(fifo ? 1 : 50);
      messages.add({
        id: `${name}-${count}`,
        body: entry.MessageBody,
        group: entry.MessageGroupId,
        ticket: entry.MessageAttributes?.ticket?.StringValue,
        visibleMs: nowMs + delayMs,
        receives: 0,
      });
      wake(delayMs);
    },
  };
}

/** The messages of one call. A FIFO queue keeps the order of a group, another one has none. */
function takeBatch(
  { scheduler, weather }: SimulatedWorld,
  name: SimulatedQueueName,
  messages: ReadonlySet<Message>,
): Message[] {
  const { fifo } = queueTable[name];
  const { queues } = jobs[TAKERS[name]];
  const size = queues.find(({ queue }) => queue === name)?.batch.size ?? 1;
  const held = new Set<string | undefined>();
  const visible = [...messages].filter(({ visibleMs, group }) => {
    const isVisible = visibleMs <= scheduler.nowMs() && !(fifo && held.has(group));
    if (fifo) held.add(group);
    return isVisible;
  });
  if (!fifo && !weather.isCalm) visible.reverse();
  return visible.slice(0, size);
}

/** Hands a batch to its function, and returns what is done with. */
async function handleBatch(
  world: SimulatedWorld,
  name: SimulatedQueueName,
  batch: readonly Message[],
): Promise<Message[]> {
  const Records = batch.map(({ id, body, group, ticket }) => ({
    messageId: id,
    body,
    attributes: { MessageGroupId: group },
    messageAttributes: ticket === undefined ? {} : { ticket: { stringValue: ticket } },
  }));
  const taker = TAKERS[name];
  const outcome = await world.invoke(taker, { Records }, jobs[taker].timeoutS * 1_000);
  if (outcome.kind !== 'answered') return [];
  const { batchItemFailures = [] } = outcome.value as { batchItemFailures?: { itemIdentifier: string }[] };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return batch.filter(({ id }) => !failed.has(id) && !world.weather.strikes('a queue repeats a message'));
}
