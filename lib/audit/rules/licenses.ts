import { computeTag } from '../../domain/ids.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../dynamo/table.ts';
import { keys, listKeys } from '../../table/keys.ts';
import { entryOnKey, parseLicenseKeyItem } from '../../table/license-keys.ts';
import { licenseItem, parseLicenseAddress, parseLicenseItem } from '../../table/licenses.ts';
import type { SeatSum } from '../partition-sums.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

const INDEX_KEYS = ['group_pk', 'group_sk', 'due_pk', 'due_sk'] as const;

export const licenseRules: readonly Rule[] = [
  {
    name: 'license-address',
    promise: 'The id of every license leads to it.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }, look) {
      const { id, anchor, key_partition, customer_partition } = parseLicenseItem(item);
      const address = parseLicenseAddress(look(keys.address(owner, id)));
      if (address === undefined) return ['its id leads nowhere'];
      const isSame = isDeepStrictEqual(address, { anchor, key_partition, customer_partition });
      return faultIf(!isSame, 'its id leads to another license, key or customer');
    },
  },
  {
    name: 'license-on-key',
    promise: 'Every license is in the directory of its key, and in the list of cancelled ones when it is cancelled.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }, look) {
      const license = parseLicenseItem(item);
      const found = look(keys.licenseKey(owner, license.key_partition));
      const key = found && parseLicenseKeyItem(found);
      if (key === undefined) return ['its license key does not exist'];
      if (license.status === 'cancelled') {
        const listed = look(listKeys.cancelledOnKey(owner, license.key_partition, license.id));
        return faultIf(listed?.['anchor'] !== license.anchor, 'its key does not list it as cancelled');
      }
      const entry = key.licenses[computeTag(license.product.id)];
      const { license_id, anchor, seat_set = 0 } = entry ?? {};
      const wanted = entryOnKey(license);
      const isNamed = license_id === license.id && anchor === wanted.anchor && seat_set === license.seat_set;
      return faultIf(!isNamed, 'the directory of its key does not name it');
    },
  },
  {
    name: 'license-of-customer',
    promise: 'Every license is in the list of its customer.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }, look) {
      const { id, anchor, key_partition, customer_partition } = parseLicenseItem(item);
      const listed = look(listKeys.customerLicense(owner, customer_partition, id));
      if (listed === undefined) return ['its customer’s list does not have it'];
      const isSame = listed['anchor'] === anchor && listed['key_partition'] === key_partition;
      return faultIf(!isSame, 'its customer’s list leads elsewhere');
    },
  },
  {
    name: 'license-holder',
    promise: 'Every license names the customer of its key.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }, look) {
      const { license_key_id, key_partition, customer_id, customer_partition } = parseLicenseItem(item);
      const key = look(keys.licenseKey(owner, key_partition));
      const customer = look(keys.customer(owner, customer_partition));
      return [
        ...faultIf(key?.['id'] !== license_key_id, 'its key has another id'),
        ...faultIf(key?.['customer_partition'] !== customer_partition, 'its key belongs to another customer'),
        ...faultIf(customer?.['id'] !== customer_id, 'its customer does not exist or has another id'),
      ];
    },
  },
  {
    name: 'license-index',
    promise: 'The indexes find every license by its product and expiry, and by what is due.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }) {
      const wanted: Item = licenseItem(owner, parseLicenseItem(item));
      return INDEX_KEYS.filter((name) => wanted[name] !== item[name]).map(
        (name) => `its ${name} is not what it has to be`,
      );
    },
  },
  {
    name: 'license-order',
    promise: 'The order number of every license leads to it.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ owner, item }, look) {
      const { id, external_id } = parseLicenseItem(item);
      if (external_id === null) return [];
      const order = look(listKeys.external(owner, external_id));
      const licenses = (order?.['licenses'] ?? []) as { id: string }[];
      return faultIf(!licenses.some((license) => license.id === id), 'its order number does not lead to it');
    },
  },
  {
    name: 'license-sound',
    promise: 'Every license has a status and counters that a license can have, and lies at its own key.',
    repair: REPAIRS.restore,
    on: ['license'],
    faults({ name, item }) {
      const { anchor, status, seats_used, staging_used, seat_set, vacated, seat_limit } = parseLicenseItem(item);
      const counts = { seats_used, staging_used, seat_set, vacated, seat_limit: seat_limit ?? 0 };
      const bad = Object.entries(counts).filter(([, count]) => !Number.isInteger(count) || count < 0);
      return [
        ...faultIf(anchor !== name, 'it lies at the key of another license'),
        ...faultIf(!['valid', 'suspended', 'cancelled'].includes(status), 'it has an unknown status'),
        ...bad.map(([field]) => `its ${field} is no count`),
      ];
    },
  },
  {
    name: 'seat-counter',
    promise: 'The counter of used seats is the number of active sites that take one.',
    repair: REPAIRS.recount,
    on: ['seat-sum'],
    faults({ item }) {
      const { license: found, bySet } = item as SeatSum;
      if (found === null) return [];
      const license = parseLicenseItem(found);
      const { seats, staging } = bySet[String(license.seat_set)] ?? { seats: 0, staging: 0 };
      return [
        ...faultIf(seats !== license.seats_used, `seats_used is ${license.seats_used}, and ${seats} sites take a seat`),
        ...faultIf(
          staging !== license.staging_used,
          `staging_used is ${license.staging_used}, and ${staging} staging sites are active`,
        ),
      ];
    },
  },
  {
    name: 'seat-of-license',
    promise: 'Every activation belongs to a license, and to a seat set that the license has had.',
    repair: REPAIRS.remove,
    on: ['seat'],
    faults({ owner, name, sk, item }, look) {
      const found = look(keys.license(owner, name));
      if (found === undefined) return ['its license does not exist'];
      const license = parseLicenseItem(found);
      const set = String(sk.split('#')[1]);
      return [
        ...faultIf(item['license_id'] !== license.id, 'it names another license'),
        ...faultIf(Number(set) > license.seat_set, 'its seat set has not begun'),
        ...faultIf(Number(item['seq']) > license.seq, 'it was written by a change that the license does not have'),
      ];
    },
  },
  {
    name: 'seat-sound',
    promise: 'Every activation lies where its id leads, and a freed one takes no seat.',
    repair: REPAIRS.restore,
    on: ['seat'],
    faults({ owner, sk, item }) {
      const { id, status, takes_seat, free_staging, deactivated_at, license_id } = item;
      const hash = String(sk.split('#')[2]);
      const isActive = status === 'active';
      const isFreed = status === 'deactivated' && takes_seat === false && free_staging === false;
      return [
        ...faultIf(!hash.startsWith(String(id).slice(-12)), 'its id leads elsewhere'),
        ...faultIf(!isActive && !isFreed, 'it is not active, and takes a seat'),
        ...faultIf(status === 'deactivated' && typeof deactivated_at !== 'string', 'it has no time of deactivation'),
        ...faultIf(!String(item['group_pk']).startsWith(`${owner}#host#`), 'no search by host finds it'),
        ...faultIf(!String(item['group_sk']).startsWith(`${String(license_id)}#`), 'a search finds another license'),
      ];
    },
  },
];
