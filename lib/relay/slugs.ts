import { deadline } from '../process/timers.ts';
import type { Runtime } from '../context.ts';
import { rememberBrandNames } from '../table/brand-names.ts';

/** A brand's slug by its key prefix; undefined when there is no such brand. */
export type FindSlug = (prefix: string, signal?: AbortSignal) => Promise<string | undefined>;

const WITHIN_MS = 5_000;

/** Reads each brand once, within five seconds and the call's own deadline. */
export function openSlugs({ wire, tableName }: Pick<Runtime, 'wire' | 'tableName'>): FindSlug {
  const namesBy = rememberBrandNames();
  return (prefix, signal) => {
    const patience = deadline(WITHIN_MS, signal);
    return namesBy((owner) => ({ wire, name: tableName, owners: [owner], signal: patience })).slugOf(prefix);
  };
}
