import * as z from 'zod';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Bundle = z
  .object({
    id,
    name,
    slug: shownSlug,
    products: z
      .array(z.object({ id, slug: shownSlug }).meta({ id: 'BundleProduct', description: 'A product of the bundle' }))
      .meta({ description: 'The products that a purchase of the bundle provisions' }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Bundle', description: 'Products that are sold together' });
export type BundleView = z.infer<typeof Bundle>;
export const BundleList = z
  .object({ bundles: z.array(Bundle).meta({ description: 'The bundles of this page' }), next_cursor: nextCursor })
  .meta({ id: 'BundleList' });
