import { classifyHost, type InstanceKind } from './host-kind.ts';
import type { ParsedInstance } from './instance.ts';
import { readRegistrableDomain } from './public-suffix.ts';

export type { InstanceKind };

export const classifyInstance = ({ host }: Pick<ParsedInstance, 'host'>): InstanceKind =>
  classifyHost(host, readRegistrableDomain);
