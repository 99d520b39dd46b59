import * as z from 'zod/mini';
import { isUuid } from '../domain/ids.ts';
import { repeatsCredential } from '../domain/secret-text.ts';
import type { Route } from './route.ts';
import {
  anyInstance,
  checkByPostEndpoint,
  checkEndpoint,
  credentials,
  instance,
  keylessInstance,
  realInstance,
  typeOfInstance,
} from './check.ts';
import {
  METADATA_NAME,
  METADATA_VALUE,
  NO_CONTROL_CHARACTERS,
  NO_CREDENTIALS,
  ONLY_LINE_BREAKS,
} from './text-rules.ts';

/** The routes that plugins call from customers' sites, described. Their schemas are of `zod/mini`: see `check.ts`. */
const uuid = z.string().check(z.describe('UUIDv7'));
const time = z.string().check(z.describe('ISO 8601, UTC'));
const seats = {
  seats_used: z.int(),
  seats_remaining: z.nullable(z.int()).check(z.describe('Never below 0; null is unlimited')),
};
const product = z.object({ id: uuid, slug: z.string(), name: z.string() });

const verdict = {
  may_run: z
    .nullable(z.boolean())
    .check(z.describe('The one field a plugin must obey; null when no instance was named')),
  may_update: z.boolean().check(z.describe('False where an expired license only keeps running')),
  is_valid: z.boolean().check(z.describe('Speaks of the license')),
  is_activated: z.nullable(z.boolean()).check(z.describe('Speaks of this instance; null when none was named')),
  code: z.enum([
    'product_not_on_key',
    'cancelled',
    'suspended',
    'expired',
    'not_activated',
    'valid',
    'valid_in_grace',
    'valid_maintained',
  ]),
};
const license = z.object({
  id: uuid,
  product,
  status: z.enum(['valid', 'expired', 'suspended', 'cancelled']),
  seat_limit: z.nullable(z.int()),
  ...seats,
  expires_at: z.nullable(time),
  starts_on_activation: z
    .nullable(z.string())
    .check(z.describe('How long the license will last once it is first activated; null when that is settled')),
});
const activation = z.object({ id: uuid, activated_at: time, last_checked_at: z.nullable(time) });

export const CheckAnswer = z.object({
  ...verdict,
  license: z.nullable(license).check(z.describe('Null when the key has several licenses and no product was named')),
  licenses: z
    .array(z.object({ ...verdict, license, activation: z.nullable(activation) }))
    .check(z.describe('A verdict each, when no product was named')),
  activation: z.nullable(activation),
  checked_at: time,
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;

export const ActivateAnswer = z.object({
  activation_id: uuid,
  license_id: uuid,
  product,
  status: z.literal('active'),
  ...seats,
  activated_at: time,
});
export type ActivateAnswer = z.infer<typeof ActivateAnswer>;

export const DeactivateAnswer = z.object({ status: z.literal('deactivated'), ...seats });
export type DeactivateAnswer = z.infer<typeof DeactivateAnswer>;

const KEY = 'WPR-7K2M-9QXT-4HVD-B3N1';
const PRODUCT = { id: '01938c5a-7e1b-7c2d-9f00-5a1fd0c3b2e4', slug: 'wp-rocket', name: 'WP Rocket' };
const LICENSE_ID = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
const ACTIVATION_ID = '01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1';
const call = { license_key: KEY, product: 'wp-rocket', instance_identifier: 'https://shop.example.com' };

const activationId = z
  .string()
  .check(
    z.toLowerCase(),
    z.refine(isUuid, 'must be a UUID'),
    z.describe('The activation’s id, as `activate` answered, in place of the instance; names its license, too'),
  );
type OneNamed = { instance_identifier?: string | undefined; activation_id?: string | undefined };
const somethingNamed = z.refine<OneNamed>(
  ({ instance_identifier, activation_id }) => instance_identifier !== undefined || activation_id !== undefined,
  { path: ['instance_identifier'], message: 'is required unless activation_id is given' },
);
export const DeactivateInput = z
  .object({ ...credentials, ...anyInstance, activation_id: z.optional(activationId) })
  .check(realInstance, keylessInstance, typeOfInstance, somethingNamed);
export type DeactivateInput = z.infer<typeof DeactivateInput>;

const METADATA_BYTES = 2048;
const metadataName = z
  .string()
  .check(z.minLength(1), z.maxLength(64, { abort: true }), z.regex(METADATA_NAME, NO_CONTROL_CHARACTERS));
const metadataValue = z
  .string()
  .check(z.maxLength(METADATA_BYTES, { abort: true }), z.regex(METADATA_VALUE, ONLY_LINE_BREAKS));
export const ActivateInput = z
  .object({
    ...credentials,
    ...instance,
    metadata: z
      ._default(z.record(metadataName, metadataValue), {})
      .check(
        z.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES, {
          message: 'must be at most 2 KB',
          abort: true,
        }),
      )
      .check(z.describe('Up to 2 KB of text values, shown back with the activation')),
  })
  .check(
    realInstance,
    keylessInstance,
    z.refine<{ license_key: string; metadata: Record<string, string> }>(
      ({ license_key, metadata }) => !repeatsCredential(Object.entries(metadata).flat(), license_key),
      { path: ['metadata'], message: NO_CREDENTIALS },
    ),
  );
export type ActivateInput = z.infer<typeof ActivateInput>;

const checked = {
  may_run: true,
  may_update: true,
  is_valid: true,
  is_activated: true,
  code: 'valid',
  license: {
    id: LICENSE_ID,
    product: PRODUCT,
    status: 'valid',
    seat_limit: 5,
    seats_used: 2,
    seats_remaining: 3,
    expires_at: '2027-12-31T23:59:59Z',
    starts_on_activation: null,
  },
  licenses: [],
  activation: { id: ACTIVATION_ID, activated_at: '2026-11-23T10:15:00Z', last_checked_at: '2026-11-23T10:20:00Z' },
  checked_at: '2026-11-23T10:20:00Z',
};

const check = {
  function: 'check-license',
  summary: 'Ask whether this site may run',
  description:
    'A known key always gets 200 and a verdict, good or bad; `code` is the first rule that fails. A check never takes a seat, and a change of the license shows in the very next check. Without `instance_identifier` the verdict speaks of the license alone: `may_run`, `is_activated` and `activation` are null, the code is never `not_activated`, and an expired license is `expired` even where its sites keep running.',
  example: call,
  success: [{ status: 200, description: 'The verdict', body: CheckAnswer, example: checked }],
  refusals: ['license_key_not_found', 'license_key_replaced', 'rate_limited'],
} as const;

export const checkLicense = { ...checkEndpoint, ...check } as const satisfies Route;
export const checkLicenseByPost = {
  ...checkByPostEndpoint,
  ...check,
  summary: 'Ask whether this site may run, the key kept out of the URL',
} as const satisfies Route;

const activated = {
  activation_id: ACTIVATION_ID,
  license_id: LICENSE_ID,
  product: PRODUCT,
  status: 'active',
  seats_used: 2,
  seats_remaining: 3,
  activated_at: '2026-11-23T10:15:00Z',
};

export const activateLicense = {
  operation: 'activate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/activate',
  function: 'activate-license',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  summary: 'Take a seat for this site',
  description:
    'The same site again gets the same activation and takes no second seat. A site that comes back later gets the id it had.',
  input: ActivateInput,
  example: call,
  success: [
    { status: 201, description: 'A seat was taken', body: ActivateAnswer, example: activated },
    {
      status: 200,
      description: 'This instance was active already; nothing changed',
      body: ActivateAnswer,
      example: activated,
    },
  ],
  refusals: [
    'license_key_not_found',
    'license_key_replaced',
    'rate_limited',
    'product_required',
    'product_not_on_key',
    'license_cancelled',
    'license_suspended',
    'license_expired',
    'seat_limit_reached',
    'seat_moves_exhausted',
    'idempotency_key_reused',
  ],
  once: true,
} as const satisfies Route;

export const deactivateLicense = {
  operation: 'deactivate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/deactivate',
  function: 'deactivate-license',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  summary: 'Free this site’s seat',
  description:
    'Works in every status of the license. Again is safe and changes nothing. Takes `activation_id` in place of the instance, which then names the license as well; where both are given they must be the same seat’s.',
  input: DeactivateInput,
  example: call,
  success: [
    {
      status: 200,
      description: 'The seat is free',
      body: DeactivateAnswer,
      example: { status: 'deactivated', seats_used: 1, seats_remaining: 4 },
    },
  ],
  refusals: [
    'license_key_not_found',
    'license_key_replaced',
    'rate_limited',
    'product_required',
    'product_not_on_key',
    'activation_not_found',
    'idempotency_key_reused',
  ],
  once: true,
} as const satisfies Route;

export const productRoutes: readonly Route[] = [activateLicense, checkLicense, checkLicenseByPost, deactivateLicense];
