import { isDeepStrictEqual } from 'node:util';
import { computeTag } from '../../domain/ids.ts';
import { readEntry } from '../../events/entry.ts';
import { parseJournalItem } from '../../table/journal.ts';
import { computeShard, DAY_SHARDS, groups, keys, listKeys, releaseKeys, webhookKeys } from '../../table/keys.ts';
import { parseLicenseItem, pickLicenseFields } from '../../table/licenses.ts';
import type { Item } from '../../dynamo/table.ts';
import type { Stored } from '../kinds.ts';
import type { History } from '../partition-sums.ts';
import { faultIf, REPAIRS, type Look, type Rule } from '../rule.ts';

/** A rule about the faults that the sum of a history already has. */
const ofHistory = (name: string, promise: string, list: 'gaps' | 'times' | 'chain' | 'ceiling'): Rule => ({
  name,
  promise,
  repair: REPAIRS.restore,
  on: ['history'],
  faults: ({ item }) => (item as History)[list],
});

/** The stage's own things have no id. */
const NOT_SOUGHT: ReadonlySet<string | undefined> = new Set(['key_set', 'settings']);

/** The thing that a history is about, as it is now; `deleted` where its last entry says that it is gone. */
function findThing({ owner, name, item }: Stored, look: Look): Item | undefined {
  const address = look(keys.address(owner, name));
  const partition = String(address?.['partition']);
  switch ((item as History).entity?.type) {
    case 'license':
      return address && look(keys.license(owner, String(address['anchor'])));
    case 'license_key':
      return address && look(keys.licenseKey(owner, partition));
    case 'customer':
      return address && look(keys.customer(owner, partition));
    case 'brand':
      return look(keys.brand(owner));
    case 'product':
      return look(keys.product(owner, computeTag(name)));
    case 'bundle':
      return look(keys.bundle(owner, computeTag(name)));
    case 'webhook_endpoint':
      return look(webhookKeys.endpoint(owner, name));
    case 'api_key': {
      const listed = look(listKeys.apiKeyInList(owner, name));
      return listed && look(keys.apiKey(owner, String(listed['text_hash'])));
    }
    case 'release':
      return look(releaseKeys.release(owner, computeTag(String((item as History).product)), name));
    case 'key_set':
    case 'settings':
    case undefined:
      return undefined;
  }
}

export const journalRules: readonly Rule[] = [
  ofHistory('journal-gapless', 'The entries of every history are numbered from 1, without a gap.', 'gaps'),
  ofHistory('journal-in-order', 'The times of a history never go back.', 'times'),
  ofHistory('journal-chain', 'Every entry begins with the state that the entry before left.', 'chain'),
  ofHistory('seat-ceiling', 'No activation took a counter over its ceiling as it was then.', 'ceiling'),
  {
    name: 'journal-entry',
    promise: 'Every entry can be read, lies in the history of its own thing, and is found by its day.',
    repair: REPAIRS.restore,
    on: ['journal-entry'],
    faults({ owner, name, sk, item }) {
      if (item['archive_fault'] !== undefined) return [];
      const read = readEntry(parseJournalItem(item));
      if (read.kind === 'unreadable') return [`it cannot be read: ${read.reason}`];
      const { id, seq, brand, entity, occurred_at } = read.entry;
      const day = groups.day(owner, occurred_at.slice(0, 10), computeShard(name, DAY_SHARDS));
      return [
        ...faultIf(entity.id !== name || brand !== owner, 'it is about another thing'),
        ...faultIf(seq !== Number(sk.slice('journal#'.length)), 'it has another number than its place'),
        ...faultIf(item['group_pk'] !== day || item['group_sk'] !== id, 'the list of its day does not find it'),
      ];
    },
  },
  {
    name: 'history-of-thing',
    promise: 'Every history is about a thing that exists, or that its last entry deleted.',
    repair: REPAIRS.remove,
    on: ['history'],
    faults(stored, look) {
      if (NOT_SOUGHT.has((stored.item as History).entity?.type)) return [];
      const thing = findThing(stored, look);
      const isThere = thing?.['id'] === stored.name;
      const isDeleted = /(?:\.deleted|^license\.import_undone)$/.test((stored.item as History).type);
      return [
        ...faultIf(!isThere && !isDeleted, 'the thing does not exist'),
        ...faultIf(isThere && isDeleted, 'it was deleted, and still exists'),
      ];
    },
  },
  {
    name: 'history-is-whole',
    promise: 'The last entry of every history is the last change of its thing.',
    repair: REPAIRS.restore,
    on: ['history'],
    faults(stored, look) {
      const thing = findThing(stored, look);
      const { seq } = stored.item as History;
      const isOther = thing?.['id'] === stored.name && thing['seq'] !== seq;
      return faultIf(isOther, `the history ends with entry ${seq}, and the thing is at ${String(thing?.['seq'])}`);
    },
  },
  {
    name: 'thing-has-history',
    promise: 'Every change of a thing is in its history.',
    repair: REPAIRS.restore,
    on: ['license', 'license-key', 'customer', 'brand', 'product', 'bundle', 'endpoint', 'api-key', 'release'],
    faults({ owner, item }, look) {
      const { id, seq } = item;
      // A customer has no entry before the first change of its e-mail.
      if (typeof id !== 'string' || seq === 0) return [];
      const entry = look(keys.journal(owner, id, Number(seq)));
      return faultIf(entry === undefined, `its change ${String(seq)} is not in its history`);
    },
  },
  {
    name: 'journal-rebuilds-license',
    promise: 'A license rebuilt from its history is the license, to the field.',
    repair: REPAIRS.restore,
    on: ['history'],
    faults(stored, look) {
      const { rebuilt, entity, occurred_at } = stored.item as History;
      const item = entity?.type === 'license' ? findThing(stored, look) : undefined;
      if (item?.['id'] !== stored.name) return [];
      const license = parseLicenseItem(item);
      const now = pickLicenseFields(license);
      const other = Object.entries(now).filter(
        ([field, value]) => !isDeepStrictEqual(value, rebuilt?.[field as keyof typeof now]),
      );
      return [
        ...other.map(([field]) => `its ${field} is not what its history says`),
        ...faultIf(occurred_at !== license.updated_at, 'its last change is not the last entry of its history'),
      ];
    },
  },
];
