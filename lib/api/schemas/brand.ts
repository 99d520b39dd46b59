import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { BrandSettingsView } from '../../domain/brand-settings.ts';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Brand = describe(
  z.object({
    id,
    name,
    slug: shownSlug,
    key_prefix: describe(z.string(), 'The first letters of the brand’s license keys; it never changes'),
    status: describe(z.enum(['active', 'suspended']), 'The API keys of a suspended brand are refused'),
    settings: BrandSettingsView,
    created_at: time,
    updated_at: time,
  }),
  { id: 'Brand', description: 'A seller of products, with data of its own' },
);
export type BrandView = z.infer<typeof Brand>;
export const BrandList = describe(
  z.object({ brands: describe(z.array(Brand), 'The brands of this page'), next_cursor: nextCursor }),
  { id: 'BrandList' },
);
