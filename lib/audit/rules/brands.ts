import { computeTag } from '../../domain/ids.ts';
import { parseBrandItem } from '../../table/brands.ts';
import { keys, platformKeys } from '../../table/keys.ts';
import { parseBundleItem } from '../../table/products.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

export const brandRules: readonly Rule[] = [
  {
    name: 'brand-names',
    promise: 'The slug, key prefix and id of every brand lead to it, and the platform’s list has it.',
    repair: REPAIRS.restore,
    on: ['brand'],
    faults({ owner, item }, look) {
      const { id, slug, key_prefix } = parseBrandItem(item);
      return [
        ...faultIf(key_prefix !== owner, 'it lies at another key prefix'),
        ...faultIf(look(platformKeys.slugTaken(slug))?.['key_prefix'] !== owner, 'its slug does not lead to it'),
        ...faultIf(look(platformKeys.prefixTaken(owner))?.['slug'] !== slug, 'its key prefix does not lead to it'),
        ...faultIf(look(platformKeys.brandInList(slug))?.['id'] !== id, 'the platform’s list does not have it'),
        ...faultIf(look(platformKeys.brandAddress(id))?.['key_prefix'] !== owner, 'its id does not lead to it'),
      ];
    },
  },
  {
    name: 'brand-name-taken',
    promise: 'Every taken slug and key prefix, and every entry in the list of brands, belongs to a brand.',
    repair: REPAIRS.remove,
    on: ['taken-slug', 'taken-prefix', 'brand-in-list'],
    faults({ kind, name, sk, item }, look) {
      const prefix = kind === 'taken-prefix' ? name : String(item['key_prefix']);
      const slug = kind === 'taken-slug' ? name : kind === 'taken-prefix' ? item['slug'] : sk.slice('brand#'.length);
      return faultIf(look(keys.brand(prefix))?.['slug'] !== slug, 'the brand does not exist');
    },
  },
  {
    name: 'product-at-slug',
    promise: 'Every product and bundle is found by its slug and by its id.',
    repair: REPAIRS.restore,
    on: ['product', 'bundle'],
    faults({ sk, item }) {
      const tags = [String(item['slug']), String(item['id'])].map(computeTag);
      return faultIf(
        tags.some((tag) => tag !== sk.split('#')[1]),
        'its slug or its id does not lead to it',
      );
    },
  },
  {
    name: 'bundle-products',
    promise: 'Every product of a bundle exists.',
    repair: REPAIRS.restore,
    on: ['bundle'],
    faults({ owner, item }, look) {
      const missing = parseBundleItem(item).products.filter(
        ({ id }) => look(keys.product(owner, computeTag(id)))?.['id'] !== id,
      );
      return missing.map(({ slug }) => `its product ${slug} does not exist`);
    },
  },
];
