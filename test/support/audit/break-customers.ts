import { parseCustomerItem } from '../../../lib/table/customers.ts';
import { NO_ID, type Break, type Which } from './break.ts';

const isErasedOne: Which = ({ erased_at }) => typeof erased_at === 'string';
const hasId: Which = ({ id }) => id !== undefined;

const withoutTags = (keys: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(keys as object).map(([id, key]) => [id, { ...(key as object), tags: {} }]));

/** Ways to break customers, API keys and brands. */
export const waysToBreakCustomers: readonly Break[] = [
  {
    how: 'a customer’s id leads nowhere',
    rule: 'customer-address',
    kind: 'address',
    which: ({ anchor, customer_partition, partition }) =>
      anchor === undefined && customer_partition === undefined && partition !== undefined,
    remove: true,
  },
  {
    how: 'an e-mail points to somebody else',
    rule: 'email-leads-to-customer',
    kind: 'customer',
    which: ({ holder }) => holder !== undefined,
    change: () => ({ holder: 'nobody' }),
  },
  {
    how: 'a customer’s e-mail does not lead to it',
    rule: 'email-leads-to-customer',
    kind: 'customer',
    which: ({ holder, id }) => holder !== undefined && id === undefined,
    remove: true,
  },
  {
    how: 'two customers have one e-mail',
    rule: 'email-leads-to-customer',
    kind: 'customer',
    which: ({ id, email_hash }) => id !== undefined && email_hash === undefined,
    change: ({ partition }) => ({ holder: partition === 'x' ? 'y' : 'x' }),
  },
  {
    how: 'an e-mail is readable',
    rule: 'email-sealed',
    kind: 'customer',
    which: hasId,
    change: () => ({ email_cipher: 'ann@example.com' }),
  },
  {
    how: 'a customer’s sealed e-mail is none',
    rule: 'email-sealed',
    kind: 'customer',
    which: (item) => hasId(item) && !isErasedOne(item),
    change: ({ pk }, vault) => ({ email_cipher: vault.encrypt('no address', pk) }),
  },
  {
    how: 'an erased customer’s e-mail can be opened',
    rule: 'email-sealed',
    kind: 'customer',
    which: isErasedOne,
    change: ({ pk }, vault) => ({ email_cipher: vault.encrypt('ann@example.com', pk) }),
  },
  {
    how: 'a customer’s list names a missing license',
    rule: 'customer-lists-license',
    kind: 'license-of-customer',
    change: () => ({ anchor: 'nowhere' }),
  },
  {
    how: 'a license that left does not exist',
    rule: 'license-that-left',
    kind: 'license-that-left',
    change: () => ({ anchor: 'nowhere' }),
  },
  {
    how: 'a customer remembers another product',
    rule: 'remembered-keys',
    kind: 'customer',
    // A key whose licenses have all left it holds no product.
    which: (item) => parseCustomerItem(item).keys.some(({ tags }) => tags.length > 0),
    change: ({ keys }) => ({ keys: withoutTags(keys) }),
  },
  {
    how: 'an erasure waits for nobody',
    rule: 'unfinished-erasure',
    kind: 'customer',
    which: (item) => hasId(item) && !isErasedOne(item),
    change: ({ partition }) => ({ unfinished: partition }),
  },
  {
    how: 'an erased customer has an e-mail',
    rule: 'erased-customer',
    kind: 'customer',
    which: isErasedOne,
    change: ({ partition }) => ({ email_hash: partition }),
  },
  {
    how: 'an id leads to nothing',
    rule: 'address-true',
    kind: 'address',
    which: ({ key_prefix }) => key_prefix === undefined,
    add: (item) => ({ ...item, pk: `${item.pk.slice(0, -12)}00000000abcd` }),
  },
  {
    how: 'an order number leads to no license',
    rule: 'order-number',
    kind: 'order',
    change: () => ({ licenses: [{ id: NO_ID, anchor: 'nowhere' }] }),
  },
  { how: 'an API key works and no list has it', rule: 'api-key-listed', kind: 'api-key-in-list', remove: true },
  {
    how: 'an API key’s list names another text',
    rule: 'api-key-list',
    kind: 'api-key-in-list',
    change: () => ({ text_hash: 'another' }),
  },
  {
    how: 'a replaced API key has no end',
    rule: 'api-key-replaced',
    kind: 'api-key',
    which: ({ next_hash }) => next_hash !== undefined,
    change: () => ({ expires_at: null }),
  },
  {
    how: 'an API key that was replaced twice works',
    rule: 'api-key-replaced',
    kind: 'api-key',
    which: ({ name, next_hash, previous_hash }) =>
      name === 'rotated' && next_hash !== undefined && previous_hash === undefined,
    change: () => ({ revoked_at: null }),
  },
  {
    how: 'a revoked API key works',
    rule: 'api-key-revoked',
    kind: 'api-key',
    which: ({ name, next_hash }) => name === 'revoked' && next_hash === undefined,
    change: () => ({ revoked_at: null }),
  },
  {
    how: 'the previous text of a revoked API key works',
    rule: 'api-key-revoked',
    kind: 'api-key',
    which: ({ name, next_hash }) => name === 'revoked' && next_hash !== undefined,
    change: () => ({ revoked_at: null }),
  },
  { how: 'a brand’s slug is free', rule: 'brand-names', kind: 'taken-slug', remove: true },
  { how: 'a brand is missing in the list', rule: 'brand-names', kind: 'brand-in-list', remove: true },
  {
    how: 'a slug is taken by no brand',
    rule: 'brand-name-taken',
    kind: 'taken-slug',
    add: (item) => ({ ...item, pk: `${item.pk}-x` }),
  },
  {
    how: 'a product lies at another slug',
    rule: 'product-at-slug',
    kind: 'product',
    change: () => ({ slug: 'renamed' }),
  },
  {
    how: 'a bundle has lost a product',
    rule: 'bundle-products',
    kind: 'product',
    which: ({ slug }) => slug === 'pro',
    remove: true,
  },
  {
    how: 'a site of an erased customer is readable',
    rule: 'erased-activation',
    kind: 'seat',
    which: ({ instance_identifier }) => instance_identifier === '[erased]',
    change: () => ({ instance_identifier: 'https://ann.example' }),
  },
  {
    how: 'a history has text of an erased customer',
    rule: 'erased-history',
    kind: 'journal-entry',
    which: ({ reason }) => reason === '[erased]',
    change: () => ({ reason: 'Ann asked for it' }),
  },
];
