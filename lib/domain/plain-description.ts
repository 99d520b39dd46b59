import { classifyHost } from './host-kind.ts';
import type { InstanceDescription } from './instance-description.ts';
import type { ParsedInstance } from './instance.ts';
import { maskInstance } from './masked-instance.ts';
import { hasPlainSuffix, readPlainDomain } from './plain-suffix.ts';

/** The description of a new instance, with the list of public suffixes only for hosts that need it. */
export async function describeNew(instance: ParsedInstance): Promise<InstanceDescription> {
  const { host } = instance;
  if (host !== undefined && !hasPlainSuffix(host))
    return (await import('./instance-description.ts')).describeInstance(instance);
  return { kind: classifyHost(host, readPlainDomain), masked_identifier: maskInstance(instance, readPlainDomain) };
}
