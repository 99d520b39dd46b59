import { isDeepStrictEqual } from 'node:util';
import { buildPseudonym } from '../../domain/erasure.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { emailContext, parseCustomerItem } from '../../table/customers.ts';
import { isReachedBy } from '../../table/email-slots.ts';
import { keys, listKeys } from '../../table/keys.ts';
import { parseLicenseKeyItem } from '../../table/license-keys.ts';
import { openSealed } from '../sealed.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

/** The item under an e-mail's hash may hold a customer, a pointer to another one, or both. */
const isCustomer = (item: Record<string, unknown>): boolean => item['id'] !== undefined;

export const customerRules: readonly Rule[] = [
  {
    name: 'customer-address',
    promise: 'The id of every customer leads to it.',
    repair: REPAIRS.restore,
    on: ['customer'],
    faults({ owner, name, item }, look) {
      if (!isCustomer(item)) return [];
      const address = look(keys.address(owner, String(item['id'])));
      const isSame = address?.['partition'] === name && item['partition'] === name;
      return faultIf(!isSame, 'its id does not lead to it');
    },
  },
  {
    name: 'email-leads-to-customer',
    promise: 'Every e-mail leads to the customer who has it, and to no other.',
    repair: REPAIRS.restore,
    on: ['customer'],
    faults({ owner, name, item }, look) {
      const { holder } = item;
      const held = typeof holder === 'string' ? look(keys.customer(owner, holder)) : undefined;
      const isHeld = held !== undefined && isCustomer(held) && isReachedBy(parseCustomerItem(held), name);
      const pointer = faultIf(holder !== undefined && !isHeld, 'it points to a customer who does not have this e-mail');
      if (!isCustomer(item))
        return [...pointer, ...faultIf(holder === undefined && item['unfinished'] === undefined, 'nobody has it')];
      const { email_hash } = parseCustomerItem(item);
      if (typeof email_hash !== 'string')
        return [
          ...pointer,
          ...faultIf(email_hash === undefined && holder !== undefined, 'two customers have its e-mail'),
        ];
      const slot = look(keys.customer(owner, email_hash));
      return [...pointer, ...faultIf(slot?.['holder'] !== name, 'the e-mail of this customer does not lead to it')];
    },
  },
  {
    name: 'email-sealed',
    promise: 'The e-mail of every customer is sealed with the present data key, and is the one by which it is found.',
    repair: REPAIRS.key,
    on: ['customer'],
    faults({ owner, name, item }, _look, { vault }) {
      if (!isCustomer(item)) return [];
      const { id, email_cipher, email_hash, erased_at } = parseCustomerItem(item);
      const opened = openSealed(vault, email_cipher, emailContext(owner, name));
      if (opened.kind === 'fault') return [`its e-mail ${opened.what}`];
      if (opened.kind === 'closed' || vault === undefined) return [];
      if (erased_at !== null)
        return faultIf(opened.text !== buildPseudonym(id), 'it was erased, and its e-mail is readable');
      const hash = vault.keyedHash(normaliseEmail(opened.text)?.email ?? '', 'email');
      return faultIf(hash !== (email_hash ?? name), 'its sealed e-mail is not the one by which it is found');
    },
  },
  {
    name: 'customer-lists-license',
    promise: 'Every license in the list of a customer exists and belongs to that customer.',
    repair: REPAIRS.restore,
    on: ['license-of-customer'],
    faults({ owner, name, sk, item }, look) {
      const license = look(keys.license(owner, String(item['anchor'])));
      const isHere = license?.['id'] === sk.slice('license#'.length) && license['customer_partition'] === name;
      return faultIf(!isHere, 'the license does not exist, or belongs to another customer');
    },
  },
  {
    name: 'license-that-left',
    promise: 'Every license that a customer gave away exists.',
    repair: REPAIRS.restore,
    on: ['license-that-left'],
    faults({ owner, sk, item }, look) {
      const [, id] = sk.split('#');
      return faultIf(look(keys.license(owner, String(item['anchor'])))?.['id'] !== id, 'the license does not exist');
    },
  },
  {
    name: 'remembered-keys',
    promise: 'What a customer’s item remembers of its license keys is what these keys hold.',
    repair: REPAIRS.restore,
    on: ['customer'],
    faults({ owner, name, item }, look) {
      if (!isCustomer(item)) return [];
      const { keys: remembered, held_by_all } = parseCustomerItem(item);
      const faults = remembered.flatMap((held) => {
        const found = look(keys.licenseKey(owner, held.partition));
        const key = found && parseLicenseKeyItem(found);
        if (key?.id !== held.id || key.customer_partition !== name) return ['it remembers a key that is not its own'];
        const isSame = isDeepStrictEqual([...held.tags].sort(), Object.keys(key.licenses).sort());
        return [
          ...faultIf(key.text_cipher !== held.text_cipher, 'it remembers an earlier text of a key'),
          ...faultIf(!isSame, 'it remembers other products than its key holds'),
        ];
      });
      const isHeldByAll = held_by_all.every((tag) => remembered.every(({ tags }) => tags.includes(tag)));
      return [...faults, ...faultIf(!isHeldByAll, 'it counts a product as held by all keys, and one lacks it')];
    },
  },
  {
    name: 'unfinished-erasure',
    promise: 'An e-mail that remembers an unfinished erasure names a customer who is being erased.',
    repair: REPAIRS.erase,
    on: ['customer'],
    faults({ owner, item }, look) {
      const { unfinished } = item;
      if (typeof unfinished !== 'string') return [];
      const customer = look(keys.customer(owner, unfinished));
      return faultIf(typeof customer?.['erased_at'] !== 'string', 'the customer is not being erased');
    },
  },
  {
    name: 'erased-customer',
    promise: 'An erased customer is found by no e-mail.',
    repair: REPAIRS.erase,
    on: ['customer'],
    faults({ item }) {
      const { erased_at, email_hash } = item;
      return faultIf(
        typeof erased_at === 'string' && email_hash !== null,
        'it was erased, and an e-mail still finds it',
      );
    },
  },
  {
    name: 'address-true',
    promise: 'Every id leads to the license, license key, customer or brand of that id.',
    repair: REPAIRS.remove,
    on: ['address'],
    faults({ owner, name, item }, look) {
      const { anchor, partition, customer_partition, key_prefix } = item;
      if (typeof key_prefix === 'string')
        return faultIf(look(keys.brand(key_prefix))?.['id'] !== name, 'the brand does not exist');
      const target =
        typeof anchor === 'string'
          ? keys.license(owner, anchor)
          : customer_partition === undefined
            ? keys.customer(owner, String(partition))
            : keys.licenseKey(owner, String(partition));
      return faultIf(look(target)?.['id'] !== name, 'it leads to nothing, or to something with another id');
    },
  },
  {
    name: 'order-number',
    promise: 'Every order number leads to the key and the licenses that were made under it.',
    repair: REPAIRS.restore,
    on: ['order'],
    faults({ owner, pk, item }, look) {
      const licenses = item['licenses'] as { id: string; anchor: string }[];
      const missing = licenses.filter(({ id, anchor }) => look(keys.license(owner, anchor))?.['id'] !== id);
      const key = look(keys.address(owner, String(item['license_key_id'])));
      return [
        ...faultIf(missing.length > 0, 'a license of it does not exist'),
        ...faultIf(key === undefined, 'its license key does not exist'),
        ...faultIf(listKeys.external(owner, String(item['external_id'])).pk !== pk, 'it lies at another number'),
      ];
    },
  },
];
