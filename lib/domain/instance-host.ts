import type { ParsedInstance } from './instance.ts';

/**
 * Splits a site into its host, with the port, and its path, empty at the root. Hostnames and machine ids have no path.
 */
export function hostAndPath({ type, normalised }: Pick<ParsedInstance, 'type' | 'normalised'>): {
  host: string;
  path: string;
} {
  const slash = type === 'url' ? normalised.indexOf('/') : -1;
  return slash < 0
    ? { host: normalised, path: '' }
    : { host: normalised.slice(0, slash), path: normalised.slice(slash) };
}
