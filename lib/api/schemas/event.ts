import * as z from 'zod';
import { id, nextCursor, time } from './fields.ts';
import { EVENT_NAMES } from '../../events/filters.ts';
import { BrandReference } from './license.ts';

/** The names of all events. Answers use the first name of each; a webhook endpoint may ask for the second one. */
export const EventName = z.enum(EVENT_NAMES).meta({
  id: 'EventType',
  description:
    'The type of an event: a noun and what happened to it. New types are added; ignore those that you do not know. ' +
    '`license.deactivated` is a second name of `seat.deactivated`, and only for endpoints that ask for it',
});

export const EntityReference = z
  .object({ type: z.string().meta({ description: 'The kind of thing, such as `license`' }), id })
  .meta({ id: 'EntityReference', description: 'The thing that has changed' });
export const Actor = z
  .object({
    type: z.enum(['api_key', 'license_key', 'admin', 'system']).meta({
      description: '`admin` is an API key of the platform, `system` a job of the service',
    }),
    id: z.string().meta({ description: 'The id of the credential, or the name of the job' }),
  })
  .meta({ id: 'Actor', description: 'The credential or job that made the change' });
const changedFields = z.record(z.string(), z.unknown()).nullable();

/** A change in the history of one entity. */
export const EventEntry = z
  .object({
    id,
    seq: z.number().int().meta({ description: 'Counts the changes of one entity without a gap' }),
    type: EventName,
    occurred_at: time,
    actor: Actor,
    request_id: z.string().meta({ description: 'The `X-Request-Id` of the call that made the change' }),
    reason: z.string().nullable().meta({ description: 'The reason that the caller gave; null when there is none' }),
    before: changedFields.meta({ description: 'The changed fields before the change; null for something new' }),
    after: changedFields.meta({ description: 'The changed fields after the change; null for something deleted' }),
  })
  .meta({ id: 'LicenseEvent', description: 'A change in the history of one license' });
export type EventEntry = z.infer<typeof EventEntry>;
export const LicenseEventList = z
  .object({ events: z.array(EventEntry).meta({ description: 'The events of this page' }), next_cursor: nextCursor })
  .meta({ id: 'LicenseEventList' });

export const BrandEventEntry = EventEntry.extend({ entity: EntityReference }).meta({
  id: 'Event',
  description: 'A change of one thing of a brand',
});
export type BrandEventEntry = z.infer<typeof BrandEventEntry>;
export const EventList = z
  .object({
    events: z.array(BrandEventEntry).meta({ description: 'The events of this page' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'EventList' });

export const OwnedEventEntry = BrandEventEntry.extend({
  brand: BrandReference.nullable().meta({
    description: 'The brand that the event belongs to; null for events of the platform team, such as those of its keys',
  }),
}).meta({ id: 'AdminEvent', description: 'A change of one thing of a brand or of the platform team' });
export type OwnedEventEntry = z.infer<typeof OwnedEventEntry>;
export const AdminEventList = z
  .object({
    events: z.array(OwnedEventEntry).meta({ description: 'The events of this page' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'AdminEventList' });
