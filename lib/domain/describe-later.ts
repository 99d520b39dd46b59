import type { InstanceDescription, StoredInstance } from './instance-description.ts';

// Loads the list of public suffixes only when it is needed: it is larger than the whole function of the check.

/** The description of a stored seat. Only a seat of an older version lacks it. */
export async function describeStored(activation: StoredInstance): Promise<InstanceDescription> {
  const { kind, masked_identifier } = activation;
  if (kind !== null && masked_identifier !== null) return { kind, masked_identifier };
  return (await import('./instance-description.ts')).describeActivation(activation);
}
