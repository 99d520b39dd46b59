import { isDeepStrictEqual } from 'node:util';
import { computeTag } from '../../domain/ids.ts';
import type { Item } from '../../dynamo/table.ts';
import { parseBrandItem } from '../../table/brands.ts';
import { keys } from '../../table/keys.ts';
import { parseProductItem } from '../../table/products.ts';
import { parseShelfItem, publicProduct } from '../../table/releases.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

/** The fields of a copy that are not those of its thing. A copy of an older version may lack some. */
export const differing = (copy: object, thing: object | undefined): string[] =>
  Object.entries(copy).flatMap(([field, value]) =>
    isDeepStrictEqual(value, (thing as Item | undefined)?.[field]) ? [] : [field],
  );

export const productRules: readonly Rule[] = [
  {
    name: 'edd-item',
    promise: 'Every item id of Easy Digital Downloads’ clients leads to the one product that has it.',
    repair: REPAIRS.restore,
    on: ['edd-item'],
    faults({ owner, sk, item }, look) {
      const product = look(keys.product(owner, computeTag(String(item['product_id']))));
      const isTrue =
        product?.['id'] === item['product_id'] && String(product?.['edd_item_id']) === sk.slice('edd-item#'.length);
      return faultIf(!isTrue, 'its product has another item id');
    },
  },
  {
    name: 'product-edd-item',
    promise: 'Every product is found by its item id of Easy Digital Downloads’ clients.',
    repair: REPAIRS.restore,
    on: ['product'],
    faults({ owner, item }, look) {
      const { id, edd_item_id } = parseProductItem(item);
      if (edd_item_id === null) return [];
      return faultIf(look(keys.eddItem(owner, edd_item_id))?.['product_id'] !== id, 'its item id does not lead to it');
    },
  },
  {
    name: 'public-product',
    promise: 'What a check shows of a product is what the product says.',
    repair: 'Change the product (PATCH …/products/{product}): that writes its public part again.',
    on: ['public-product'],
    faults({ owner, name, item }, look) {
      const { id, slug, links } = item;
      const product = look(keys.product(owner, name));
      if (product === undefined || product['id'] !== id) return ['its product does not exist'];
      return faultIf(
        differing({ slug, links }, parseProductItem(product)).length > 0,
        'its product says another thing',
      );
    },
  },
  {
    name: 'shelf-product',
    promise: 'What sites are shown of a product beside its releases is what the product says.',
    repair: 'Change the product (PATCH …/products/{product}): that writes its public part again.',
    on: ['shelf'],
    faults({ owner, name, item }, look) {
      const { product: shown, releases } = parseShelfItem(item);
      if (shown === undefined) return faultIf(releases.length > 0, 'it offers releases of no product');
      const [found, brand] = [look(keys.product(owner, name)), look(keys.brand(owner))];
      const product = found?.['id'] === shown.id ? found : undefined;
      if (product === undefined || brand === undefined) return ['its product does not exist'];
      const now = publicProduct(parseBrandItem(brand).slug, parseProductItem(product));
      return differing(shown, now).map((field) => `its ${field} is not the product’s`);
    },
  },
];
