import { ERASED } from './erasure.ts';
import type { ParsedInstance } from './instance.ts';
import type { InstanceDescription, StoredInstance } from './instance-description.ts';

// Loads the list of public suffixes only when it is needed: it is larger than the whole function of the check.

/**
 * The description of an instance that may have a seat already. Most sites are in production, and their seat says so.
 * Any other kind may be one that the site declared, and then its name decides again. So it does when an erasure has
 * overwritten the name.
 */
export async function describeSeatTaker(
  instance: ParsedInstance,
  stored: StoredInstance | undefined,
): Promise<InstanceDescription> {
  const { kind, masked_identifier } = stored ?? { kind: null, masked_identifier: null };
  if (kind === 'production' && masked_identifier !== null && masked_identifier !== ERASED)
    return { kind, masked_identifier };
  return (await import('./plain-description.ts')).describeNew(instance);
}

/** The description of a stored seat. Only a seat of an older version lacks it. */
export async function describeStored(activation: StoredInstance): Promise<InstanceDescription> {
  const { kind, masked_identifier } = activation;
  if (kind !== null && masked_identifier !== null) return { kind, masked_identifier };
  return (await import('./instance-description.ts')).describeActivation(activation);
}
