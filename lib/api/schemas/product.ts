import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { PolicyView } from '../../domain/policy.ts';
import { ProductLinks } from './shown-links.ts';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Product = describe(
  z.object({
    id,
    name,
    slug: shownSlug,
    policy: PolicyView,
    links: ProductLinks,
    created_at: time,
    updated_at: time,
  }),
  { id: 'Product', description: 'A product for which licenses are provisioned' },
);
export type ProductView = z.infer<typeof Product>;
export const ProductList = describe(
  z.object({ products: describe(z.array(Product), 'The products of this page'), next_cursor: nextCursor }),
  { id: 'ProductList' },
);
