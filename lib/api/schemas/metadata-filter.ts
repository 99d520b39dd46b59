import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { METADATA_FILTER, metadataNameIn } from '../../domain/metadata-filter.ts';
import { metadata } from './fields.ts';

/** Parameters named `metadata.NAME`, as `gatherMetadata` collects them in one field. */
export const metadataFilter = {
  metadata: describe(
    z.optional(z.record(z.string(), z.string(), { error: 'is given as metadata.NAME=VALUE' })),
    'Only licenses whose `metadata` has exactly this value under NAME, as in `metadata.plan=plus`. It can be ' +
      'sent for several names, and only with `email` or `product`',
  ),
};

/** Collects parameters named `metadata.NAME` in one field. They keep their full names, which no object inherits. */
export function gatherMetadata(query: unknown): unknown {
  const given = Object.entries(query as Record<string, unknown>);
  const filters = given.filter(([name]) => name.startsWith(METADATA_FILTER));
  if (filters.length === 0) return query;
  const others = given.filter(([name]) => !name.startsWith(METADATA_FILTER));
  const gathered = Object.fromEntries(filters.sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.fromEntries([['metadata', gathered], ...others]);
}

type Filtered = { metadata?: Record<string, string> | undefined };

/** Metadata narrows a search by one of these criteria, and must be a name and value that can be stored. */
export const metadataRefines =
  (criteria: readonly string[]) =>
  ({ value, issues }: z.core.ParsePayload<Filtered & Record<string, unknown>>): void => {
    const isFound = criteria.some((name) => value[name] !== undefined);
    for (const [filter, sought] of Object.entries(value.metadata ?? {})) {
      const fault = (message: string) => issues.push({ code: 'custom', input: sought, path: [filter], message });
      const pair = Object.fromEntries([[metadataNameIn(filter), sought]]);
      if (!metadata.safeParse(pair).success) fault('is not a name and value that metadata can have');
      else if (!isFound) fault(`must not be given without ${criteria.join(' or ')}`);
    }
  };
