import * as z from 'zod';
import { BrandSettingsView } from '../../domain/brand-settings.ts';
import { id, name, nextCursor, shownSlug, time } from './fields.ts';

export const Brand = z
  .object({
    id,
    name,
    slug: shownSlug,
    key_prefix: z.string().meta({ description: 'The first letters of the brand’s license keys; it never changes' }),
    status: z.enum(['active', 'suspended']).meta({ description: 'The API keys of a suspended brand are refused' }),
    settings: BrandSettingsView,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Brand', description: 'A seller of products, with data of its own' });
export type BrandView = z.infer<typeof Brand>;
export const BrandList = z
  .object({ brands: z.array(Brand).meta({ description: 'The brands of this page' }), next_cursor: nextCursor })
  .meta({ id: 'BrandList' });
