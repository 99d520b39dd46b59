import * as z from 'zod/mini';
import { ProductReference, seats, answeredTime, answeredUuid } from './product-answer.ts';

/** The meaning of each verdict code, in the order in which the check applies its rules. */
const CODES = {
  product_not_on_key: 'The key carries no license for this product.',
  cancelled: 'The license has been cancelled for good.',
  suspended: 'The license is suspended, for example during a dispute.',
  expired: 'The license has expired, and its grace period is over.',
  not_activated: 'The license is valid, but it is not active on this instance. Activate it.',
  valid: 'The license is valid and active on this instance.',
  valid_in_grace: 'The license has expired, but it is within its grace period: everything still works.',
  valid_maintained: 'The license has expired. The instance may keep running what it has, but gets no updates.',
} as const;

const table = Object.entries(CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
const code = z.enum(Object.keys(CODES) as [keyof typeof CODES]).check(
  z.meta({
    description: `The first rule that applies, in this order:\n\n| code | meaning |\n|---|---|\n${table.join('\n')}`,
  }),
);

const verdict = {
  may_run: z
    .nullable(z.boolean())
    .check(z.describe('The one field that a plugin must obey; null when no instance was named')),
  may_update: z.boolean().check(z.describe('False when an expired license only keeps running')),
  is_valid: z.boolean().check(z.describe('True when the license is valid')),
  is_activated: z
    .nullable(z.boolean())
    .check(z.describe('True when the license is active on this instance; null when no instance was named')),
  code,
};
const CheckedLicense = z
  .object({
    id: answeredUuid,
    product: ProductReference,
    status: z
      .enum(['valid', 'expired', 'suspended', 'cancelled'])
      .check(z.describe('The state of the license; `code` says what follows from it for this instance')),
    seat_limit: z.nullable(z.int()).check(z.describe('Null means unlimited')),
    ...seats,
    expires_at: z.nullable(answeredTime).check(z.describe('Null means for life')),
    starts_on_activation: z
      .nullable(z.string())
      .check(z.describe('How long the license will last from its first activation; null once its expiry is settled')),
  })
  .check(z.meta({ id: 'CheckedLicense', description: 'The license, without data about its customer' }));
const CheckedActivation = z
  .object({
    id: answeredUuid,
    activated_at: answeredTime,
    last_checked_at: z.nullable(answeredTime).check(z.describe('Updated at most once a day')),
  })
  .check(z.meta({ id: 'CheckedActivation', description: 'The activation of this instance' }));
const activation = z
  .nullable(CheckedActivation)
  .check(z.describe('Null when the license is not active on this instance, or no instance was named'));
const LicenseVerdict = z
  .object({ ...verdict, license: CheckedLicense, activation })
  .check(z.meta({ id: 'LicenseVerdict', description: 'The verdict on one of the licenses on the key' }));

export const CheckAnswer = z
  .object({
    ...verdict,
    license: z
      .nullable(CheckedLicense)
      .check(z.describe('Null when the key carries several licenses and the request named no product')),
    licenses: z
      .array(LicenseVerdict)
      .check(z.describe('One verdict per license when the request named no product; else empty')),
    activation,
    checked_at: answeredTime,
  })
  .check(z.meta({ id: 'Verdict', description: 'The answer to a check' }));
export type CheckAnswer = z.infer<typeof CheckAnswer>;
