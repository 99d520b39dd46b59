import type { Policy, PolicyChanges } from './policy.ts';

/** The size limit of metadata, as JSON. */
export const METADATA_BYTES = 2048;

export type Metadata = Record<string, string>;
export type MetadataChanges = Record<string, string | null>;

export const isWithinLimit = (metadata: MetadataChanges): boolean =>
  Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_BYTES;

/** Merges by name: given names replace old ones; null removes a name. */
export function mergeMetadata(metadata: Metadata, changes: MetadataChanges): Metadata {
  const merged = Object.entries({ ...metadata, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The fields in which null is a value: unlimited seats, and a seat that is never idle. */
const NULLABLE: ReadonlySet<string> = new Set(['seat_limit', 'swap_after_days']);

/** Merges like metadata, but null is a value of some fields. */
export function mergePolicy(policy: Policy, changes: PolicyChanges): Policy {
  const merged = Object.entries({ ...policy, ...changes });
  const isRemoved = (name: string): boolean =>
    !NULLABLE.has(name) && Object.hasOwn(changes, name) && changes[name as keyof PolicyChanges] === null;
  return Object.fromEntries(merged.filter(([name]) => !isRemoved(name)));
}
