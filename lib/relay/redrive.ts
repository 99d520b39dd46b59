import { deadLetters } from '../jobs.ts';
import type { Table } from '../dynamo/table.ts';
import { journalledAt } from '../table/journal-stream.ts';
import type { AsideMessage, AsideQueue, SetAside } from './aside.ts';
import type { SlugOf } from './slugs.ts';
import { putOnBus, type Bus } from './bus.ts';
import { prepare } from './relay.ts';

export type RedriveParts = { queue: AsideQueue; bus: Bus; slugOf: SlugOf; table: (...owners: string[]) => Table };

/** The result for one message of the dead-letter queue. `kept` is the reason for which it stays there. */
export type Redriven = { entry: SetAside | undefined; outcome: 'sent' | 'would_be_sent' | { kept: string } };

/** For this long nobody else gets the messages in progress. Those that are kept return to the queue after that. */
const HELD_FOR_S = deadLetters.relay.visibilityS;

/**
 * Puts the journal entries that were set aside on the bus, read again from the table, each entity's in `seq` order, and
 * removes them from the queue. Stops when the bus is away. With `dryRun` it only reports.
 */
export async function* redrive(parts: RedriveParts, { dryRun }: { dryRun: boolean }): AsyncGenerator<Redriven> {
  for (const message of await takeAll(parts.queue)) {
    const { entry } = message;
    const outcome =
      entry === undefined
        ? { kept: 'the relay did not write this message: see the runbook' }
        : await redriveOne(parts, message, entry, dryRun);
    yield { entry, outcome };
    if (typeof outcome === 'object' && outcome.kept.startsWith(AWAY)) return;
  }
}

const AWAY = 'the bus is away';

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
): Promise<Redriven['outcome']> {
  const found = await journalledAt(table(pk.split('#', 1).join('')), { pk, sk });
  if (found === undefined) return { kept: 'there is no such entry in the journal' };
  const send = await prepare(slugOf, found);
  if ('poisoned' in send) return { kept: send.poisoned };
  if (dryRun) return 'would_be_sent';
  const outcome = (await putOnBus(bus, [send]))(send);
  if ('away' in outcome) return { kept: `${AWAY}: ${outcome.away}` };
  if ('refused' in outcome) return { kept: outcome.refused };
  await queue.remove(message);
  return 'sent';
}
