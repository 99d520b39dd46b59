import * as z from 'zod';
import { normaliseEmail } from '../../domain/email.ts';
import { INSTANCE_TYPES, parseInstance } from '../../domain/instance.ts';
import { EventEntry, LicenseEntry } from './entries.ts';
import * as example from './examples.ts';
import { email, externalId, id, instant, nextCursor, page, slugOrId, text, uuid } from './fields.ts';
import type { Route } from '../route.ts';

/** Searches for licenses and events, a brand's own and across brands. */
const criteria = {
  email: email
    .transform((value) => normaliseEmail(value)?.email ?? value)
    .optional()
    .meta({ description: 'Whose licenses' }),
  license_key: text(255)
    .optional()
    .meta({ description: 'The text of their key; one that has been replaced since finds it too' }),
  external_id: externalId.optional().meta({ description: 'The order or invoice number that made or renewed them' }),
  instance: text(1024).optional().meta({ description: 'A site, hostname or machine they are or were active on' }),
  instance_type: z.enum(INSTANCE_TYPES).optional().meta({ description: 'What `instance` is; `url` unless given' }),
};
const CRITERIA = ['email', 'license_key', 'external_id', 'instance'] as const;

type Criteria = { instance?: string | undefined; instance_type?: (typeof INSTANCE_TYPES)[number] | undefined };

/** One thing to search by, none only where that has a meaning, and an instance that is one. Every place at fault is named. */
const oneOf =
  (names: readonly string[], or?: 'none') => (input: z.core.ParsePayload<Criteria & Record<string, unknown>>) => {
    const { value, issues } = input;
    const given = names.filter((name) => value[name] !== undefined);
    const fault = (name: string, message: string) =>
      issues.push({ code: 'custom', input: value[name], path: [name], message });
    if (given.length === 0 && or !== 'none')
      for (const name of names) fault(name, `one of ${names.join(', ')} is required`);
    if (given.length > 1)
      for (const name of given)
        fault(name, `must not be given together with ${given.filter((other) => other !== name).join(', ')}`);
    const { instance, instance_type } = value;
    if (instance !== undefined && parseInstance(instance_type ?? 'url', instance) === undefined)
      fault('instance', 'is not valid');
    if (instance === undefined && instance_type !== undefined)
      fault('instance_type', 'must not be given without instance');
  };

export const ListLicensesInput = z
  .strictObject({
    ...criteria,
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
  .refine(({ brands, product }) => brands === undefined || product === undefined, {
    message: 'must not be given together with product',
    path: ['brands'],
  });
export type ListLicensesInput = z.infer<typeof ListLicensesInput>;
export const LicenseList = z.object({ licenses: z.array(LicenseEntry), next_cursor: nextCursor });
export type LicenseList = z.infer<typeof LicenseList>;

const SearchLicensesInput = z
  .strictObject({ ...criteria, license_id: uuid.optional().meta({ description: 'Its id' }), ...page })
  .check(oneOf([...CRITERIA, 'license_id']));
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
  description: 'By brand in the order of their slugs, and newest first in each. Key texts are masked.',
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
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const EVENT_TYPE = /^[a-z_]{1,64}\.(?:\*|[a-z_]{1,64})$/;
const eventFilters = {
  type: z
    .string()
    .regex(EVENT_TYPE, 'must be a type of event (license.renewed), or all of a noun (license.*)')
    .optional()
    .meta({ description: 'A type of event, or all of one noun: `license.*`', pattern: EVENT_TYPE.source }),
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
  refusals: ['cursor_invalid', 'brand_not_found'],
} as const satisfies Route;

export const searchRoutes: readonly Route[] = [searchLicenses, listEvents, searchEvents];
