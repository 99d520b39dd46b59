import * as z from 'zod/mini';
import { describe } from './describe.ts';
import { MAX_LEAD_DAYS } from './due.ts';
import { isRenewalUrl } from './renewal-url.ts';

/** The settings of a brand. */
export const BrandSettings = describe(
  z.strictObject({
    license_key: describe(
      z.optional(z.enum(['per_customer', 'new'])),
      'The key of a purchase whose request names none; the default is per_customer',
    ),
    rate_limit_per_minute: describe(
      z.optional(z.int().check(z.gte(1), z.lte(30_000))),
      'Requests per minute with all API keys of the brand; the default is 1,000',
    ),
    expiring_lead_days: describe(
      z.optional(z.array(z.int().check(z.gte(1), z.lte(MAX_LEAD_DAYS))).check(z.maxLength(5))),
      'The days before its expiry on which a license is announced as expiring; the default is 30, 7 and 1, an ' +
        'empty list means never',
    ),
    allow_short_keys: describe(
      z.optional(z.boolean()),
      'Whether an import may bring license keys of 4 to 7 characters, which are easy to guess; the default is false',
    ),
    seats_shown_to_key: describe(
      z.optional(z.enum(['full', 'masked', 'none'])),
      'How much of the instances of a license its key shows to its holder; the default is masked',
    ),
    renewal_url: describe(
      z.optional(
        z.nullable(
          z
            .string()
            .check(
              z.maxLength(2048, { abort: true }),
              z.refine(isRenewalUrl, 'must be an https address; its placeholders are {license_key} and {item_id}'),
            ),
        ),
      ),
      'The page to which browsers at the address for Easy Digital Downloads are sent. `{license_key}` and ' +
        '`{item_id}` in it are filled in; without them neither is passed on',
    ),
  }),
  { id: 'BrandSettings', description: 'The settings of a brand' },
);
export type BrandSettings = z.infer<typeof BrandSettings>;
export const SETTING_FIELDS = z.keyof(BrandSettings).options;

/** The settings in an answer, which may gain fields. */
export const BrandSettingsView = describe(z.object(BrandSettings.shape), {
  id: 'BrandSettingsView',
  description: 'The settings of a brand',
});
