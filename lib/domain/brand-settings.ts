import * as z from 'zod';
import { MAX_LEAD_DAYS } from './due.ts';

/** The settings of a brand. */
export const BrandSettings = z
  .strictObject({
    license_key: z
      .enum(['per_customer', 'new'])
      .optional()
      .describe('The key of a purchase whose request names none; the default is per_customer'),
    rate_limit_per_minute: z
      .int()
      .min(1)
      .max(30_000)
      .optional()
      .describe('Requests per minute with all API keys of the brand; the default is 1,000'),
    expiring_lead_days: z
      .array(z.int().min(1).max(MAX_LEAD_DAYS))
      .max(5)
      .optional()
      .describe(
        'The days before its expiry on which a license is announced as expiring; the default is 30, 7 and 1, an ' +
          'empty list means never',
      ),
  })
  .meta({ id: 'BrandSettings', description: 'The settings of a brand' });
export type BrandSettings = z.infer<typeof BrandSettings>;
export const SETTING_FIELDS = BrandSettings.keyof().options;

/** The settings in an answer, which may gain fields. */
export const BrandSettingsView = z
  .object(BrandSettings.shape)
  .meta({ id: 'BrandSettingsView', description: 'The settings of a brand' });
