import * as z from 'zod';
import { id, nextCursor, time } from './fields.ts';

export const Bundle = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    products: z.array(z.object({ id, slug: z.string() }).meta({ id: 'BundleProduct' })),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Bundle' });
export type BundleView = z.infer<typeof Bundle>;
export const BundleList = z.object({ bundles: z.array(Bundle), next_cursor: nextCursor }).meta({ id: 'BundleList' });
