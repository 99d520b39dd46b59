import type { PageContext } from './call.ts';

/**
 * True if a form was sent by a page of the console itself. A browser says so in `Sec-Fetch-Site`, or in `Origin`; a
 * request that says neither is no form of ours.
 */
export function isSameOrigin(c: PageContext): boolean {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return origin === c.get('call').origin;
  return site === 'same-origin';
}
