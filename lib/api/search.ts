import * as z from 'zod';
import { normaliseEmail } from '../domain/email.ts';
import { INSTANCE_TYPES, parseInstance } from '../domain/instance.ts';
import { EVENT_FILTERS } from '../events/filters.ts';
import { EventEntry, LicenseEntry } from './entries.ts';
import * as example from './examples.ts';
import { email, externalId, id, instant, nextCursor, page, pastedLicenseKey, slugOrId, text, uuid } from './fields.ts';
import { gatherMetadata, metadataFilter, metadataRefines } from './metadata-filter.ts';
import type { Route } from './route.ts';

/** Searches for licenses and events, a brand's own and across brands. */
const criteria = {
  email: email
    .transform((value) => normaliseEmail(value)?.email ?? value)
    .optional()
    .meta({ description: 'Whose licenses' }),
  license_key: pastedLicenseKey.optional().meta({
    description:
      'Their key: its whole text, the text as it is masked, or its last four characters; a text that has been replaced since finds it too. It may stand beside `email`',
  }),
  external_id: externalId
    .optional()
    .meta({ description: 'The order or invoice number that made or renewed them; in any case' }),
  instance: text(1024).optional().meta({
    description: 'A site, hostname or machine they are or were active on. A host alone finds all of its paths',
  }),
  instance_type: z.enum(INSTANCE_TYPES).optional().meta({ description: 'What `instance` is; `url` unless given' }),
};
const CRITERIA = ['email', 'license_key', 'external_id', 'instance'] as const;

type Criteria = { instance?: string | undefined; instance_type?: (typeof INSTANCE_TYPES)[number] | undefined };

/** What is left of a key finds its holder's licenses beside an e-mail: those two make one criterion. */
const isPaired = (name: string, value: Record<string, unknown>): boolean =>
  name === 'license_key' && value['email'] !== undefined;

/** One thing to search by, none only where that has a meaning, and an instance that is one. Each fault is named once. */
const oneOf =
  (names: readonly string[], or?: 'none') => (input: z.core.ParsePayload<Criteria & Record<string, unknown>>) => {
    const { value, issues } = input;
    const given = names.filter((name) => value[name] !== undefined && !isPaired(name, value));
    const fault = (path: string[], message: string) =>
      issues.push({ code: 'custom', input: value[path[0] ?? ''], path, message });
    if (given.length === 0 && or !== 'none') fault([], `one of ${names.join(', ')} is required`);
    const [first, ...others] = given;
    for (const name of others) fault([name], `must not be given together with ${first}`);
    const { instance, instance_type } = value;
    if (instance !== undefined && parseInstance(instance_type ?? 'url', instance) === undefined)
      fault(['instance'], 'is not valid');
    if (instance === undefined && instance_type !== undefined)
      fault(['instance_type'], 'must not be given without instance');
  };

const licenses = z
  .strictObject({
    ...criteria,
    ...metadataFilter,
    product: slugOrId.optional().meta({ description: 'All licenses for this product, by slug or id; by expiry' }),
    brands: z
      .literal('all')
      .optional()
      .meta({ description: 'Search all brands; needs the scope `licenses:read:all_brands`' }),
    status: z.enum(['valid', 'expired', 'suspended', 'cancelled']).optional().meta({ description: 'As it is now' }),
    expires_before: instant.optional().meta({ description: 'Only licenses that expire before this time' }),
    ...page,
  })
  .check(oneOf([...CRITERIA, 'product']))
  .check(metadataRefines(['email', 'product']))
  .refine(({ brands, product }) => brands === undefined || product === undefined, {
    message: 'must not be given together with product',
    path: ['brands'],
  });
export const ListLicensesInput = z.preprocess(gatherMetadata, licenses);
export type ListLicensesInput = z.infer<typeof ListLicensesInput>;
export const LicenseList = z.object({ licenses: z.array(LicenseEntry), next_cursor: nextCursor });
export type LicenseList = z.infer<typeof LicenseList>;

const SearchLicensesInput = z.preprocess(
  gatherMetadata,
  z
    .strictObject({
      ...criteria,
      ...metadataFilter,
      license_id: uuid.optional().meta({ description: 'Its id' }),
      ...page,
    })
    .check(oneOf([...CRITERIA, 'license_id']))
    .check(metadataRefines(['email'])),
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
  summary: 'Find licenses in all brands',
  description:
    'By brand in the order of their slugs, and newest first in each. Key texts are masked. The last four characters of a key alone, or masked behind its prefix, find it while they name at most twenty keys of a brand. `metadata.NAME` looks through at most 500 licenses a call: a page may be empty while there is a cursor.',
  input: SearchLicensesInput,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: LicenseList,
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

const eventFilters = {
  type: z
    .string()
    .refine((value) => EVENT_FILTERS.includes(value), `must be one of ${EVENT_FILTERS.join(', ')}`)
    .optional()
    .meta({ description: 'A type of event, or all of one noun: `license.*`', enum: EVENT_FILTERS }),
  from: instant
    .optional()
    .meta({ description: 'Only events at this time or later; a date alone means its last second in UTC' }),
  to: instant
    .optional()
    .meta({ description: 'Only events at this time or earlier; a date alone means its last second in UTC' }),
  ...page,
};
const EventsInput = z.strictObject(eventFilters);
export type EventsInput = z.infer<typeof EventsInput>;

const BrandEventEntry = EventEntry.extend({ entity: z.object({ type: z.string(), id }) });
export type BrandEventEntry = z.infer<typeof BrandEventEntry>;

const events = {
  method: 'GET',
  function: 'events',
  access: 'read',
  vault: true,
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ events: z.array(BrandEventEntry), next_cursor: nextCursor }),
      example: {
        events: [{ ...example.event, entity: { type: 'license', id: example.LICENSE_ID } }],
        next_cursor: null,
      },
    },
  ],
} as const;
const ORDER =
  'Newest first; a `to` that is yet to come is now. A page looks back over 31 days at most: it may be short, or empty, while there is a cursor.';

export const listEvents = {
  ...events,
  operation: 'list_events',
  path: '/api/v1/brand/events',
  auth: 'brand',
  scope: 'events:read',
  summary: 'Everything that happened in a brand',
  description: `${ORDER} What happened a moment ago may not be there yet.`,
  input: EventsInput,
  example: { type: 'license.*' },
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const SearchEventsInput = z
  .strictObject({
    brand_id: uuid.optional().meta({ description: 'All events of one brand' }),
    ...criteria,
    license_id: uuid.optional().meta({ description: 'Its id' }),
    ...eventFilters,
  })
  .check(oneOf(['brand_id', 'license_id', ...CRITERIA], 'none'));
export type SearchEventsInput = z.infer<typeof SearchEventsInput>;

const OwnedEventEntry = BrandEventEntry.extend({
  brand: z
    .object({ slug: z.string() })
    .nullable()
    .meta({ description: 'Whose; null is the platform team’s own, such as its API keys' }),
});
export type OwnedEventEntry = z.infer<typeof OwnedEventEntry>;

export const searchEvents = {
  ...events,
  operation: 'search_events',
  path: '/api/v1/admin/events',
  auth: 'platform',
  scope: 'platform:read',
  summary: 'What happened in any brand',
  description:
    'Of one brand; or of the licenses found by an e-mail (and the customers and their keys), a license key (and that key), a license id, an order number or an instance, eight licenses at a time; or, where none of these is given, of all brands and the platform team itself, day by day, 25 brands at a time, the last 31 days unless `from` says otherwise. A `to` that is yet to come is now. Newest first. A page may be short, or empty, while there is a cursor. What happened a moment ago may not be there yet, but for what is found by license.',
  input: SearchEventsInput,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ events: z.array(OwnedEventEntry), next_cursor: nextCursor }),
      example: {
        events: [
          { ...example.event, entity: { type: 'license', id: example.LICENSE_ID }, brand: { slug: 'wp-rocket' } },
        ],
        next_cursor: null,
      },
    },
  ],
  refusals: ['cursor_invalid', 'brand_not_found', 'too_many_matches'],
} as const satisfies Route;

export const searchRoutes: readonly Route[] = [searchLicenses, listEvents, searchEvents];
