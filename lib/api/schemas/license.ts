import * as z from 'zod';
import { PolicyView } from '../../domain/policy.ts';
import { CHANGEABLE } from '../../domain/edit.ts';
import { id, nextCursor, time } from './fields.ts';
import { LicenseKeyView } from './license-key.ts';
import { ProductReference } from './product-answer.ts';

/** Distinguishes a trial that has not begun from a license for life: neither has an expiry. */
const starts_on_activation = z.string().nullable().meta({
  description:
    'How long the license will last from its first activation, such as `P14D`; null once its expiry is settled',
});
export const licenseStatus = z.enum(['valid', 'expired', 'suspended', 'cancelled']);
const seat_limit = z.number().int().nullable().meta({ description: 'Null means unlimited' });
const seats_remaining = z.number().int().nullable().meta({ description: 'Never below 0; null means unlimited' });
const expires_at = time.nullable().meta({ description: 'Null means for life' });

export const BrandReference = z.object({ slug: z.string() }).meta({ id: 'BrandReference' });

export const LicenseEntry = z
  .object({
    id,
    license_key: LicenseKeyView,
    customer_id: id,
    product: ProductReference,
    brand: BrandReference,
    status: licenseStatus,
    seat_limit,
    seats_used: z.number().int(),
    seats_remaining,
    expires_at,
    starts_on_activation,
    duration: z.string().nullable().meta({
      description:
        'The duration it was bought with, by which it is renewed; null when the duration of its policy applies',
    }),
    policy: PolicyView,
    metadata: z.record(z.string(), z.string()),
    external_id: z.string().nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'License' });
export type LicenseEntry = z.infer<typeof LicenseEntry>;

export const LicenseList = z
  .object({ licenses: z.array(LicenseEntry), next_cursor: nextCursor })
  .meta({ id: 'LicenseList' });
export type LicenseList = z.infer<typeof LicenseList>;

export const UpdatedLicense = LicenseEntry.extend({
  changed: z
    .array(z.enum(CHANGEABLE))
    .meta({ description: 'The fields whose value has changed; empty when the request changed nothing' }),
}).meta({ id: 'UpdatedLicense' });
export type UpdatedLicense = z.infer<typeof UpdatedLicense>;

export const LicenseKeyWithLicenses = LicenseKeyView.extend({
  customer_id: id,
  created_at: time,
  licenses: z.array(LicenseEntry),
}).meta({ id: 'LicenseKeyWithLicenses' });
export type LicenseKeyWithLicenses = z.infer<typeof LicenseKeyWithLicenses>;

const ProvisionedLicense = z
  .object({
    id,
    product_id: id,
    product_slug: z.string(),
    product_name: z.string(),
    status: licenseStatus,
    seat_limit,
    seats_used: z.number().int(),
    seats_remaining,
    expires_at,
    starts_on_activation,
    created_at: time,
  })
  .meta({ id: 'ProvisionedLicense' });
export const ProvisionAnswer = z
  .object({
    license_key: LicenseKeyView.extend({ created_at: time }).meta({ id: 'ProvisionedLicenseKey' }),
    licenses: z.array(ProvisionedLicense),
  })
  .meta({ id: 'ProvisionedLicenses' });
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>;
