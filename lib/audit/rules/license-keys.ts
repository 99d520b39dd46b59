import { computeTag } from '../../domain/ids.ts';
import { hashKeyText } from '../../table/imported-address.ts';
import { computeShard, groups, keys, TAIL_SHARDS } from '../../table/keys.ts';
import {
  keyTextContext,
  MAX_LICENSES_PER_KEY,
  parseKeyAddress,
  parseLicenseKeyItem,
  readSeatSet,
} from '../../table/license-keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { openSealed } from '../sealed.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

const tailGroup = (owner: string, id: string, lastFour: string): string =>
  groups.tail(owner, lastFour, computeShard(id, TAIL_SHARDS));

export const licenseKeyRules: readonly Rule[] = [
  {
    name: 'key-address',
    promise: 'The id of every license key leads to it.',
    repair: REPAIRS.restore,
    on: ['license-key'],
    faults({ owner, name, item }, look) {
      const { id, customer_partition } = parseLicenseKeyItem(item);
      const address = parseKeyAddress(look(keys.address(owner, id)));
      const isSame = address?.partition === name && address.customer_partition === customer_partition;
      return faultIf(!isSame, 'its id does not lead to it');
    },
  },
  {
    name: 'key-customer',
    promise: 'Every license key belongs to a customer.',
    repair: REPAIRS.restore,
    on: ['license-key'],
    faults({ owner, item }, look) {
      const { customer_id, customer_partition } = parseLicenseKeyItem(item);
      const customer = look(keys.customer(owner, customer_partition));
      return faultIf(customer?.['id'] !== customer_id, 'its customer does not exist or has another id');
    },
  },
  {
    name: 'key-directory',
    promise: 'Every license in the directory of a key is on that key, and is not cancelled.',
    repair: REPAIRS.restore,
    on: ['license-key'],
    faults({ owner, item }, look) {
      const key = parseLicenseKeyItem(item);
      return Object.entries(key.licenses).flatMap(([tag, entry]) => {
        const { anchor, seat_set } = readSeatSet(key, tag, entry);
        const found = look(keys.license(owner, anchor));
        if (found === undefined) return ['it names a license that does not exist'];
        const license = parseLicenseItem(found);
        const isOnKey = license.id === entry.license_id && license.key_partition === key.partition;
        return [
          ...faultIf(!isOnKey, 'it names a license that is on another key'),
          ...faultIf(license.status === 'cancelled', 'it opens a license that is cancelled'),
          ...faultIf(computeTag(license.product.id) !== tag, 'it names a license under another product'),
          ...faultIf(license.seat_set !== seat_set, 'it names another seat set than the license has'),
        ];
      });
    },
  },
  {
    name: 'key-count',
    promise: 'The count of a key is the number of licenses in its directory, and never above the limit.',
    repair: REPAIRS.restore,
    on: ['license-key'],
    faults({ item }) {
      const count = Object.keys(parseLicenseKeyItem(item).licenses).length;
      return [
        ...faultIf(
          item['license_count'] !== count,
          `it counts ${String(item['license_count'])} licenses and has ${count}`,
        ),
        ...faultIf(count > MAX_LICENSES_PER_KEY, `it has more than ${MAX_LICENSES_PER_KEY} licenses`),
      ];
    },
  },
  {
    name: 'key-cancelled',
    promise: 'Every license that a key lists as cancelled is cancelled on that key.',
    repair: REPAIRS.restore,
    on: ['cancelled-on-key'],
    faults({ owner, name, sk, item }, look) {
      const found = look(keys.license(owner, String(item['anchor'])));
      if (found === undefined) return ['the license does not exist'];
      const license = parseLicenseItem(found);
      const isHere = license.id === sk.slice('cancelled#'.length) && license.key_partition === name;
      return faultIf(!isHere || license.status !== 'cancelled', 'the license is not cancelled, or on another key');
    },
  },
  {
    name: 'key-text',
    promise: 'The present text of every license key opens it, and a search by its ending finds it.',
    repair: REPAIRS.restore,
    on: ['license-key'],
    faults({ owner, name, item }, look) {
      const { id, partition, text_hash, first_text_until, last_fours } = parseLicenseKeyItem(item);
      const later = text_hash === undefined ? undefined : look(keys.licenseKey(owner, text_hash));
      const isIndexed = item['group_pk'] === tailGroup(owner, id, String(last_fours[0]));
      return [
        ...faultIf(partition !== name, 'it lies at the text of another key'),
        ...faultIf(text_hash !== undefined && later?.['partition'] !== name, 'its present text does not lead to it'),
        ...faultIf(text_hash !== undefined && later?.['until'] !== undefined, 'its present text has an end'),
        ...faultIf((text_hash === undefined) !== (first_text_until === undefined), 'its replaced text has no end'),
        ...faultIf(last_fours.length > 0 && !isIndexed, 'no search by its ending finds it'),
      ];
    },
  },
  {
    name: 'key-later-text',
    promise: 'Every later text leads to its key, and only the present one has no end.',
    repair: REPAIRS.restore,
    on: ['later-text'],
    faults({ owner, name, item }, look) {
      const partition = String(item['partition']);
      const key = look(keys.licenseKey(owner, partition));
      if (key?.['id'] === undefined) return ['its key does not exist'];
      const isPresent = key['text_hash'] === name;
      return [
        ...faultIf(!isPresent && item['until'] === undefined, 'it was replaced, and still works'),
        ...faultIf(item['group_sk'] !== partition, 'a search by its ending finds another key'),
      ];
    },
  },
  {
    name: 'key-sealed',
    promise: 'The text of every license key is sealed with the present data key, and is the text that opens it.',
    repair: REPAIRS.key,
    on: ['license-key'],
    faults({ owner, item }, _look, { vault }) {
      const { partition, text_cipher, text_hash } = parseLicenseKeyItem(item);
      const opened = openSealed(vault, text_cipher, keyTextContext(owner, partition));
      if (opened.kind === 'fault') return [`its text ${opened.what}`];
      if (opened.kind === 'closed') return [];
      const isItsOwn = vault !== undefined && hashKeyText(vault, owner, opened.text) === (text_hash ?? partition);
      return faultIf(!isItsOwn, 'its sealed text is not the text that opens it');
    },
  },
];
