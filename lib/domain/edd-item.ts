import type { EddCall } from './edd-call.ts';
import { foldName } from './edd-product-names.ts';

/** A product as clients of Easy Digital Downloads name it. */
export type EddProduct = {
  id: string;
  slug: string;
  name: string;
  edd_item_id: number | null;
  edd_item_name: string | null;
};

/** The product that a call names: one of the brand's, one that the brand does not have, or none at all. */
export type EddItem = { kind: 'named'; product: EddProduct } | { kind: 'unknown' } | { kind: 'unnamed' };

type Named = Pick<EddCall, 'item_id' | 'item_name'>;

/** With an id, the name does not count. */
export function findEddItem(products: readonly EddProduct[], { item_id, item_name }: Named): EddItem {
  if (item_id === undefined && item_name === '') return { kind: 'unnamed' };
  const product =
    item_id === undefined
      ? findByName(products, foldName(item_name))
      : products.find(({ edd_item_id }) => edd_item_id === item_id);
  return product ? { kind: 'named', product } : { kind: 'unknown' };
}

/** True if a call that names the product by its id does not also name another one. */
export function isNamedAs({ name, edd_item_name }: EddProduct, sent: string): boolean {
  const folded = foldName(sent);
  return sent === '' || [name, edd_item_name ?? name].some((own) => foldName(own) === folded);
}

/** The name that was set for these clients goes before a name that is another product's own. */
function findByName(products: readonly EddProduct[], folded: string): EddProduct | undefined {
  if (folded === '') return undefined;
  const isFolded = (name: string | null): boolean => name !== null && foldName(name) === folded;
  return (
    products.find(({ edd_item_name }) => isFolded(edd_item_name)) ??
    products.find(({ edd_item_name, name }) => edd_item_name === null && isFolded(name))
  );
}
