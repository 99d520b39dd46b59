import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { id, nextCursor, time } from './fields.ts';
import { EVENT_NAMES } from '../../events/filters.ts';
import { BrandReference } from './license.ts';

/** The names of all events. Answers use the first name of each; a webhook endpoint may ask for the second one. */
export const EventName = describe(z.enum(EVENT_NAMES), {
  id: 'EventType',
  description:
    'The type of an event: a noun and what happened to it. New types are added; ignore those that you do not know. ' +
    '`license.deactivated` is a second name of `seat.deactivated`, and only for endpoints that ask for it',
});

export const EntityReference = describe(
  z.object({ type: describe(z.string(), 'The kind of thing, such as `license`'), id }),
  { id: 'EntityReference', description: 'The thing that has changed' },
);
export const Actor = describe(
  z.object({
    type: describe(
      z.enum(['api_key', 'license_key', 'admin', 'person', 'system']),
      '`admin` is an API key of the platform, `person` a person in the console, `system` a job of the service',
    ),
    id: describe(z.string(), 'The id of the credential or person, or the name of the job'),
  }),
  { id: 'Actor', description: 'The credential, person or job that made the change' },
);
const changedFields = z.nullable(z.record(z.string(), z.unknown()));

/** A change in the history of one entity. */
export const EventEntry = describe(
  z.object({
    id,
    seq: describe(z.int(), 'Counts the changes of one entity without a gap'),
    type: EventName,
    occurred_at: time,
    actor: Actor,
    request_id: describe(z.string(), 'The `X-Request-Id` of the call that made the change'),
    reason: describe(z.nullable(z.string()), 'The reason that the caller gave; null when there is none'),
    before: describe(changedFields, 'The changed fields before the change; null for something new'),
    after: describe(changedFields, 'The changed fields after the change; null for something deleted'),
    silent: describe(
      z.optional(z.literal(true)),
      'Present for an event that no webhook endpoint gets, such as those of an import',
    ),
  }),
  { id: 'LicenseEvent', description: 'A change in the history of one license' },
);
export type EventEntry = z.infer<typeof EventEntry>;
export const LicenseEventList = describe(
  z.object({ events: describe(z.array(EventEntry), 'The events of this page'), next_cursor: nextCursor }),
  { id: 'LicenseEventList' },
);

export const BrandEventEntry = describe(z.extend(EventEntry, { entity: EntityReference }), {
  id: 'Event',
  description: 'A change of one thing of a brand',
});
export type BrandEventEntry = z.infer<typeof BrandEventEntry>;
export const EventList = describe(
  z.object({
    events: describe(z.array(BrandEventEntry), 'The events of this page'),
    next_cursor: nextCursor,
  }),
  { id: 'EventList' },
);

export const OwnedEventEntry = describe(
  z.extend(BrandEventEntry, {
    brand: describe(
      z.nullable(BrandReference),
      'The brand that the event belongs to; null for events of the platform team, such as those of its keys',
    ),
  }),
  { id: 'AdminEvent', description: 'A change of one thing of a brand or of the platform team' },
);
export type OwnedEventEntry = z.infer<typeof OwnedEventEntry>;
export const AdminEventList = describe(
  z.object({
    events: describe(z.array(OwnedEventEntry), 'The events of this page'),
    next_cursor: nextCursor,
  }),
  { id: 'AdminEventList' },
);
