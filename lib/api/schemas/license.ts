import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { PolicyView } from '../../domain/policy.ts';
import { CHANGEABLE } from '../../domain/edit.ts';
import { id, nextCursor, shownMetadata, shownSlug, time } from './fields.ts';
import { LicenseKeyView } from './license-key.ts';
import { ProductReference } from './product-answer.ts';

/** Distinguishes a trial that has not begun from a license for life: neither has an expiry. */
const starts_on_activation = describe(
  z.nullable(z.string()),
  'How long the license will last from its first activation, such as `P14D`; null once its expiry is settled',
);
export const licenseStatus = describe(
  z.enum(['valid', 'expired', 'suspended', 'cancelled']),
  'The state of the license now. `expired` is shown from the second of its expiry, also within a grace period',
);
export const seats_used = describe(z.int(), 'The active instances that take a seat');
export const external_id = describe(z.nullable(z.string()), 'Your order or invoice number; null when there is none');
export const seat_limit = describe(z.nullable(z.int()), 'Null means unlimited');
const seats_remaining = describe(z.nullable(z.int()), 'Never below 0; null means unlimited');
export const expires_at = describe(z.nullable(time), 'Null means for life');

export const BrandReference = describe(z.object({ slug: shownSlug }), {
  id: 'BrandReference',
  description: 'The brand that this belongs to',
});

export const LicenseEntry = describe(
  z.object({
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
    duration: describe(
      z.nullable(z.string()),
      'The duration it was bought with, by which it is renewed; null when the duration of its policy applies',
    ),
    policy: PolicyView,
    metadata: shownMetadata,
    external_id,
    created_at: time,
    updated_at: time,
  }),
  { id: 'License', description: 'The right of a customer to use one product' },
);
export type LicenseEntry = z.infer<typeof LicenseEntry>;

const licensesOfPage = describe(z.array(LicenseEntry), 'The licenses of this page');
export const LicenseList = describe(z.object({ licenses: licensesOfPage, next_cursor: nextCursor }), {
  id: 'LicenseList',
});
export type LicenseList = z.infer<typeof LicenseList>;

export const UpdatedLicense = describe(
  z.extend(LicenseEntry, {
    changed: describe(
      z.array(z.enum(CHANGEABLE)),
      'The fields whose value has changed; empty when the request changed nothing',
    ),
  }),
  { id: 'UpdatedLicense', description: 'A license after a change' },
);
export type UpdatedLicense = z.infer<typeof UpdatedLicense>;

export const LicenseKeyWithLicenses = describe(
  z.extend(LicenseKeyView, {
    customer_id: id,
    created_at: time,
    licenses: describe(z.array(LicenseEntry), 'All licenses on the key, cancelled ones included'),
  }),
  { id: 'LicenseKeyWithLicenses', description: 'A license key with its licenses' },
);
export type LicenseKeyWithLicenses = z.infer<typeof LicenseKeyWithLicenses>;

const ProvisionedLicense = describe(
  z.object({
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
  }),
  { id: 'ProvisionedLicense', description: 'A license that the purchase created or renewed' },
);
export const ProvisionAnswer = describe(
  z.object({
    license_key: describe(z.extend(LicenseKeyView, { created_at: time }), {
      id: 'ProvisionedLicenseKey',
      description: 'The key that carries the licenses',
    }),
    licenses: describe(z.array(ProvisionedLicense), 'One license per product'),
  }),
  { id: 'ProvisionedLicenses', description: 'The outcome of a purchase' },
);
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>;
