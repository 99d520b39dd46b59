import { ERASED } from './erasure.ts';
import { classifyHost } from './host-kind.ts';
import type { InstanceDescription, StoredInstance } from './instance-description.ts';
import type { ParsedInstance } from './instance.ts';
import { maskInstance } from './masked-instance.ts';
import { hasPlainSuffix, readPlainDomain } from './plain-suffix.ts';

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
  return describeNew(instance);
}

/** The description of a new instance, with the list of public suffixes only for hosts that need it. */
export async function describeNew(instance: ParsedInstance): Promise<InstanceDescription> {
  const { host } = instance;
  if (host !== undefined && !hasPlainSuffix(host))
    return (await import('./instance-description.ts')).describeInstance(instance);
  return { kind: classifyHost(host, readPlainDomain), masked_identifier: maskInstance(instance, readPlainDomain) };
}
