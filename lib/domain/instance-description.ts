import { parseInstance, type ParsedInstance } from './instance.ts';
import { classifyInstance, type InstanceKind } from './instance-kind.ts';
import { maskInstance } from './masked-instance.ts';
import { readRegistrableDomain } from './public-suffix.ts';
import type { Activation } from './seats.ts';

/** The facts about an instance that are stored with its seat, because they need the list of public suffixes. */
export type InstanceDescription = { kind: InstanceKind; masked_identifier: string | null };

export type StoredInstance = Pick<Activation, 'kind' | 'masked_identifier' | 'instance_type' | 'instance_identifier'>;

export const describeInstance = (instance: ParsedInstance): InstanceDescription => ({
  kind: classifyInstance(instance),
  masked_identifier: maskInstance(instance, readRegistrableDomain),
});

/** The facts about the instance of a stored activation. An older version stored none; an erased instance has none. */
export function describeActivation({
  kind,
  masked_identifier,
  instance_type,
  instance_identifier,
}: StoredInstance): InstanceDescription {
  const instance = parseInstance(instance_type, instance_identifier);
  const described = instance ? describeInstance(instance) : { kind: 'production' as const, masked_identifier: null };
  return { kind: kind ?? described.kind, masked_identifier: masked_identifier ?? described.masked_identifier };
}
