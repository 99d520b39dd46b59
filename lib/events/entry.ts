import * as z from 'zod/mini';
import type { Entity, EventType, LicenseFields } from './catalog.ts';
import type { SNAPSHOT } from './license-fields.ts';

/** The author of a change: an API key or license key by its id, one of the platform's jobs or keys, or a person. */
export type Actor = { type: 'api_key' | 'license_key' | 'admin' | 'person' | 'system'; id: string };

export type LicenseSnapshot = Pick<LicenseFields, (typeof SNAPSHOT)[number]>;

/** One change of one entity: its audit record, and the source of its event. */
export type JournalEntry = {
  id: string;
  seq: number;
  type: EventType;
  occurred_at: string;
  /** The brand's key prefix; the platform's own entries have its name. */
  brand: string;
  entity: { type: Entity; id: string };
  actor: Actor;
  request_id: string;
  reason: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** The license after the change, without the fields in `after`. */
  license?: Partial<LicenseSnapshot>;
  /** No webhook endpoint ever gets it. */
  silent?: true;
};

const name = z.string().check(z.minLength(1), z.maxLength(128));
const record = z.record(z.string(), z.unknown());
const who = z.object({ type: name, id: name });

/** Names of types and entities are not checked: during a deploy an older reader may read a newer writer's entries. */
const Envelope = z.object({
  id: name,
  seq: z.int().check(z.positive()),
  type: name,
  occurred_at: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
  brand: name,
  entity: who,
  actor: who,
  request_id: z.string(),
  reason: z.nullable(z.string()),
  before: z.nullable(record),
  after: z.nullable(record),
  license: z.optional(record),
  silent: z.optional(z.literal(true)),
});

/** A stored journal entry, or the reason why it cannot be read. */
export type ReadEntry = { kind: 'entry'; entry: JournalEntry } | { kind: 'unreadable'; reason: string };

/** The reason names the fields that cannot be read. */
export function readEntry(item: unknown): ReadEntry {
  const read = Envelope.safeParse(item);
  if (read.success) return { kind: 'entry', entry: read.data as JournalEntry };
  const fields = read.error.issues.map(({ path }) => path.join('.') || 'all of it');
  return { kind: 'unreadable', reason: [...new Set(fields)].join(', ') };
}
