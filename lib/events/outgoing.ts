import { SNAPSHOT } from './license-fields.ts';
import { EVENT_SOURCE } from '../domain/event-source.ts';
import type { LicenseStatus } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';
import { isDue, parseMs } from '../domain/time.ts';
import { type Actor, type JournalEntry, type LicenseSnapshot } from './entry.ts';
import type { Entity, EventType } from './catalog.ts';

type Fields = Record<string, unknown>;
/** The path of the fields that were too large for the bus. */
type Trimmed = { trimmed: true; see: string };

/**
 * An event as consumers get it. `seq` numbers the changes of one entity without a gap, so it shows order and losses;
 * `id` shows repetitions.
 */
export type OutgoingEvent = {
  id: string;
  type: EventType;
  seq: number;
  occurred_at: string;
  brand: { slug: string };
  entity: { type: Entity; id: string };
  actor: Actor;
  request_id: string;
  reason: string | null;
  before: Fields | Trimmed | null;
  after: Fields | Trimmed | null;
  /** True for an event that no webhook endpoint gets, such as those of an import. */
  silent?: true;
  /** The time at which it was put on the bus again by hand; absent the first time. */
  replayed_at?: string;
  /** The license after the change. */
  license?: { id: string; license_key: { id: string }; status: LicenseStatus } & Partial<
    Omit<LicenseSnapshot, 'license_key_id' | 'status'>
  >;
};

/** An entry of a PutEvents call, in the service's own terms. */
export type BusEntry = { source: string; type: string; occurred_at: string; detail: string };

/**
 * EventBridge accepts less than 256 KB in one call, as computed by `measureEntry`. Its API reference also counts the
 * keys of the JSON around an entry, the user guide does not: the last KB is left for them.
 */
export const MAX_CALL_BYTES = 255 * 1024;
export const MAX_CALL_ENTRIES = 10;

/** The time counts 14 bytes, all else its UTF-8 (EventBridge user guide, "Calculating PutEvents event entry size"). */
export function measureEntry({ source, type, detail }: Pick<BusEntry, 'source' | 'type' | 'detail'>): number {
  return 14 + Buffer.byteLength(source) + Buffer.byteLength(type) + Buffer.byteLength(detail);
}

const EVENT_FIELDS = [
  'id',
  'type',
  'seq',
  'occurred_at',
  'brand',
  'entity',
  'actor',
  'request_id',
  'reason',
  'before',
  'after',
  'silent',
] as const satisfies (keyof OutgoingEvent)[];

export function outgoing(entry: JournalEntry, brandSlug: string): OutgoingEvent {
  const event = pick(EVENT_FIELDS, { ...entry, brand: { slug: brandSlug } });
  const license = licenseAfter(entry);
  return license === undefined ? event : { ...event, license };
}

/** The event for the bus. If it is too large, it contains the path of the omitted fields. */
export function busEntry(event: OutgoingEvent): BusEntry {
  const whole = entryWith(event);
  return measureEntry(whole) <= MAX_CALL_BYTES
    ? whole
    : entryWith({ ...event, before: buildPointer(event), after: buildPointer(event) });
}

const entryWith = (event: OutgoingEvent): BusEntry => ({
  source: EVENT_SOURCE,
  type: event.type,
  occurred_at: event.occurred_at,
  detail: JSON.stringify(event),
});

/** Replaces fields that are too large. */
export const buildPointer = ({ entity }: Pick<OutgoingEvent, 'entity'>): Trimmed => ({
  trimmed: true,
  see: entity.type === 'license' ? `/api/v1/brand/licenses/${entity.id}/events` : '/api/v1/brand/events',
});

/**
 * The license of an entry, from its snapshot and `after`. A license past its expiry at that time is shown as expired.
 */
function licenseAfter({ entity, occurred_at, after, license }: JournalEntry): OutgoingEvent['license'] {
  if (entity.type !== 'license') return undefined;
  const changed = pick(SNAPSHOT, (after ?? {}) as Partial<LicenseSnapshot>);
  const { license_key_id, status, ...fields }: Partial<LicenseSnapshot> = { ...license, ...changed };
  if (license_key_id === undefined || status === undefined) return undefined;
  const isExpired = status === 'valid' && isDue(fields.expires_at ?? null, parseMs(occurred_at));
  return { id: entity.id, license_key: { id: license_key_id }, ...fields, status: isExpired ? 'expired' : status };
}

/** The snapshot without the fields in `after`: nothing is stored twice, because a journal item is billed by the KB. */
export function snapshotBeside(license: LicenseSnapshot, after: Fields | null): Partial<LicenseSnapshot> {
  const beside = SNAPSHOT.filter((field) => !(after && field in after));
  return pick(beside, license);
}
