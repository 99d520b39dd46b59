import * as z from 'zod';
import { PolicyView } from '../../domain/policy.ts';
import { CHANGEABLE } from '../../domain/edit.ts';
import { id, nextCursor, shownMetadata, shownSlug, time } from './fields.ts';
import { LicenseKeyView } from './license-key.ts';
import { ProductReference } from './product-answer.ts';

/** Distinguishes a trial that has not begun from a license for life: neither has an expiry. */
const starts_on_activation = z.string().nullable().meta({
  description:
    'How long the license will last from its first activation, such as `P14D`; null once its expiry is settled',
});
export const licenseStatus = z.enum(['valid', 'expired', 'suspended', 'cancelled']).meta({
  description:
    'The state of the license now. `expired` is shown from the second of its expiry, also within a grace period',
});
export const seats_used = z.number().int().meta({ description: 'The active instances that take a seat' });
export const external_id = z
  .string()
  .nullable()
  .meta({ description: 'Your order or invoice number; null when there is none' });
export const seat_limit = z.number().int().nullable().meta({ description: 'Null means unlimited' });
const seats_remaining = z.number().int().nullable().meta({ description: 'Never below 0; null means unlimited' });
export const expires_at = time.nullable().meta({ description: 'Null means for life' });

export const BrandReference = z
  .object({ slug: shownSlug })
  .meta({ id: 'BrandReference', description: 'The brand that this belongs to' });

export const LicenseEntry = z
  .object({
    id,
    license_key: LicenseKeyView,
    customer_id: id,
    product: ProductReference,
    brand: BrandReference,
    status: licenseStatus,
    seat_limit,
    seats_used,
    seats_remaining,
    expires_at,
    starts_on_activation,
    duration: z.string().nullable().meta({
      description:
        'The duration it was bought with, by which it is renewed; null when the duration of its policy applies',
    }),
    policy: PolicyView,
    metadata: shownMetadata,
    external_id,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'License', description: 'The right of a customer to use one product' });
export type LicenseEntry = z.infer<typeof LicenseEntry>;

const licensesOfPage = z.array(LicenseEntry).meta({ description: 'The licenses of this page' });
export const LicenseList = z.object({ licenses: licensesOfPage, next_cursor: nextCursor }).meta({ id: 'LicenseList' });
export type LicenseList = z.infer<typeof LicenseList>;

export const UpdatedLicense = LicenseEntry.extend({
  changed: z
    .array(z.enum(CHANGEABLE))
    .meta({ description: 'The fields whose value has changed; empty when the request changed nothing' }),
}).meta({ id: 'UpdatedLicense', description: 'A license after a change' });
export type UpdatedLicense = z.infer<typeof UpdatedLicense>;

export const LicenseKeyWithLicenses = LicenseKeyView.extend({
  customer_id: id,
  created_at: time,
  licenses: z.array(LicenseEntry).meta({ description: 'All licenses on the key, cancelled ones included' }),
}).meta({ id: 'LicenseKeyWithLicenses', description: 'A license key with its licenses' });
export type LicenseKeyWithLicenses = z.infer<typeof LicenseKeyWithLicenses>;

const ProvisionedLicense = z
  .object({
    id,
    product_id: id,
    product_slug: ProductReference.shape.slug,
    product_name: ProductReference.shape.name,
    status: licenseStatus,
    seat_limit,
    seats_used,
    seats_remaining,
    expires_at,
    starts_on_activation,
    created_at: time,
  })
  .meta({ id: 'ProvisionedLicense', description: 'A license that the purchase created or renewed' });
export const ProvisionAnswer = z
  .object({
    license_key: LicenseKeyView.extend({ created_at: time }).meta({
      id: 'ProvisionedLicenseKey',
      description: 'The key that carries the licenses',
    }),
    licenses: z.array(ProvisionedLicense).meta({ description: 'One license per product' }),
  })
  .meta({ id: 'ProvisionedLicenses', description: 'The outcome of a purchase' });
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>;
