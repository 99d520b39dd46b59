import * as z from 'zod';
import { PolicyView } from '../../domain/policy.ts';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Product = z
  .object({
    id,
    name,
    slug: shownSlug,
    policy: PolicyView,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Product', description: 'A product for which licenses are provisioned' });
export type ProductView = z.infer<typeof Product>;
export const ProductList = z
  .object({ products: z.array(Product).meta({ description: 'The products of this page' }), next_cursor: nextCursor })
  .meta({ id: 'ProductList' });
