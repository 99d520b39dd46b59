import { readStored } from '../../../lib/audit/kinds.ts';
import type { StoredItem } from '../table/whole-table.ts';
import { counted, isLive, NO_ID, type Break, type Which } from './break.ts';

type Listed = Record<string, unknown>;

const listedOn = ({ releases }: StoredItem): Listed[] => (releases ?? []) as Listed[];
const offers: Which = (item) => listedOn(item).length > 1;
const isPublished: Which = ({ status }) => status === 'published';
const hasLinks: Which = ({ links }) => links !== undefined;
const isDone: Which = ({ state }) => state === 'done';

const draftId = (items: readonly StoredItem[]): unknown =>
  items.find((item) => readStored(item).kind === 'release' && item['status'] === 'draft')?.['id'];
const undoneImport = (items: readonly StoredItem[]): unknown =>
  items.find((item) => readStored(item).kind === 'import' && item['state'] === 'undone')?.['id'];

/** Ways to break products as sites see them, releases and imports. */
export const waysToBreakReleases: readonly Break[] = [
  {
    how: 'an item id leads to another product',
    rule: 'edd-item',
    kind: 'edd-item',
    change: () => ({ product_id: NO_ID }),
  },
  {
    how: 'an item id is taken that no product has',
    rule: 'edd-item',
    kind: 'edd-item',
    add: (item) => ({ ...item, sk: 'edd-item#99' }),
  },
  { how: 'a product’s item id is free', rule: 'product-edd-item', kind: 'edd-item', remove: true },
  {
    how: 'a check shows links that a product has not',
    rule: 'public-product',
    kind: 'public-product',
    which: hasLinks,
    change: () => ({ links: { homepage: 'https://other.example' } }),
  },
  {
    how: 'a check shows a product that is not there',
    rule: 'public-product',
    kind: 'public-product',
    add: (item) => ({ ...item, pk: `${item.pk}x` }),
  },
  {
    how: 'sites are shown an old name of a product',
    rule: 'shelf-product',
    kind: 'shelf',
    change: ({ product }) => ({ product: { ...(product as object), name: 'Old' } }),
  },
  {
    how: 'sites are offered releases of nothing',
    rule: 'shelf-product',
    kind: 'shelf',
    which: offers,
    change: () => ({ product: undefined }),
  },
  {
    how: 'a published release has no time',
    rule: 'release-sound',
    kind: 'release',
    which: isPublished,
    change: () => ({ published_at: null }),
  },
  {
    how: 'a package was published that was refused',
    rule: 'release-sound',
    kind: 'release',
    which: isPublished,
    change: (item) => ({ package: { ...(item['package'] as object), state: 'refused' } }),
  },
  { how: 'the version of a release is free', rule: 'release-version', kind: 'taken-version', remove: true },
  {
    how: 'a release lies at another product',
    rule: 'release-version',
    kind: 'release',
    change: () => ({ product_id: NO_ID }),
  },
  {
    how: 'a version is taken for no release',
    rule: 'version-taken',
    kind: 'taken-version',
    add: (item) => ({ ...item, sk: 'version#9.9.9' }),
  },
  {
    how: 'sites are not offered a published release',
    rule: 'release-offered',
    kind: 'shelf',
    which: offers,
    change: (item) => ({ releases: listedOn(item).slice(1) }),
  },
  {
    how: 'sites are offered a draft',
    rule: 'shelf-releases',
    kind: 'shelf',
    which: offers,
    change: (item, _vault, items) => ({ releases: [...listedOn(item), { ...listedOn(item)[0], id: draftId(items) }] }),
  },
  {
    how: 'sites are offered a release with another hash',
    rule: 'shelf-releases',
    kind: 'shelf',
    which: offers,
    change: (item) => ({ releases: listedOn(item).map((listed) => ({ ...listed, sha256: 'other' })) }),
  },
  {
    how: 'sites are offered an old release first',
    rule: 'shelf-releases',
    kind: 'shelf',
    which: offers,
    change: (item) => ({ releases: listedOn(item).toReversed() }),
  },
  {
    how: 'a release was changed without an entry',
    rule: 'thing-has-history',
    kind: 'release',
    change: (item) => ({ seq: counted(item, 'seq') + 1 }),
  },
  { how: 'a release is gone', rule: 'history-of-thing', kind: 'release', remove: true },
  {
    how: 'an import that is done has a worker',
    rule: 'import-ended',
    kind: 'import',
    which: isDone,
    change: () => ({ worker: 'w' }),
  },
  {
    how: 'an export that is done has no end',
    rule: 'import-ended',
    kind: 'export',
    which: isDone,
    change: () => ({ finished_at: null }),
  },
  {
    how: 'a row of an import is counted twice',
    rule: 'import-counts',
    kind: 'import',
    which: isDone,
    change: ({ counts }) => ({ counts: { ...(counts as object), created: 77 } }),
  },
  {
    how: 'a reported row has no import',
    rule: 'import-row',
    kind: 'import-row',
    add: (item) => ({ ...item, pk: `${item.pk}x` }),
  },
  {
    how: 'an undone import left a license',
    rule: 'import-undone',
    kind: 'license',
    which: (item) => isLive(item) && item['seq'] === 1,
    change: (_item, _vault, items) => ({ import_id: undoneImport(items) }),
  },
];
