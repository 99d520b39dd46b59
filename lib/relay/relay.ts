import {
  busEntry,
  MAX_CALL_BYTES,
  MAX_CALL_ENTRIES,
  outgoing,
  measureEntry,
  type BusEntry,
} from '../events/outgoing.ts';
import { required } from '../domain/invariant.ts';
import { redact } from '../domain/redact.ts';
import { parseMs } from '../domain/time.ts';
import type { Measure } from '../process/figures.ts';
import type { Log } from '../process/logger.ts';
import { deadline } from '../process/timers.ts';
import { jitter } from '../process/jitter.ts';
import { readStreamRecord, type Journalled, type StreamRecord } from '../table/journal-stream.ts';
import type { AsideQueue } from './aside.ts';
import type { FindSlug } from './slugs.ts';
import { putOnBus, type Bus, type BusOutcome } from './bus.ts';

export type RelayParts = {
  bus: Bus;
  aside: Pick<AsideQueue, 'put'>;
  slugOf: FindSlug;
  logger: Log;
  measure: Measure;
  now: () => number;
};

/** An entry for the bus, or the reason why a record has none and is to be set aside. */
type Sendable = { kind: 'entry'; entry: BusEntry } | { kind: 'unsendable'; reason: string };

/** One unfinished record, with its position in the stream. */
type Task = { position: number; sequence: string; found: Journalled; send: Sendable };

/** Time reserved for the answer. */
const RESERVE_MS = 1_000;

/**
 * Puts a batch of the table's stream on the bus. Returns the sequence number of the first unfinished record, if any:
 * the stream resends from there. A call, which may fail in part, never has two entries of one entity. A record that can
 * never be sent is set aside.
 */
export async function relay(
  parts: RelayParts,
  records: readonly StreamRecord[],
  remainingMs: number,
): Promise<string | undefined> {
  const signal = deadline(remainingMs - RESERVE_MS);
  const queues = byEntity(await tasksOf(parts, records, signal));
  /** Entities whose oldest entry failed since the last pause: the others need not wait for them. */
  const resting = new Set<string>();
  const went: BusEntry[] = [];
  let pauses = 0;
  let why: string | undefined;
  while (queues.size > 0 && !signal.aborted) {
    const { sent, went: gone, failed, reason } = await oneRound(parts, queues, { resting, signal });
    went.push(...gone);
    for (const { found } of failed) resting.add(found.key.pk);
    if (resting.size === 0) pauses = 0;
    const othersGoOn = sent > 0 && resting.size < queues.size;
    if (resting.size === 0 || othersGoOn) continue;
    why = latestReason(signal, why, reason);
    pauses += 1;
    if (await pause(pauses, signal)) resting.clear();
  }
  const left = waiting(queues);
  if (left.length > 0)
    parts.logger.error({
      event: 'relay.events_waiting',
      message: 'events wait',
      records: left.length,
      reason: redact(why ?? 'time is up'),
    });
  measureBatch(parts, went, left.length);
  return first(left)?.sequence;
}

/** A call that our own deadline ended says nothing about the bus; the previous result does. */
const latestReason = (signal: AbortSignal, before: string | undefined, reason: string | undefined) =>
  signal.aborted ? (before ?? reason) : (reason ?? before);

async function tasksOf({ slugOf }: RelayParts, records: readonly StreamRecord[], signal: AbortSignal): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const [position, record] of records.entries()) {
    const found = readStreamRecord(record);
    if (found)
      tasks.push({
        position,
        sequence: String(record.dynamodb?.SequenceNumber),
        found,
        send: await prepare((brand) => slugOf(brand, signal), found),
      });
  }
  return tasks;
}

/** The bus entry of a journal entry. Rejects when the table does not answer, which is no fault of the entry. */
export async function prepare(slugOf: FindSlug, found: Journalled): Promise<Sendable> {
  if (found.kind === 'unreadable') return { kind: 'unsendable', reason: `cannot be read: ${found.reason}` };
  const slug = await slugOf(found.entry.brand);
  if (slug === undefined) return { kind: 'unsendable', reason: 'its brand is not there' };
  return { kind: 'entry', entry: busEntry(outgoing(found.entry, slug)) };
}

/** Everything about one entity is in one partition. */
function byEntity(tasks: readonly Task[]): Map<string, Task[]> {
  const queues = new Map<string, Task[]>();
  for (const task of tasks) {
    const queue = queues.get(task.found.key.pk);
    if (queue) queue.push(task);
    else queues.set(task.found.key.pk, [task]);
  }
  return queues;
}

/** `sent` counts finished records, `went` those of them that are on the bus: the rest was set aside. */
type Round = { sent: number; went: BusEntry[]; failed: Task[]; reason: string | undefined };

/** Sends the oldest open entry of as many entities as fit into a call. */
async function oneRound(
  parts: RelayParts,
  queues: Map<string, Task[]>,
  { resting, signal }: { resting: ReadonlySet<string>; signal: AbortSignal },
): Promise<Round> {
  const call = nextCall(queues, resting);
  const entries = call.flatMap(({ send }) => (send.kind === 'entry' ? [send.entry] : []));
  const outcomeOf = await putOnBus(parts.bus, entries, signal);
  const round: Round = { sent: 0, went: [], failed: [], reason: undefined };
  for (const task of call) {
    const finish = await finishTask(parts, task, outcomeOf, signal);
    if (finish.kind === 'waits') {
      round.failed.push(task);
      round.reason ??= finish.reason;
      continue;
    }
    if (finish.kind === 'on_bus') round.went.push(finish.entry);
    removeHead(queues, task);
    round.sent += 1;
  }
  return round;
}

/** The end of a record, or the reason why it has to wait. */
type Finish = { kind: 'on_bus'; entry: BusEntry } | { kind: 'set_aside' } | { kind: 'waits'; reason: string };

async function finishTask(
  parts: RelayParts,
  task: Task,
  outcomeOf: (entry: BusEntry) => BusOutcome,
  signal: AbortSignal,
): Promise<Finish> {
  const { send, found } = task;
  if (send.kind === 'unsendable') return setAside(parts, found, send.reason, signal);
  const outcome = outcomeOf(send.entry);
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'on_bus', entry: send.entry };
    case 'away':
      return { kind: 'waits', reason: outcome.reason };
    case 'refused':
      task.send = { kind: 'unsendable', reason: outcome.reason };
      return setAside(parts, found, outcome.reason, signal);
  }
}

function measureBatch({ measure, now }: RelayParts, went: readonly BusEntry[], left: number): void {
  if (went.length > 0) {
    const oldestMs = Math.min(...went.map(({ occurred_at }) => parseMs(occurred_at)));
    measure('relay_events', went.length);
    measure('relay_lag_seconds', Math.max(0, now() - oldestMs) / 1000);
  }
  if (left > 0) measure('relay_waiting', left);
}

function nextCall(queues: ReadonlyMap<string, readonly Task[]>, resting: ReadonlySet<string>): Task[] {
  const call: Task[] = [];
  let bytes = 0;
  for (const head of heads(queues)) {
    if (resting.has(head.found.key.pk)) continue;
    const size = head.send.kind === 'entry' ? measureEntry(head.send.entry) : 0;
    if (call.length === MAX_CALL_ENTRIES || (call.length > 0 && bytes + size > MAX_CALL_BYTES)) break;
    call.push(head);
    bytes += size;
  }
  return call;
}

const heads = (queues: ReadonlyMap<string, readonly Task[]>): Task[] =>
  [...queues.values()].flatMap((queue) => queue.slice(0, 1)).sort((a, b) => a.position - b.position);

function removeHead(queues: Map<string, Task[]>, { found }: Task): void {
  const rest = required(queues.get(found.key.pk), 'a task has a queue').slice(1);
  if (rest.length === 0) queues.delete(found.key.pk);
  else queues.set(found.key.pk, rest);
}

/** The record waits when the queue does not take it. */
async function setAside(
  { aside, logger, measure }: RelayParts,
  { key, type }: Journalled,
  why: string,
  signal: AbortSignal,
): Promise<Finish> {
  const reason = redact(why);
  try {
    await aside.put({ ...key, type, reason }, signal);
    measure('relay_set_aside');
    logger.error({ event: 'relay.event_set_aside', message: 'an event was set aside', ...key, type, reason });
    return { kind: 'set_aside' };
  } catch (error) {
    return { kind: 'waits', reason: `setting aside failed: ${(error as Error).name}` };
  }
}

/** False when time is up. */
async function pause(count: number, signal: AbortSignal): Promise<boolean> {
  try {
    await jitter(count, signal);
    return true;
  } catch {
    return false;
  }
}

const waiting = (queues: ReadonlyMap<string, readonly Task[]>): Task[] =>
  [...queues.values()].flat().sort((a, b) => a.position - b.position);

const first = <T>([head]: readonly T[]): T | undefined => head;
