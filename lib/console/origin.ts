import type { PageContext } from './call.ts';

/**
 * True if a form was sent by a page of the console itself, whose origin is `own`. A browser says so in
 * `Sec-Fetch-Site`, or in `Origin`; a request that says neither is no form of ours.
 */
export function isSameOrigin(c: PageContext, own: string): boolean {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return origin === own;
  return site === 'same-origin';
}
