import type { StoredItem } from '../table/whole-table.ts';
import { counted, flipped, isLive, NO_ID, type Break, type Which } from './break.ts';

const isEntry =
  (type: string): Which =>
  (item) =>
    item['type'] === type;
const isFirstSale: Which = ({ type, after }) => {
  const { external_id, product } = (after ?? {}) as { external_id?: string; product?: { slug: string } };
  return type === 'license.provisioned' && external_id === 'Order-1' && product?.slug === 'basic';
};
const later = (item: StoredItem, by: number): string =>
  `journal#${String(counted(item, 'seq') + by).padStart(10, '0')}`;

/** The id of the bundle that was deleted. */
const deletedBundle = (items: readonly StoredItem[]): unknown =>
  (items.find(isEntry('bundle.deleted'))?.['entity'] as { id: string } | undefined)?.id;

const isOfLicense: Which = ({ state }) => (state as { status?: string } | undefined)?.status === 'valid';

/** Ways to break histories, stored answers, webhooks and erasures. */
export const waysToBreakHistories: readonly Break[] = [
  {
    how: 'a history has a gap',
    rule: 'journal-gapless',
    kind: 'journal-entry',
    which: isEntry('license.activated'),
    remove: true,
  },
  {
    how: 'a history goes back in time',
    rule: 'journal-in-order',
    kind: 'journal-entry',
    which: ({ seq }) => seq === 2,
    change: () => ({ occurred_at: '2020-01-01T00:00:00Z' }),
  },
  {
    how: 'an entry begins with another state',
    rule: 'journal-chain',
    kind: 'journal-entry',
    which: isEntry('license.renewed'),
    change: () => ({ before: { expires_at: '2020-01-01T00:00:00Z' } }),
  },
  { how: 'an entry cannot be read', rule: 'journal-entry', kind: 'journal-entry', change: () => ({ type: undefined }) },
  {
    how: 'the list of a day lacks an entry',
    rule: 'journal-entry',
    kind: 'journal-entry',
    change: () => ({ group_pk: 'X#day#2020-01-01#0' }),
  },
  {
    how: 'an entry stands in another history',
    rule: 'journal-entry',
    kind: 'journal-entry',
    change: ({ entity }) => ({ entity: { ...(entity as object), id: NO_ID } }),
  },
  {
    how: 'an archived entry has lost its object',
    rule: 'archived-entry',
    kind: 'journal-entry',
    which: isEntry('license.renewed'),
    change: () => ({ archive_fault: 'the object is missing' }),
  },
  {
    how: 'a part is in the archive and its entries are not',
    rule: 'archived-part',
    kind: 'address',
    which: ({ anchor }) => anchor !== undefined,
    add: ({ pk }) => ({ pk, sk: 'archive#0000000001', from: 1, to: 1, sha256: 'x', state: 'archived' }),
  },
  { how: 'a history is about nothing', rule: 'history-of-thing', kind: 'license', which: isLive, remove: true },
  {
    how: 'a deleted bundle is back',
    rule: 'history-of-thing',
    kind: 'bundle',
    change: (_item, _vault, items) => ({ id: deletedBundle(items) }),
  },
  {
    how: 'a change was never made',
    rule: 'history-is-whole',
    kind: 'journal-entry',
    which: isEntry('license.resumed'),
    add: (item) => ({ ...item, sk: later(item, 20), seq: counted(item, 'seq') + 20 }),
  },
  {
    how: 'a change is not in the history',
    rule: 'thing-has-history',
    kind: 'license',
    change: (item) => ({ seq: counted(item, 'seq') + 1 }),
  },
  {
    how: 'a product was changed without an entry',
    rule: 'thing-has-history',
    kind: 'product',
    change: (item) => ({ seq: counted(item, 'seq') + 1 }),
  },
  {
    how: 'a license was changed without an entry',
    rule: 'journal-rebuilds-license',
    kind: 'license',
    which: isLive,
    change: () => ({ seat_limit: 77 }),
  },
  {
    how: 'an erased license has metadata',
    rule: 'journal-rebuilds-license',
    kind: 'license',
    which: ({ metadata }) => 'erased' in (metadata as object),
    change: () => ({ metadata: { name: 'Ann' } }),
  },
  {
    how: 'a stored answer is readable',
    rule: 'answer-sound',
    kind: 'answer',
    change: () => ({ answer: '{"key":"…"}' }),
  },
  { how: 'an erased answer is still there', rule: 'answer-sound', kind: 'answer', change: () => ({ erased: true }) },
  {
    how: 'a stored answer is sealed with another key',
    rule: 'answer-opens',
    kind: 'answer',
    change: ({ answer }) => ({ answer: flipped(answer) }),
  },
  {
    how: 'a stored answer names what never was',
    rule: 'answer-opens',
    kind: 'answer',
    change: ({ pk }, vault) => ({
      answer: vault.encrypt(JSON.stringify({ answer: { body: { license_id: NO_ID } } }), pk),
    }),
  },
  {
    how: 'a listed answer does not exist',
    rule: 'answer-listed',
    kind: 'listed-answer',
    add: (item) => ({ ...item, sk: `${item.sk}x` }),
  },
  {
    how: 'a webhook secret is readable',
    rule: 'endpoint-sealed',
    kind: 'endpoint',
    change: () => ({ secret: 'whsec_plain' }),
  },
  { how: 'a message is about no event', rule: 'delivery-of-event', kind: 'delivery', change: () => ({ seq: 999 }) },
  {
    how: 'nothing would send a message',
    rule: 'delivery-due',
    kind: 'delivery',
    change: () => ({ due_pk: undefined, due_sk: undefined }),
  },
  {
    how: 'an event was handed on before it happened',
    rule: 'webhook-cursor',
    kind: 'cursor',
    change: () => ({ seq: 999 }),
  },
  { how: 'a replay has no endpoint', rule: 'replay-of-endpoint', kind: 'endpoint', remove: true },
  {
    how: 'an activation was beyond the ceiling',
    rule: 'seat-ceiling',
    kind: 'journal-entry',
    which: isFirstSale,
    change: ({ after }) => ({ after: { ...(after as object), seat_limit: 0 } }),
  },
  {
    how: 'a change of a license is not counted',
    rule: 'license-counted',
    kind: 'mark',
    which: isOfLicense,
    remove: true,
  },
  {
    how: 'a license is counted with another status',
    rule: 'license-counted',
    kind: 'mark',
    which: isOfLicense,
    change: ({ state }) => ({ state: { ...(state as object), status: 'suspended', seats_used: 77 } }),
  },
  {
    how: 'a license is counted that does not exist',
    rule: 'counted-exists',
    kind: 'mark',
    which: isOfLicense,
    add: (item) => ({ ...item, pk: `${item.pk.slice(0, -12)}00000000abcd` }),
  },
  {
    how: 'a counter says another number',
    rule: 'counters-sum',
    kind: 'counter',
    which: ({ pk, licenses_valid }) => /#count#.*#total$/.test(pk) && licenses_valid !== undefined,
    change: ({ licenses_valid }) => ({ licenses_valid: Number(licenses_valid) + 1 }),
  },
  {
    how: 'a counter is missing',
    rule: 'counters-sum',
    kind: 'counter',
    which: ({ pk, licenses_valid }) => /#count#.*#total$/.test(pk) && licenses_valid !== undefined,
    remove: true,
  },
];
