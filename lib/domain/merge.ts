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

/** Merges like metadata. A `seat_limit` of null does not remove it: it means unlimited seats. */
export function mergePolicy(policy: Policy, changes: PolicyChanges): Policy {
  const merged = Object.entries({ ...policy, ...changes });
  const isRemoved = (name: string): boolean =>
    name !== 'seat_limit' && Object.hasOwn(changes, name) && changes[name as keyof PolicyChanges] === null;
  return Object.fromEntries(merged.filter(([name]) => !isRemoved(name)));
}
