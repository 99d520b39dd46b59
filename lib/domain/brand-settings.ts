import * as z from 'zod';
import { MAX_LEAD_DAYS } from './due.ts';

/** What a brand decides for all of its purchases. */
export const BrandSettings = z
  .strictObject({
    license_key: z
      .enum(['per_customer', 'new'])
      .optional()
      .describe('Which key a purchase goes to where the request does not say; per_customer unless set'),
    rate_limit_per_minute: z
      .int()
      .min(1)
      .max(30_000)
      .optional()
      .describe('Requests a minute by all of the brand’s API keys; 1,000 unless set'),
    expiring_lead_days: z
      .array(z.int().min(1).max(MAX_LEAD_DAYS))
      .max(5)
      .optional()
      .describe(
        'How many days before its expiry a license is announced as expiring; 30, 7 and 1 unless set, an empty list for never',
      ),
  })
  .describe('What a brand decides for all of its purchases');
export type BrandSettings = z.infer<typeof BrandSettings>;
