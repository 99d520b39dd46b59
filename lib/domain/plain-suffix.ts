/** Reads the part of a host that its owner has registered; undefined if there is none. */
export type ReadDomain = (host: string) => string | undefined;

/**
 * Suffixes with no longer one below them in the list of public suffixes, as `co.uk` is below `uk`. Most sites have one
 * of these, and need no list.
 */
export const PLAIN_SUFFIXES: readonly string[] = [
  ...['com', 'net', 'org', 'info', 'biz', 'eu', 'de', 'ch', 'nl', 'dk', 'tv', 'dev', 'app', 'shop', 'online', 'site'],
  ...['store', 'xyz', 'tech', 'blog', 'cloud', 'agency', 'studio', 'design', 'media'],
];

export const hasPlainSuffix = (host: string): boolean => PLAIN_SUFFIXES.some((suffix) => host.endsWith(`.${suffix}`));

/** The last two labels: `shop.com` of `www.shop.com`. */
export const readPlainDomain: ReadDomain = (host) => host.split('.').slice(-2).join('.');
