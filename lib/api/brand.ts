import * as z from 'zod';
import { Duration, Policy, SeatLimit } from '../domain/policy.ts';
import { COMMON_PROVISION_REFUSALS } from './refusals.ts';
import {
  EventEntry,
  LicenseEntry,
  LicenseKeyView,
  ActivationEntry,
  RefusedCallEntry,
  starts_on_activation,
} from './entries.ts';
import {
  email,
  externalId,
  id,
  instant,
  metadata,
  nextCursor,
  page,
  pastedLicenseKey,
  slugOrId,
  text,
  time,
  uuid,
} from './fields.ts';
import * as example from './examples.ts';
import { LicenseList, ListLicensesInput } from './search.ts';
import type { Route } from './route.ts';

const terms = {
  max_seats: SeatLimit.optional().meta({ description: 'Seats; null is unlimited. Else the product’s policy, else 1' }),
  expiration_date: instant.nullable().optional().meta({ description: 'When it expires; null is for life' }),
  duration: Duration.optional().meta({ description: 'How long it lasts, instead of `expiration_date`' }),
  policy: Policy.optional().meta({ description: 'Terms that differ from the product’s policy' }),
};
const oneExpiry = (value: { expiration_date?: unknown; duration?: unknown }): boolean =>
  value.expiration_date === undefined || value.duration === undefined;
const ONE_EXPIRY = { message: 'must not be given together with expiration_date', path: ['duration'] };

const ProductWanted = z.union([
  slugOrId,
  z.strictObject({ product: slugOrId, ...terms }).refine(oneExpiry, ONE_EXPIRY),
]);

export const ProvisionInput = z
  .strictObject({
    customer_email: email,
    products: z
      .array(ProductWanted)
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'Slugs or ids, or objects with terms of their own' }),
    bundle: slugOrId.optional().meta({ description: 'A bundle’s slug or id: all of its products' }),
    license_key: pastedLicenseKey.default('').meta({
      description:
        '`per_customer`, `new`, or the text of the key to extend. Else as the brand has set it, `per_customer` at first',
    }),
    if_held: z
      .enum(['new_key', 'renew', 'refuse'])
      .default('new_key')
      .meta({ description: 'With `per_customer`: what happens to a product that the customer’s key holds already' }),
    ...terms,
    external_id: externalId.optional(),
    metadata: metadata.optional(),
    idempotency_key: text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' }),
  })
  .refine(oneExpiry, ONE_EXPIRY)
  .refine((value) => value.products !== undefined || value.bundle !== undefined, {
    message: 'is required unless bundle is given',
    path: ['products'],
  });
export type ProvisionInput = z.infer<typeof ProvisionInput>;

const ProvisionedLicense = z.object({
  id,
  product_id: id,
  product_slug: z.string(),
  product_name: z.string(),
  status: z.enum(['valid', 'expired', 'suspended', 'cancelled']),
  seat_limit: z.number().int().nullable(),
  seats_used: z.number().int(),
  seats_remaining: z.number().int().nullable(),
  expires_at: time.nullable(),
  starts_on_activation,
  created_at: time,
});
export const ProvisionAnswer = z.object({
  license_key: LicenseKeyView.extend({ created_at: time }),
  licenses: z.array(ProvisionedLicense),
});
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>;

export const provisionLicense = {
  operation: 'provision_license',
  method: 'POST',
  path: '/api/v1/brand/licenses/provision',
  function: 'provision-license',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  summary: 'Give a customer a key with one or more licenses',
  description:
    'All or nothing. `per_customer` adds to the customer’s newest key that holds none of these products, and makes a new key when there is none; two purchases at the same instant end on one key.',
  input: ProvisionInput,
  example: example.provisionRequest,
  success: [
    {
      status: 201,
      description: 'The key and the licenses of this purchase',
      body: ProvisionAnswer,
      example: example.provisioned,
    },
    {
      status: 200,
      description: 'With `if_held: renew`: every license was held already and has been renewed',
      body: ProvisionAnswer,
      example: example.provisioned,
    },
  ],
  refusals: COMMON_PROVISION_REFUSALS,
  once: true,
} as const satisfies Route;

export const listLicenses = {
  operation: 'list_licenses',
  method: 'GET',
  path: '/api/v1/brand/licenses',
  function: 'list-licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: 'Find licenses',
  description:
    'By exactly one of `email`, `license_key`, `external_id`, `instance` and `product`, or by `email` and `license_key` together; newest first, by `product` in the order of expiry, those for life last. A key is found by its whole text, by the text as it is masked (`WPR-****-****-****-B3N1`) and by its last four characters; these find it alone while they name at most twenty keys of the brand. An order number is found in any case. A license is found by an instance that it is or was active on, by a host alone with all of its paths; not by one from before a transfer that dropped its seats. `metadata.NAME=VALUE` refines a search by `email` or `product`, and looks through at most 500 licenses a call: a page may be empty while there is a cursor. Lists by `instance`, `product` and the last four of a key may trail a change by a moment, and a license whose expiry changes while one pages by `product` may stand on two pages or none. With `brands=all` brand by brand in the order of their slugs. Key texts are shown in full to keys with the scope `license_keys:reveal`, else, and those of other brands always, masked to the last four characters.',
  input: ListLicensesInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'One page',
      body: LicenseList,
      example: { licenses: [example.license], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid', 'too_many_matches'],
} as const satisfies Route;

const LicenseId = z.strictObject({ license_id: uuid });
const GetLicenseInput = LicenseId.extend({
  at: instant.optional().meta({ description: 'As it was at the end of this second; a date means its last one in UTC' }),
});
const license = {
  function: 'licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  refusals: ['license_not_found'],
} as const;

export const getLicense = {
  ...license,
  operation: 'get_license',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}',
  summary: 'One license',
  description:
    'As it is this moment; with `at` as it was then, told from its history, under the present text and e-mail of the key and customer it was on. A license that did not exist yet is not found; of a time to come nothing is known but the present.',
  input: GetLicenseInput,
  example: { license_id: example.LICENSE_ID },
  success: [{ status: 200, description: 'The license', body: LicenseEntry, example: example.license }],
} as const satisfies Route;
export type LicenseEntry = z.infer<typeof LicenseEntry>;
export type GetLicenseInput = z.infer<typeof GetLicenseInput>;

const LicensePage = LicenseId.extend(page);
export type LicensePage = z.infer<typeof LicensePage>;

const ActivationsPage = LicensePage.extend({
  status: z.enum(['active', 'deactivated']).optional().meta({ description: 'Only activations of this status' }),
});
export type ActivationsPage = z.infer<typeof ActivationsPage>;

export const listActivations = {
  ...license,
  operation: 'list_activations',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}/activations',
  summary: 'The sites a license is or was active on',
  description:
    'In a stable order that has no meaning. With `status` a page may be short, or empty, while there is a cursor. The first page also tells the last 20 refused activations and deactivations of the past seven days, newest first: each instance and code at most once in ten minutes. Checks that say no are not among them.',
  input: ActivationsPage,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({
        activations: z.array(ActivationEntry),
        next_cursor: nextCursor,
        refused_calls: z.array(RefusedCallEntry).optional(),
      }),
      example: { activations: [example.activation], next_cursor: null, refused_calls: [example.refusedCall] },
    },
  ],
  refusals: ['license_not_found', 'cursor_invalid'],
} as const satisfies Route;

const seq = (minimum: number) => z.coerce.number().pipe(z.int().min(minimum).max(9_999_999_999)).optional();
const LicenseEventsPage = LicensePage.extend({
  before: seq(1).meta({ type: 'integer', description: 'Only changes before the one of this `seq`' }),
  after: seq(0).meta({ type: 'integer', description: 'Only changes after the one of this `seq`, oldest first' }),
});
export type LicenseEventsPage = z.infer<typeof LicenseEventsPage>;

export const listLicenseEvents = {
  ...license,
  operation: 'list_license_events',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}/events',
  summary: 'The history of a license',
  description: 'Newest first, with `after` oldest first; `seq` counts the changes of this license without a gap.',
  input: LicenseEventsPage,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ events: z.array(EventEntry), next_cursor: nextCursor }),
      example: { events: [example.event], next_cursor: null },
    },
  ],
  refusals: ['license_not_found', 'cursor_invalid'],
} as const satisfies Route;

export const brandRoutes: readonly Route[] = [
  provisionLicense,
  listLicenses,
  getLicense,
  listActivations,
  listLicenseEvents,
];
