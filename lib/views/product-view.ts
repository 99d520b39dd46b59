import { pick } from '../domain/pick.ts';
import { POLICY_FIELDS } from '../domain/policy.ts';
import { LINK_FIELDS } from '../domain/product-links.ts';
import type { Bundle, Product } from '../table/products.ts';

const PRODUCT = ['id', 'name', 'slug', 'policy', 'links', 'created_at', 'updated_at'] as const;
const BUNDLE = ['id', 'name', 'slug', 'products', 'created_at', 'updated_at'] as const;

/** A product as the API shows it. */
export const productView = (product: Product) =>
  pick(PRODUCT, {
    ...product,
    policy: pick(POLICY_FIELDS, product.policy),
    links: pick(LINK_FIELDS, product.links),
  });
/** A bundle as the API shows it. */
export const bundleView = (bundle: Bundle) =>
  pick(BUNDLE, { ...bundle, products: bundle.products.map((product) => pick(['id', 'slug'], product)) });
