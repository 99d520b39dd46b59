import { ERASED } from '../domain/erasure.ts';
import type { License } from '../domain/license.ts';
import type { Vault } from '../process/vault.ts';

type Metadata = Record<string, string>;

const hashOf = (vault: Pick<Vault, 'keyedHash'>, id: string, name: string, value: string): string =>
  vault.keyedHash(JSON.stringify([id, name, value]), 'metadata');

/**
 * Hashes that recognize a license's metadata of one time without revealing it: one keyed hash for each name with its
 * value.
 */
export function metadataHashes(
  vault: Pick<Vault, 'keyedHash'>,
  { id, metadata }: Pick<License, 'id' | 'metadata'>,
): string[] {
  const kept = Object.entries(metadata).filter(([, value]) => value !== ERASED);
  return kept.map(([name, value]) => hashOf(vault, id, name, value));
}

/** Removes the metadata that these hashes match; returns the same object if none does. */
export function dropMetadata(
  vault: Pick<Vault, 'keyedHash'>,
  id: string,
  metadata: Metadata,
  hashes: ReadonlySet<string>,
): Metadata {
  const kept = Object.entries(metadata).filter(([name, value]) => !hashes.has(hashOf(vault, id, name, value)));
  return kept.length === Object.keys(metadata).length ? metadata : { ...Object.fromEntries(kept), erased: ERASED };
}
