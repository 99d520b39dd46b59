import { pick } from '../domain/pick.ts';
import { catalog } from '../events/catalog.ts';
import { inSchemaOrder } from '../events/in-order.ts';
import type { JournalEntry } from '../table/journal.ts';

const LICENSE_EVENT = [
  'id',
  'seq',
  'type',
  'occurred_at',
  'actor',
  'request_id',
  'reason',
  'before',
  'after',
  'silent',
] as const satisfies (keyof JournalEntry)[];
const EVENT = [...LICENSE_EVENT, 'entity'] as const satisfies (keyof JournalEntry)[];

/** Stored maps keep no order of their fields. A type that this version does not know yet keeps the stored order. */
function inOrder(entry: JournalEntry): JournalEntry {
  const schema = Object.hasOwn(catalog, entry.type) ? catalog[entry.type].after : undefined;
  const fields = (stored: JournalEntry['after']) =>
    schema === undefined ? stored : (inSchemaOrder(schema, stored) as JournalEntry['after']);
  return {
    ...entry,
    actor: pick(['type', 'id'], entry.actor),
    entity: pick(['type', 'id'], entry.entity),
    before: fields(entry.before),
    after: fields(entry.after),
  };
}

/** An event in the history of one license. */
export const licenseEventView = (entry: JournalEntry) => pick(LICENSE_EVENT, inOrder(entry));

/** An event in a list of a brand or of the platform team. */
export const eventView = (entry: JournalEntry) => pick(EVENT, inOrder(entry));

/** An event in a customer's export. A transfer shows only this customer's side, without the ids of the other one. */
export function customerEventView(entry: JournalEntry, customerId: string) {
  const isOthers = (side: JournalEntry['after']): boolean =>
    side?.['customer_id'] !== undefined && side['customer_id'] !== customerId;
  const own = (side: JournalEntry['after']) => (isOthers(side) ? null : side);
  return eventView({ ...entry, before: own(entry.before), after: own(entry.after) });
}
