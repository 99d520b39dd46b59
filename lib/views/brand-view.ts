import { SETTING_FIELDS } from '../domain/brand-settings.ts';
import { pick } from '../domain/pick.ts';
import type { Brand } from '../table/brands.ts';

const BRAND = ['id', 'name', 'slug', 'key_prefix', 'status', 'settings', 'created_at', 'updated_at'] as const;

/** A brand as the API shows it to the platform team. */
export const brandView = (brand: Brand) => pick(BRAND, { ...brand, settings: pick(SETTING_FIELDS, brand.settings) });
