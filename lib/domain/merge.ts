import type { Policy, PolicyChanges } from './policy.ts';

/** How much metadata a license may have, as JSON. */
export const METADATA_BYTES = 2048;

export type Metadata = Record<string, string>;
export type MetadataChanges = Record<string, string | null>;

export const isWithinLimit = (metadata: MetadataChanges): boolean =>
  Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_BYTES;

/** The names given take the place of the old ones; null takes a name away. */
export function mergeMetadata(metadata: Metadata, changes: MetadataChanges): Metadata {
  const merged = Object.entries({ ...metadata, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** As metadata. A `seat_limit` of null is no absence: it says that seats are unlimited. */
export function mergePolicy(policy: Policy, changes: PolicyChanges): Policy {
  const merged = Object.entries({ ...policy, ...changes });
  const isRemoved = (name: string): boolean =>
    name !== 'seat_limit' && Object.hasOwn(changes, name) && changes[name as keyof PolicyChanges] === null;
  return Object.fromEntries(merged.filter(([name]) => !isRemoved(name)));
}
