import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { Duration } from '../domain/policy.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { email, externalId, idempotency_key, instant, reason, uuid } from './schemas/fields.ts';
import { LicenseEntry } from './schemas/license.ts';

/** The operations of a brand over the life of a license. Each answers with the whole license. */
const lifecycle = {
  method: 'POST',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  once: true,
} as const;
const changed = { status: 200, description: 'The license after the change', body: LicenseEntry, etag: true } as const;
const refusals = [
  'license_not_found',
  'illegal_transition',
  'stale_version',
  'weak_etag',
  'idempotency_key_reused',
  'answer_erased',
] as const;
const call = { license_id: example.LICENSE_ID };

export const LifecycleInput = z.strictObject({ license_id: uuid, reason, idempotency_key });
export type LifecycleInput = z.infer<typeof LifecycleInput>;

export const RenewInput = z
  .extend(LifecycleInput, {
    expiration_date: describe(
      z.optional(z.nullable(instant)),
      'The new expiry, later or earlier than the old one but not in the past; null means for life',
    ),
    extend_by: describe(
      z.optional(Duration),
      'A duration from the old expiry, also during the grace period; from now if that is over. It is used ' +
        'instead of `expiration_date`',
    ),
    external_id: z.optional(externalId),
  })
  .check(
    z.refine((value) => value.expiration_date === undefined || value.extend_by === undefined, {
      message: 'must not be given together with expiration_date',
      path: ['extend_by'],
    }),
  );
export type RenewInput = z.infer<typeof RenewInput>;

export const renewLicense = {
  ...lifecycle,
  operation: 'renew_license',
  path: '/api/v1/brand/licenses/{license_id}/renew',
  function: 'renew-license',
  summary: 'Renew a license',
  description:
    'Moves the expiry to a date or by a duration. Without either, the duration it was bought with applies, else ' +
    'that of its policy. A renewal by months or years keeps the day of the month: 31 January renewed twice by ' +
    '`P1M` is 31 March. An expired license becomes valid again. A suspended license gets the new expiry and ' +
    'stays suspended. A cancelled license cannot be renewed.',
  input: RenewInput,
  example: { ...call, extend_by: 'P1Y', external_id: 'order-1002' },
  success: [{ ...changed, example: { ...example.license, expires_at: '2028-12-31T23:59:59Z' } }],
  refusals: [...refusals, 'expiry_in_the_past', 'not_extendable', 'no_duration', 'external_id_taken'],
} as const satisfies Route;

export const suspendLicense = {
  ...lifecycle,
  operation: 'suspend_license',
  path: '/api/v1/brand/licenses/{license_id}/suspend',
  function: 'suspend-license',
  summary: 'Suspend a license',
  description:
    'Stops every site of the license until it is resumed, for example during a dispute. Its activations stay. A ' +
    'second call changes nothing. A cancelled license cannot be suspended.',
  input: LifecycleInput,
  example: { ...call, reason: 'chargeback opened' },
  success: [{ ...changed, example: { ...example.license, status: 'suspended' } }],
  refusals,
} as const satisfies Route;

export const resumeLicense = {
  ...lifecycle,
  operation: 'resume_license',
  path: '/api/v1/brand/licenses/{license_id}/resume',
  function: 'resume-license',
  summary: 'Resume a license',
  description:
    'Ends a suspension: the sites that were active can run again. A license whose expiry has passed meanwhile ' +
    'is expired. A valid license stays as it is. An expired or cancelled license cannot be resumed.',
  input: LifecycleInput,
  example: { ...call, reason: 'chargeback won' },
  success: [{ ...changed, example: example.license }],
  refusals,
} as const satisfies Route;

export const cancelLicense = {
  ...lifecycle,
  operation: 'cancel_license',
  path: '/api/v1/brand/licenses/{license_id}/cancel',
  function: 'cancel-license',
  summary: 'Cancel a license',
  description:
    'Ends the license for good, for example after a refund. Its activations stay on record, and its key can ' +
    'carry the same product again. A second call changes nothing. For a partial refund, lower `max_seats` ' +
    'instead.',
  input: LifecycleInput,
  example: { ...call, reason: 'refunded' },
  success: [{ ...changed, example: { ...example.license, status: 'cancelled' } }],
  refusals,
} as const satisfies Route;

export const TransferInput = z.strictObject({
  license_id: uuid,
  customer_email: describe(
    email,
    'The e-mail address of the new customer, who is created if the brand does not have them yet',
  ),
  keep_activations: describe(z._default(z.boolean(), false), 'True keeps the sites active; false frees all seats'),
  reason,
  idempotency_key,
});
export type TransferInput = z.infer<typeof TransferInput>;

export const transferLicense = {
  ...lifecycle,
  operation: 'transfer_license',
  path: '/api/v1/brand/licenses/{license_id}/transfer',
  function: 'transfer-license',
  summary: 'Transfer a license',
  description:
    'Moves the license to a key of another customer: their newest per-customer key without this product, else a ' +
    'new key. The old key no longer opens the license.',
  input: TransferInput,
  example: { ...call, customer_email: 'buyer@example.com' },
  success: [
    {
      ...changed,
      example: {
        ...example.license,
        license_key: { ...example.license.license_key, customer_email: 'buyer@example.com' },
        seats_used: 0,
        seats_remaining: 5,
      },
    },
  ],
  refusals,
} as const satisfies Route;

export const lifecycleRoutes: readonly Route[] = [
  renewLicense,
  suspendLicense,
  resumeLicense,
  cancelLicense,
  transferLicense,
];
