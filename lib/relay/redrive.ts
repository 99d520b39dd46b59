import { deadLetters } from '../dead-letters.ts';
import type { Table } from '../dynamo/table.ts';
import { readJournalEntry } from '../table/journal-stream.ts';
import type { AsideMessage, AsideQueue, SetAside } from './aside.ts';
import type { FindSlug } from './slugs.ts';
import { putOnBus, type Bus } from './bus.ts';
import { prepare } from './relay.ts';

export type RedriveParts = { queue: AsideQueue; bus: Bus; slugOf: FindSlug; table: (...owners: string[]) => Table };

/** The result for one message of the dead-letter queue, which stays there if it is kept or the bus is unavailable. */
export type RedriveOutcome =
  | { kind: 'sent' }
  | { kind: 'would_be_sent' }
  | { kind: 'kept'; reason: string }
  | { kind: 'bus_unavailable'; reason: string };
export type Redriven = { entry: SetAside | undefined; outcome: RedriveOutcome };

/** Nobody else gets the messages in progress for this long. Those that are kept return to the queue after that. */
const HELD_FOR_S = deadLetters.relay.visibilityS;

/**
 * Puts the journal entries that were set aside on the bus, read again from the table, each entity's in `seq` order, and
 * removes them from the queue. Stops when the bus is unavailable. With `dryRun` it only reports.
 */
export async function* redrive(parts: RedriveParts, { dryRun }: { dryRun: boolean }): AsyncGenerator<Redriven> {
  for (const message of await takeAll(parts.queue)) {
    const { entry } = message;
    const outcome: RedriveOutcome =
      entry === undefined
        ? { kind: 'kept', reason: 'the relay did not write this message: see the runbook' }
        : await redriveOne(parts, message, entry, dryRun);
    yield { entry, outcome };
    if (outcome.kind === 'bus_unavailable') return;
  }
}

async function takeAll(queue: AsideQueue): Promise<AsideMessage[]> {
  const all: AsideMessage[] = [];
  for (let taken = await queue.take(HELD_FOR_S); taken.length > 0; taken = await queue.take(HELD_FOR_S))
    all.push(...taken);
  return all.sort((a, b) => (keyTextOf(a) < keyTextOf(b) ? -1 : 1));
}

const keyTextOf = ({ entry }: AsideMessage): string => `${entry?.pk ?? ''}\n${entry?.sk ?? ''}`;

async function redriveOne(
  { queue, bus, slugOf, table }: RedriveParts,
  message: AsideMessage,
  { pk, sk }: SetAside,
  dryRun: boolean,
): Promise<RedriveOutcome> {
  const found = await readJournalEntry(table(pk.split('#', 1).join('')), { pk, sk });
  if (found === undefined) return { kind: 'kept', reason: 'there is no such entry in the journal' };
  const send = await prepare(slugOf, found);
  if (send.kind === 'unsendable') return { kind: 'kept', reason: send.reason };
  if (dryRun) return { kind: 'would_be_sent' };
  const outcome = (await putOnBus(bus, [send.entry]))(send.entry);
  switch (outcome.kind) {
    case 'away':
      return { kind: 'bus_unavailable', reason: `the bus is unavailable: ${outcome.reason}` };
    case 'refused':
      return { kind: 'kept', reason: outcome.reason };
    case 'sent':
      await queue.remove(message);
      return outcome;
  }
}
