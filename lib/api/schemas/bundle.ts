import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Bundle = describe(
  z.object({
    id,
    name,
    slug: shownSlug,
    products: describe(
      z.array(
        describe(z.object({ id, slug: shownSlug }), { id: 'BundleProduct', description: 'A product of the bundle' }),
      ),
      'The products that a purchase of the bundle provisions',
    ),
    created_at: time,
    updated_at: time,
  }),
  { id: 'Bundle', description: 'Products that are sold together' },
);
export type BundleView = z.infer<typeof Bundle>;
export const BundleList = describe(
  z.object({ bundles: describe(z.array(Bundle), 'The bundles of this page'), next_cursor: nextCursor }),
  { id: 'BundleList' },
);
