import { refuse, type Refusal } from '../domain/refusal.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';
import { claimEddItem, releaseEddItem, type Product } from '../table/products.ts';

/** Takes the product's new item id and gives back the one before, in the transaction that writes the product. */
export function changeEddItem(brand: string, before: number | null, product: Product): Write<Refusal | Retry>[] {
  const { edd_item_id: after } = product;
  if (before === after) return [];
  return [
    ...(after === null
      ? []
      : [claimEddItem(brand, product, after, () => refuse('edd_item_id_taken', { edd_item_id: after }))]),
    ...(before === null ? [] : [releaseEddItem(brand, product, before, retry)]),
  ];
}
