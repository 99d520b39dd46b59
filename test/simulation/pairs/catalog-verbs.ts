import { onBrand, type Verb } from './verb.ts';

/** The writing verbs about the brand, its products and bundles, and the platform's settings. */
export const catalogVerbs: readonly Verb[] = [
  {
    name: 'change what the product allows',
    operation: 'admin_update_product',
    meets: ['product'],
    call: onBrand({ product: 'pro' }, { name: 'Professional' }),
  },
  {
    name: 'make a bundle',
    operation: 'admin_create_bundle',
    meets: ['product', 'brand'],
    call: onBrand({}, { name: 'All', slug: 'all', products: ['basic', 'pro'] }),
  },
  {
    name: 'make a product of that name',
    operation: 'admin_create_product',
    meets: ['product', 'brand'],
    call: onBrand({}, { name: 'All', slug: 'all' }),
  },
  {
    name: 'change the brand',
    operation: 'update_brand',
    meets: ['brand'],
    call: onBrand({}, { name: 'Other' }),
  },
  {
    name: 'give the product another item id',
    operation: 'admin_update_product',
    meets: ['product', 'release'],
    call: onBrand({ product: 'basic' }, { name: 'Basic', edd_item_id: 12 }),
  },
  {
    name: 'give another product that item id',
    operation: 'admin_update_product',
    meets: ['product'],
    call: onBrand({ product: 'pro' }, { edd_item_id: 12 }),
  },
  {
    name: 'change the bundle',
    operation: 'admin_update_bundle',
    meets: ['brand', 'product'],
    call: onBrand({ bundle: 'both' }, { name: 'Both of them' }),
  },
  {
    name: 'delete the bundle',
    operation: 'admin_delete_bundle',
    meets: ['brand', 'product'],
    call: onBrand({ bundle: 'both' }),
  },
  {
    name: 'change the settings',
    operation: 'update_settings',
    meets: ['settings'],
    call: ({ platformKey: apiKey }) => ({ apiKey, body: { check_interval_factor: 2 } }),
  },
];
