import { runAudit } from '../audit/run-audit.ts';
import { memorySource } from '../audit/memory-source.ts';
import { handler as countEvents } from '../../../functions/count-events.ts';
import type { JournalEntry } from '../../../lib/table/journal.ts';
import { onItsRole } from '../run/roles.ts';
import { journalIn, wholeTable } from '../table/whole-table.ts';
import type { Service, TestBrand } from './service.ts';

type Message = { messageId: string; body: string };

/** The messages of the queue for entries of a brand, as the bus sends them. */
export const messagesOf = (entries: readonly JournalEntry[], { slug }: Pick<TestBrand, 'slug'>): Message[] =>
  entries.map((entry) => ({ messageId: entry.id, body: JSON.stringify({ detail: { ...entry, brand: { slug } } }) }));

/** Calls the counting function with one batch, on its own role. */
export async function countBatch(messages: readonly Message[]): Promise<string[]> {
  const event = { Records: messages } as unknown as Parameters<typeof countEvents>[0];
  const invocation = { awsRequestId: 'counts', getRemainingTimeInMillis: () => 30_000 };
  const { batchItemFailures } = await onItsRole('count-events', () => countEvents(event, invocation));
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

export async function entriesOf(service: Service, { key_prefix }: TestBrand): Promise<JournalEntry[]> {
  return journalIn(await wholeTable(service)).filter(({ brand }) => brand === key_prefix);
}

/** Counts everything that has happened in a brand. */
export async function countAll(service: Service, brand: TestBrand): Promise<void> {
  const messages = messagesOf(await entriesOf(service, brand), brand);
  for (let from = 0; from < messages.length; from += 10) await countBatch(messages.slice(from, from + 10));
}

/** The rules of the auditor about counters, on the whole table. */
export async function brokenCounters(service: Service): Promise<string[]> {
  const { violations } = await runAudit(memorySource(await wholeTable(service)));
  return violations.filter(({ rule }) => /count(?:ers|ed)/.test(rule)).map(({ what }) => what);
}
