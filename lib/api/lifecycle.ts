import * as z from 'zod';
import { Duration } from '../domain/policy.ts';
import { LicenseEntry } from './entries.ts';
import * as example from './examples.ts';
import { externalId, instant, text, uuid } from './fields.ts';
import type { Route } from './route.ts';

/** What brands do to a license over its life. Each answers with the whole license. */
const of = {
  license_id: uuid,
  reason: text(500).optional().meta({ description: 'Why; kept in the license’s history' }),
  idempotency_key: text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' }),
};

export const LifecycleInput = z.strictObject(of);
export type LifecycleInput = z.infer<typeof LifecycleInput>;

export const RenewInput = z
  .strictObject({
    ...of,
    expiration_date: instant
      .nullable()
      .optional()
      .meta({ description: 'The new expiry, later or earlier than now stands, not in the past; null is for life' }),
    extend_by: Duration.optional().meta({
      description: 'Counted from the old expiry, also within grace; from now when that has passed',
    }),
    external_id: externalId.optional(),
  })
  .refine((value) => value.expiration_date === undefined || value.extend_by === undefined, {
    message: 'must not be given together with expiration_date',
    path: ['extend_by'],
  });
export type RenewInput = z.infer<typeof RenewInput>;

const lifecycle = {
  method: 'POST',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  once: true,
} as const;
const whole = { status: 200, description: 'The license as it is now', body: LicenseEntry } as const;
const refusals = [
  'license_not_found',
  'illegal_transition',
  'stale_version',
  'weak_etag',
  'idempotency_key_reused',
  'answer_erased',
] as const;
const call = { license_id: example.LICENSE_ID };

export const renewLicense = {
  ...lifecycle,
  operation: 'renew_license',
  function: 'renew-license',
  path: '/api/v1/brand/licenses/{license_id}/renew',
  summary: 'Renew a license',
  description:
    'By a date, by a duration, or, when neither is given, by the duration it was bought with, else by its policy’s. Renewed by months or years it keeps its day: 31 January and twice `P1M` is 31 March. An expired license is valid again; a suspended one gets its new date and stays suspended; a cancelled one is refused.',
  input: RenewInput,
  example: { ...call, extend_by: 'P1Y', external_id: 'order-1002' },
  success: [{ ...whole, example: { ...example.license, expires_at: '2028-12-31T23:59:59Z' } }],
  refusals: [...refusals, 'expiry_in_the_past', 'not_extendable', 'no_duration', 'external_id_taken'],
} as const satisfies Route;

export const suspendLicense = {
  ...lifecycle,
  operation: 'suspend_license',
  function: 'suspend-license',
  path: '/api/v1/brand/licenses/{license_id}/suspend',
  summary: 'Suspend a license',
  description:
    'For a dispute: no site may run until it is resumed. Seats stay on record. Again changes nothing; a cancelled license is refused.',
  input: LifecycleInput,
  example: { ...call, reason: 'chargeback opened' },
  success: [{ ...whole, example: { ...example.license, status: 'suspended' } }],
  refusals,
} as const satisfies Route;

export const resumeLicense = {
  ...lifecycle,
  operation: 'resume_license',
  function: 'resume-license',
  path: '/api/v1/brand/licenses/{license_id}/resume',
  summary: 'Resume a suspended license',
  description:
    'It has its seats again, and is expired where it came due meanwhile. A valid license stays as it is; an expired or cancelled one is refused.',
  input: LifecycleInput,
  example: { ...call, reason: 'chargeback won' },
  success: [{ ...whole, example: example.license }],
  refusals,
} as const satisfies Route;

export const cancelLicense = {
  ...lifecycle,
  operation: 'cancel_license',
  function: 'cancel-license',
  path: '/api/v1/brand/licenses/{license_id}/cancel',
  summary: 'Cancel a license',
  description:
    'For a refund: the end, for good. (A partial refund is a change of `max_seats`.) Seats stay on record, and its key may carry the product once more. Again changes nothing.',
  input: LifecycleInput,
  example: { ...call, reason: 'refunded' },
  success: [{ ...whole, example: { ...example.license, status: 'cancelled' } }],
  refusals,
} as const satisfies Route;

export const lifecycleRoutes: readonly Route[] = [renewLicense, suspendLicense, resumeLicense, cancelLicense];
