import { isDeepStrictEqual } from 'node:util';
import { ERASED, erasedEntry } from '../../domain/erasure.ts';
import type { Customer } from '../../table/customers.ts';
import { concerns, parseJournalItem } from '../../table/journal.ts';
import { keys } from '../../table/keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { HOUR_MS, parseMs } from '../../domain/time.ts';
import { pick } from '../../domain/pick.ts';
import { faultIf, REPAIRS, type Look, type Rule } from '../rule.ts';

type Erased = Pick<Customer, 'id'> & { erased_at: string };

/** An erasure of many licenses takes several calls. After this it is finished, or was forgotten. */
const FINISHED_AFTER_MS = HOUR_MS;

function readErased(look: Look, owner: string, partition: unknown, nowMs: number): Erased | undefined {
  const item = typeof partition === 'string' ? look(keys.customer(owner, partition)) : undefined;
  const { id, erased_at } = item ?? {};
  if (typeof id !== 'string' || typeof erased_at !== 'string') return undefined;
  return parseMs(erased_at) + FINISHED_AFTER_MS <= nowMs ? { id, erased_at } : undefined;
}

export const erasureRules: readonly Rule[] = [
  {
    name: 'erased-activation',
    promise: 'No site that an erased customer activated can be read.',
    repair: REPAIRS.erase,
    on: ['seat'],
    faults({ owner, name, sk, item }, look, { nowMs }) {
      const found = look(keys.license(owner, name));
      if (found === undefined) return [];
      const { customer_partition, seat_set } = parseLicenseItem(found);
      const erased = readErased(look, owner, customer_partition, nowMs);
      const isPresent = sk.startsWith(`seat#${seat_set}#`);
      const isBefore = erased !== undefined && String(item['activated_at']) < erased.erased_at;
      return faultIf(isPresent && isBefore && item['instance_identifier'] !== ERASED, 'its site is readable');
    },
  },
  {
    name: 'erased-history',
    promise: 'No free text of an erased customer is left in a history.',
    repair: REPAIRS.erase,
    on: ['journal-entry'],
    faults({ owner, item }, look, { nowMs }) {
      const entry = parseJournalItem(item);
      const holders = [entry.after?.['customer_id'], entry.license?.customer_id, entry.before?.['customer_id']];
      const ids = [...new Set(holders.filter((id) => typeof id === 'string'))];
      return ids.flatMap((id) => {
        const erased = readErased(look, owner, look(keys.address(owner, id))?.['partition'], nowMs);
        if (erased === undefined || entry.occurred_at >= erased.erased_at || !concerns(entry, id)) return [];
        const erasable = pick(['request_id', 'reason', 'before', 'after'], entry);
        return faultIf(!isDeepStrictEqual(erasable, erasedEntry(erasable)), 'it has free text of an erased customer');
      });
    },
  },
];
