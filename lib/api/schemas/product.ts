import * as z from 'zod';
import { PolicyView } from '../../domain/policy.ts';
import { id, nextCursor, time } from './fields.ts';

export const Product = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    policy: PolicyView,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Product' });
export type ProductView = z.infer<typeof Product>;
export const ProductList = z
  .object({ products: z.array(Product), next_cursor: nextCursor })
  .meta({ id: 'ProductList' });
