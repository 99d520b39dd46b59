import { hash } from 'node:crypto';
import type { ParsedInstance } from './instance.ts';

type Named = Pick<ParsedInstance, 'type' | 'normalised'>;

/**
 * True if a release is offered to this instance. Each release draws its own order of the instances, and a higher
 * percentage only adds some. A caller without an instance is outside until all are in.
 */
export function isInRollout(releaseId: string, percent: number, instance: Named | undefined): boolean {
  if (percent >= 100) return true;
  if (percent <= 0 || instance === undefined) return false;
  return computePlace(releaseId, instance) < percent;
}

/** The place of an instance in the order of a release, from 0 to just below 100. */
function computePlace(releaseId: string, { type, normalised }: Named): number {
  const digits = hash('sha256', `rollout\n${releaseId}\n${type}\n${normalised}`, 'hex').slice(0, 8);
  return (parseInt(digits, 16) / 2 ** 32) * 100;
}
