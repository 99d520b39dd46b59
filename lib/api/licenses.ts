import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { PolicyChanges, SeatLimit } from '../domain/policy.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { instant, metadataChanges, page, reason, slugOrId, uuid } from './schemas/fields.ts';
import { LicenseEntry, LicenseList, licenseStatus, ProvisionAnswer, UpdatedLicense } from './schemas/license.ts';
import { gatherMetadata, metadataFilter, metadataRefines } from './schemas/metadata-filter.ts';
import { ProvisionInput } from './schemas/provision.ts';
import { criteria, CRITERIA, oneOf } from './schemas/search-criteria.ts';

const onePage = { status: 200, description: 'One page', body: LicenseList } as const;

export const provisionLicenses = {
  operation: 'provision_licenses',
  method: 'POST',
  path: '/api/v1/brand/licenses/provision',
  function: 'provision-license',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  summary: 'Provision licenses',
  description:
    'Creates the licenses of one purchase on one license key, all or none of them. `per_customer` uses the ' +
    'newest key of the customer that carries none of these products, and creates a key when there is none. Two ' +
    'purchases at the same moment end up on one key.',
  input: ProvisionInput,
  example: example.provisionRequest,
  success: [
    {
      status: 201,
      description: 'The license key and the licenses of this purchase',
      body: ProvisionAnswer,
      example: example.provisioned,
    },
    {
      status: 200,
      description: 'With `if_held: renew`: the customer already had every license, and each has been renewed',
      body: ProvisionAnswer,
      example: example.provisioned,
    },
  ],
  refusals: [
    'product_not_found',
    'bundle_not_found',
    'license_key_not_found',
    'license_key_replaced',
    'product_held',
    'product_already_on_key',
    'license_key_of_another_customer',
    'too_many_licenses_on_key',
    'external_id_taken',
    'expiry_in_the_past',
    'not_extendable',
    'no_duration',
    'idempotency_key_reused',
    'answer_erased',
  ],
  once: true,
} as const satisfies Route;

const listed = z
  .strictObject({
    ...criteria,
    ...metadataFilter,
    product: describe(z.optional(slugOrId), 'The slug or id of the product; sorted by expiry'),
    brands: describe(z.optional(z.literal('all')), 'Searches all brands; needs the scope `licenses:read:all_brands`'),
    status: describe(z.optional(licenseStatus), 'The status at this moment'),
    expires_before: describe(z.optional(instant), 'Only licenses that expire before this time'),
    ...page,
  })
  .check(
    oneOf([...CRITERIA, 'product']),
    metadataRefines(['email', 'product']),
    z.refine(({ brands, product }) => brands === undefined || product === undefined, {
      message: 'must not be given together with product',
      path: ['brands'],
    }),
  );
export const ListLicensesInput = z.pipe(z.transform(gatherMetadata), listed);
export type ListLicensesInput = z.infer<typeof ListLicensesInput>;

export const listLicenses = {
  operation: 'list_licenses',
  method: 'GET',
  path: '/api/v1/brand/licenses',
  function: 'list-licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: 'Search licenses',
  description: `Needs exactly one of \`email\`, \`license_key\`, \`external_id\`, \`instance\` and \`product\`, or
\`email\` together with \`license_key\`.

- The newest licenses come first. A search by \`product\` is sorted by expiry, with licenses for life at the end.
- A license key is found by its full text, its masked text (\`WPR-****-****-****-B3N1\`) or its last four characters. A
  part of a key works alone while at most twenty keys of the brand match it.
- \`instance\` finds a license by every instance on which it is or was active since its last transfer without
  activations.
- \`metadata.NAME=VALUE\` narrows a search by \`email\` or \`product\`. One call examines at most 500 licenses, so a
  page can be empty while a cursor follows.
- Searches by \`instance\`, \`product\` and a part of a key can lag behind a change by a moment. A license whose expiry
  changes during a search by \`product\` can be on two pages or on none.
- \`brands=all\` goes through the brands in the order of their slugs.
- API keys with the scope \`license_keys:reveal\` see the key texts of their own brand in full. All other key texts are
  masked to the last four characters.`,
  input: ListLicensesInput,
  example: { email: 'customer@example.com' },
  success: [{ ...onePage, example: { licenses: [example.license], next_cursor: null } }],
  refusals: ['cursor_invalid', 'too_many_matches'],
} as const satisfies Route;

const GetLicenseInput = z.strictObject({
  license_id: uuid,
  at: describe(
    z.optional(instant),
    'Shows the license at the end of this second; a date means the last second of that day in UTC',
  ),
});
export type GetLicenseInput = z.infer<typeof GetLicenseInput>;

export const getLicense = {
  operation: 'get_license',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}',
  function: 'licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: 'Retrieve a license',
  description:
    'Shows the license at this moment. With `at` it is rebuilt from its history, with the current key text and ' +
    'e-mail address of its key and customer. A license that did not exist at that time is not found. A time in ' +
    'the future shows the present.',
  input: GetLicenseInput,
  example: { license_id: example.LICENSE_ID },
  success: [{ status: 200, description: 'The license', body: LicenseEntry, example: example.license, etag: true }],
  refusals: ['license_not_found'],
} as const satisfies Route;

export const UpdateLicenseInput = z.strictObject({
  license_id: uuid,
  max_seats: describe(
    z.optional(SeatLimit),
    'The new seat limit; null means unlimited. A limit below the seats in use keeps them and refuses new ones',
  ),
  product: describe(
    z.optional(slugOrId),
    'The slug or id of the new product. Its policy is copied onto the license. Seats, expiry and the duration ' +
      'it was bought with stay unless the request changes them',
  ),
  expiration_date: describe(
    z.optional(z.nullable(instant)),
    'The new expiry, which must not be in the past; null means for life',
  ),
  metadata: z.optional(metadataChanges),
  policy: z.optional(PolicyChanges),
  reason,
});
export type UpdateLicenseInput = z.infer<typeof UpdateLicenseInput>;

export const updateLicense = {
  operation: 'update_license',
  method: 'PATCH',
  path: '/api/v1/brand/licenses/{license_id}',
  function: 'update-license',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: true,
  summary: 'Update a license',
  description:
    'Changes seats, product, expiry, metadata or policy. `changed` in the answer names the fields whose value ' +
    'has changed. With `If-Match` the change is made only to the version that was read. For a partial refund, ' +
    'lower `max_seats`.',
  input: UpdateLicenseInput,
  example: { license_id: example.LICENSE_ID, max_seats: 10, reason: 'upgrade' },
  success: [
    {
      status: 200,
      description: 'The license after the change',
      body: UpdatedLicense,
      etag: true,
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

const SearchLicensesInput = z.pipe(
  z.transform(gatherMetadata),
  z
    .strictObject({
      ...criteria,
      ...metadataFilter,
      license_id: describe(z.optional(uuid), 'The id of the license'),
      ...page,
    })
    .check(oneOf([...CRITERIA, 'license_id']), metadataRefines(['email'])),
);
export type SearchLicensesInput = z.infer<typeof SearchLicensesInput>;

export const searchLicenses = {
  operation: 'search_licenses',
  method: 'GET',
  path: '/api/v1/admin/licenses',
  function: 'search-licenses',
  auth: 'platform',
  scope: 'platform:read',
  access: 'read',
  vault: true,
  summary: 'Search licenses (admin)',
  description:
    'Goes through the brands in the order of their slugs, with the newest licenses of each brand first. Key ' +
    'texts are masked. The last four characters of a key, alone or behind the masked prefix, find it while at ' +
    'most twenty keys of a brand match. `metadata.NAME` examines at most 500 licenses per call, so a page can ' +
    'be empty while a cursor follows.',
  input: SearchLicensesInput,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      ...onePage,
      example: {
        licenses: [
          { ...example.license, license_key: { ...example.license.license_key, key: 'WPR-****-****-****-B3N1' } },
        ],
        next_cursor: null,
      },
    },
  ],
  refusals: ['cursor_invalid', 'too_many_matches'],
} as const satisfies Route;

export const licenseRoutes: readonly Route[] = [
  provisionLicenses,
  listLicenses,
  getLicense,
  updateLicense,
  searchLicenses,
];
