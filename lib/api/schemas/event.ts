import * as z from 'zod';
import { id, nextCursor, time } from './fields.ts';
import { BrandReference } from './license.ts';

export const EntityReference = z.object({ type: z.string(), id }).meta({ id: 'EntityReference' });
export const Actor = z
  .object({ type: z.enum(['api_key', 'license_key', 'admin', 'system']), id: z.string() })
  .meta({ id: 'Actor', description: 'The credential or job that made the change' });
const changedFields = z.record(z.string(), z.unknown()).nullable();

/** A change in the history of one entity. */
export const EventEntry = z
  .object({
    id,
    seq: z.number().int().meta({ description: 'Counts the changes of one entity without a gap' }),
    type: z.string(),
    occurred_at: time,
    actor: Actor,
    request_id: z.string(),
    reason: z.string().nullable(),
    before: changedFields.meta({ description: 'The changed fields before the change; null for something new' }),
    after: changedFields.meta({ description: 'The changed fields after the change; null for something deleted' }),
  })
  .meta({ id: 'LicenseEvent' });
export type EventEntry = z.infer<typeof EventEntry>;
export const LicenseEventList = z
  .object({ events: z.array(EventEntry), next_cursor: nextCursor })
  .meta({ id: 'LicenseEventList' });

export const BrandEventEntry = EventEntry.extend({ entity: EntityReference }).meta({ id: 'Event' });
export type BrandEventEntry = z.infer<typeof BrandEventEntry>;
export const EventList = z
  .object({ events: z.array(BrandEventEntry), next_cursor: nextCursor })
  .meta({ id: 'EventList' });

export const OwnedEventEntry = BrandEventEntry.extend({
  brand: BrandReference.nullable().meta({
    description: 'The brand that the event belongs to; null for events of the platform team, such as those of its keys',
  }),
}).meta({ id: 'AdminEvent' });
export type OwnedEventEntry = z.infer<typeof OwnedEventEntry>;
export const AdminEventList = z
  .object({ events: z.array(OwnedEventEntry), next_cursor: nextCursor })
  .meta({ id: 'AdminEventList' });
