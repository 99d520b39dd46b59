import { ARCHIVED } from '../../dynamo/archived-items.ts';
import type { Item } from '../../dynamo/table.ts';
import type { ArchivedPart } from '../../table/archived-history.ts';
import { archiveKeys, keys } from '../../table/keys.ts';
import { parseLicenseAddress } from '../../table/licenses.ts';
import { faultIf, REPAIRS, type Look, type Rule } from '../rule.ts';

function findLicense(look: Look, owner: string, id: string): Item | undefined {
  const address = parseLicenseAddress(look(keys.address(owner, id)));
  return address && look(keys.license(owner, address.anchor));
}

export const archiveRules: readonly Rule[] = [
  {
    name: 'archived-entry',
    promise: 'Every archived entry is in its object, to the byte.',
    repair: REPAIRS.archive,
    on: ['journal-entry'],
    faults: ({ item: { archive_fault: fault } }) => (typeof fault === 'string' ? [fault] : []),
  },
  {
    name: 'archived-part',
    promise: 'Every part in the archive is of a cancelled license, and lacks its first and its last entry.',
    repair: REPAIRS.archive,
    on: ['archived-part'],
    faults({ owner, name, item }, look) {
      const { from, to, sha256, state } = item as ArchivedPart;
      const license = findLicense(look, owner, name);
      const ends = [from, to].map((seq) => look(keys.journal(owner, name, seq)));
      const isMoved = ends.every((entry) => entry?.[ARCHIVED] === sha256);
      return [
        ...faultIf(license?.['status'] !== 'cancelled', 'its license is not cancelled'),
        ...faultIf(from < 2 || to >= Number(license?.['seq']), 'it has the first or the last entry'),
        ...faultIf(
          state === 'archived' && !isMoved && !look(archiveKeys.stop(owner, name)),
          'its entries are not archived in it',
        ),
      ];
    },
  },
];
