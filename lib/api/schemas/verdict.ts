import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { complement } from './complement.ts';
import { copiedSeat, ProductReference, seats, answeredTime, answeredUuid } from './product-answer.ts';

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
const code = describe(
  z.enum(Object.keys(CODES) as [keyof typeof CODES]),
  `The first rule that applies, in this order:\n\n| code | meaning |\n|---|---|\n${table.join('\n')}`,
);

/** The fields of every verdict. */
export const verdictFields = {
  may_run: describe(z.nullable(z.boolean()), 'The one field that a plugin must obey; null when no instance was named'),
  may_update: describe(z.boolean(), 'False when an expired license only keeps running'),
  is_valid: describe(z.boolean(), 'True when the license is valid'),
  is_activated: describe(
    z.nullable(z.boolean()),
    'True when the license is active on this instance; null when no instance was named',
  ),
  code,
};
const CheckedLicense = describe(
  z.object({
    id: answeredUuid,
    product: ProductReference,
    status: describe(
      z.enum(['valid', 'expired', 'suspended', 'cancelled']),
      'The state of the license; `code` says what follows from it for this instance',
    ),
    seat_limit: describe(z.nullable(z.int()), 'Null means unlimited'),
    ...seats,
    expires_at: describe(z.nullable(answeredTime), 'Null means for life'),
    starts_on_activation: describe(
      z.nullable(z.string()),
      'How long the license will last from its first activation; null once its expiry is settled',
    ),
  }),
  { id: 'CheckedLicense', description: 'The license, without data about its customer' },
);
const CheckedActivation = describe(
  z.object({
    id: answeredUuid,
    activated_at: answeredTime,
    last_checked_at: describe(z.nullable(answeredTime), 'Updated at most once a day'),
  }),
  { id: 'CheckedActivation', description: 'The activation of this instance' },
);
const activation = describe(
  z.nullable(CheckedActivation),
  'Null when the license is not active on this instance, or no instance was named',
);
const oneOfSeveral = { ...verdictFields, license: CheckedLicense, activation, copy_of: copiedSeat };
const LicenseVerdict = describe(z.object({ ...oneOfSeveral, ...complement }), {
  id: 'LicenseVerdict',
  description: 'The verdict on one of the licenses on the key',
});

const checked = {
  ...verdictFields,
  license: describe(
    z.nullable(CheckedLicense),
    'Null when the key carries several licenses and the request named no product',
  ),
  licenses: describe(z.array(LicenseVerdict), 'One verdict per license when the request named no product; else empty'),
  activation,
  copy_of: copiedSeat,
  checked_at: answeredTime,
};
export const CheckAnswer = describe(z.object({ ...checked, ...complement }), {
  id: 'Verdict',
  description: 'The answer to a check',
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;

type Complement = keyof typeof complement;
/** The answer before it is completed. */
export type CheckedLicenses = Omit<CheckAnswer, 'licenses' | Complement> & {
  licenses: Omit<CheckAnswer['licenses'][number], Complement>[];
};
