import * as z from 'zod';
import { BrandSettingsView } from '../../domain/brand-settings.ts';
import { id, nextCursor, time } from './fields.ts';

export const Brand = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    key_prefix: z.string(),
    status: z.enum(['active', 'suspended']),
    settings: BrandSettingsView,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Brand' });
export type BrandView = z.infer<typeof Brand>;
export const BrandList = z.object({ brands: z.array(Brand), next_cursor: nextCursor }).meta({ id: 'BrandList' });
