import * as z from 'zod';
import { CHANGEABLE } from '../domain/edit.ts';
import { PolicyChanges, SeatLimit } from '../domain/policy.ts';
import { LicenseEntry, LicenseKeyView } from './entries.ts';
import * as example from './examples.ts';
import { email, instant, metadataChanges, slugOrId, text, time, uuid, id } from './fields.ts';
import type { Route } from './route.ts';

/** Changes that touch more than a license's own state: its product, its key, its customer. */
const reason = text(500).optional().meta({ description: 'Why; kept in the history' });
const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });
const change = { auth: 'brand', scope: 'licenses:write', access: 'write', vault: true } as const;
const whole = { status: 200, description: 'The license as it is now', body: LicenseEntry } as const;

export const UpdateLicenseInput = z.strictObject({
  license_id: uuid,
  max_seats: SeatLimit.optional().meta({
    description: 'The new seat limit, null is unlimited. Below what is used it keeps the seats and refuses new ones',
  }),
  product: slugOrId.optional().meta({
    description:
      'Slug or id of the product it changes to; that product’s policy is copied onto it, while seats, expiry and the duration it was bought with stay unless they are named',
  }),
  expiration_date: instant
    .nullable()
    .optional()
    .meta({ description: 'The new expiry, not in the past; null is for life' }),
  metadata: metadataChanges.optional(),
  policy: PolicyChanges.optional(),
  reason,
});
export type UpdateLicenseInput = z.infer<typeof UpdateLicenseInput>;

export const UpdatedLicense = LicenseEntry.extend({
  changed: z
    .array(z.enum(CHANGEABLE))
    .meta({ description: 'The fields that are not what they were; empty where the license was that already' }),
});
export type UpdatedLicense = z.infer<typeof UpdatedLicense>;

export const updateLicense = {
  ...change,
  operation: 'update_license',
  method: 'PATCH',
  path: '/api/v1/brand/licenses/{license_id}',
  function: 'update-license',
  summary: 'Change a license',
  description:
    'Seats up or down, another product of the brand, expiry, metadata, policy. The answer names in `changed` what is not as it was. With `If-Match` it holds only if the license is still the version that was read. A partial refund is a change of `max_seats`.',
  input: UpdateLicenseInput,
  example: { license_id: example.LICENSE_ID, max_seats: 10, reason: 'upgrade' },
  success: [
    {
      ...whole,
      body: UpdatedLicense,
      example: { ...example.license, seat_limit: 10, seats_remaining: 8, changed: ['seat_limit'] },
    },
  ],
  refusals: [
    'license_not_found',
    'product_not_found',
    'product_already_on_key',
    'illegal_transition',
    'expiry_in_the_past',
    'stale_version',
    'weak_etag',
  ],
} as const satisfies Route;

export const TransferInput = z.strictObject({
  license_id: uuid,
  customer_email: email.meta({ description: 'Who gets the license; a customer who is not known yet is made' }),
  keep_activations: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether the sites stay active; else it starts with no seat taken' }),
  reason,
  idempotency_key,
});
export type TransferInput = z.infer<typeof TransferInput>;

export const transferLicense = {
  ...change,
  operation: 'transfer_license',
  method: 'POST',
  path: '/api/v1/brand/licenses/{license_id}/transfer',
  function: 'transfer-license',
  summary: 'Give a license to another customer',
  description:
    'The license moves to a key of that customer: the newest per-customer key without this product, else a new one. The old key no longer opens it.',
  input: TransferInput,
  example: { license_id: example.LICENSE_ID, customer_email: 'buyer@example.com' },
  success: [
    {
      ...whole,
      example: {
        ...example.license,
        license_key: { ...example.license.license_key, customer_email: 'buyer@example.com' },
        seats_used: 0,
        seats_remaining: 5,
      },
    },
  ],
  refusals: [
    'license_not_found',
    'illegal_transition',
    'stale_version',
    'weak_etag',
    'idempotency_key_reused',
    'answer_erased',
  ],
  once: true,
} as const satisfies Route;

export const RotateKeyInput = z.strictObject({
  license_key_id: uuid,
  overlap_hours: z
    .int()
    .min(0)
    .max(720)
    .default(0)
    .meta({ description: 'How long the old text works beside the new one, at most 30 days; 0 is not at all' }),
  reason,
  idempotency_key,
});
export type RotateKeyInput = z.infer<typeof RotateKeyInput>;

export const LicenseKeyAnswer = LicenseKeyView.extend({ created_at: time, old_key_valid_until: time.nullable() });
export type LicenseKeyAnswer = z.infer<typeof LicenseKeyAnswer>;

export const rotateLicenseKey = {
  ...change,
  operation: 'rotate_license_key',
  method: 'POST',
  path: '/api/v1/brand/license-keys/{license_key_id}/rotate',
  function: 'rotate-license-key',
  summary: 'Give a license key a new text',
  description:
    'Seats and licenses are kept. The old text works through the overlap, then it is refused as `license_key_replaced`.',
  input: RotateKeyInput,
  example: { license_key_id: example.provisioned.license_key.id, overlap_hours: 48, reason: 'leaked' },
  success: [
    {
      status: 200,
      description: 'The key, with its new text',
      body: LicenseKeyAnswer,
      example: { ...example.provisioned.license_key, old_key_valid_until: '2026-11-25T10:00:00Z' },
    },
  ],
  refusals: ['license_key_not_found', 'idempotency_key_reused', 'answer_erased'],
  once: true,
} as const satisfies Route;

export const GetLicenseKeyInput = z.strictObject({ license_key_id: uuid });
export const LicenseKeyWithLicenses = LicenseKeyView.extend({
  customer_id: id,
  created_at: time,
  licenses: z.array(LicenseEntry),
});
export type LicenseKeyWithLicenses = z.infer<typeof LicenseKeyWithLicenses>;

export const getLicenseKey = {
  ...change,
  operation: 'get_license_key',
  method: 'GET',
  path: '/api/v1/brand/license-keys/{license_key_id}',
  function: 'license-keys',
  scope: 'licenses:read',
  access: 'read',
  summary: 'One license key and its licenses',
  description: 'As they are this moment.',
  input: GetLicenseKeyInput,
  example: { license_key_id: example.provisioned.license_key.id },
  success: [
    {
      status: 200,
      description: 'The key',
      body: LicenseKeyWithLicenses,
      example: {
        ...example.license.license_key,
        customer_id: example.license.customer_id,
        created_at: '2026-11-23T10:00:00Z',
        licenses: [example.license],
      },
    },
  ],
  refusals: ['license_key_not_found'],
} as const satisfies Route;

export const moveRoutes: readonly Route[] = [updateLicense, transferLicense, rotateLicenseKey, getLicenseKey];
