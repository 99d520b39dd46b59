import type { Deprecation } from '../api/route.ts';

/** The page that says how long a deprecated route is kept. */
const POLICY = '/api/docs#deprecated';

/**
 * The headers of a deprecated route: `Deprecation` (RFC 9745, seconds since 1970), `Sunset` (RFC 8594, an HTTP date)
 * and the link to the policy.
 */
export function buildDeprecationHeaders({ since, sunset }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${new Date(since).getTime() / 1000}`,
    sunset: new Date(sunset).toUTCString(),
    link: `<${POLICY}>; rel="deprecation"`,
  };
}
