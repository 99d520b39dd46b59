import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { EVENT_FILTERS } from '../events/filters.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { AdminEventList, EventList, LicenseEventList } from './schemas/event.ts';
import { instant, page, uuid } from './schemas/fields.ts';
import { criteria, CRITERIA, oneOf } from './schemas/search-criteria.ts';

const onePage = { status: 200, description: 'One page' } as const;
const event = { ...example.event, entity: { type: 'license', id: example.LICENSE_ID } };

const eventFilters = {
  type: describe(
    z.optional(
      z
        .string()
        .check(z.refine((value) => EVENT_FILTERS.includes(value), `must be one of ${EVENT_FILTERS.join(', ')}`)),
    ),
    { description: 'A type of event, or all types of a noun: `license.*`', enum: EVENT_FILTERS },
  ),
  from: describe(
    z.optional(instant),
    'Only events at this time or later; a date means the last second of that day in UTC',
  ),
  to: describe(
    z.optional(instant),
    'Only events at this time or earlier; a date means the last second of that day in UTC',
  ),
  ...page,
};
const EventsInput = z.strictObject(eventFilters);
export type EventsInput = z.infer<typeof EventsInput>;

export const listEvents = {
  operation: 'list_events',
  method: 'GET',
  path: '/api/v1/brand/events',
  function: 'events',
  auth: 'brand',
  scope: 'events:read',
  access: 'read',
  vault: true,
  summary: 'List events',
  description:
    'Lists everything that has happened in the brand, newest first. A page covers 31 days at most, so it can be ' +
    'short or empty while a cursor follows. An event can appear a moment late. A `to` in the future means now.',
  input: EventsInput,
  example: { type: 'license.*' },
  success: [{ ...onePage, body: EventList, example: { events: [event], next_cursor: null } }],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const seq = (minimum: number) =>
  z.optional(z.pipe(z.coerce.number(), z.int().check(z.gte(minimum), z.lte(9_999_999_999))));
const LicenseEventsPage = z.strictObject({
  license_id: uuid,
  ...page,
  before: describe(seq(1), { type: 'integer', description: 'Only events before the one with this `seq`' }),
  after: describe(seq(0), { type: 'integer', description: 'Only events after the one with this `seq`, oldest first' }),
});
export type LicenseEventsPage = z.infer<typeof LicenseEventsPage>;

export const listLicenseEvents = {
  operation: 'list_license_events',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}/events',
  function: 'licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: "List a license's events",
  description:
    'Lists the history of the license, newest first; with `after` oldest first. `seq` counts the changes of the ' +
    'license without a gap.',
  input: LicenseEventsPage,
  example: { license_id: example.LICENSE_ID },
  success: [{ ...onePage, body: LicenseEventList, example: { events: [example.event], next_cursor: null } }],
  refusals: ['license_not_found', 'cursor_invalid'],
} as const satisfies Route;

const SearchEventsInput = z
  .strictObject({
    brand_id: describe(z.optional(uuid), 'The id of a brand; finds all of its events'),
    ...criteria,
    license_id: describe(z.optional(uuid), 'The id of a license'),
    ...eventFilters,
  })
  .check(oneOf(['brand_id', 'license_id', ...CRITERIA], 'none'));
export type SearchEventsInput = z.infer<typeof SearchEventsInput>;

export const searchEvents = {
  operation: 'search_events',
  method: 'GET',
  path: '/api/v1/admin/events',
  function: 'events',
  auth: 'platform',
  scope: 'platform:read',
  access: 'read',
  vault: true,
  summary: 'Search events (admin)',
  description: `Lists events, newest first. One call takes one of these searches:

- \`brand_id\`: all events of a brand.
- \`license_id\`, \`external_id\` or \`instance\`: the events of the licenses that it finds, eight licenses at a time.
- \`email\` or \`license_key\`: the same, with the events of the customers or of the key.
- None of them: the events of all brands and of the platform team, day by day and 25 brands at a time. The search covers
  the last 31 days unless \`from\` is given.

A page can be short or empty while a cursor follows. An event can appear a moment late, except in a search for licenses.
A \`to\` in the future means now.`,
  input: SearchEventsInput,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      ...onePage,
      body: AdminEventList,
      example: { events: [{ ...event, brand: { slug: 'wp-rocket' } }], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid', 'brand_not_found', 'too_many_matches'],
} as const satisfies Route;

export const eventRoutes: readonly Route[] = [listEvents, listLicenseEvents, searchEvents];
