import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from '../domain/public-address.ts';

/** All addresses of a name; none when it has none. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>;

/** Where a request goes: to these addresses and no other, whatever the name says a moment later. */
export type Target = { url: URL; addresses: readonly string[] };

/**
 * Looks a URL's host up and checks every address that it has: one that leads into our own network is enough to refuse it, as a name may have both. Only HTTPS on its own port
 * leaves this service; on one machine any port of that machine, with HTTP too.
 */
export async function locate(
  address: string,
  { allowLoopback, resolve, signal }: { allowLoopback: boolean; resolve: Resolve; signal: AbortSignal },
): Promise<Target | 'dns_failed' | 'address_not_allowed'> {
  const url = new URL(address);
  // `URL` leaves the port out where it is the scheme's own.
  const mayLeave = url.protocol === 'https:' && url.port === '';
  const mayStay = allowLoopback && (url.protocol === 'https:' || url.protocol === 'http:');
  if (!mayLeave && !mayStay) return 'address_not_allowed';
  const addresses = await addressesOf(hostOf(url), resolve, signal);
  if (addresses.length === 0) return 'dns_failed';
  const isAllowed = (mayLeave && addresses.every(isPublicAddress)) || (mayStay && addresses.every(isLoopbackAddress));
  return isAllowed ? { url, addresses } : 'address_not_allowed';
}

/** An IPv6 address stands in brackets in a URL, and nowhere else. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

async function addressesOf(host: string, resolve: Resolve, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  // This name never leaves the machine (RFC 6761).
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  try {
    return await resolve(host, signal);
  } catch {
    return [];
  }
}

/**
 * Asks the name servers itself: the system's own look-up would take threads that all endpoints share, so that one slow zone would hold up the others. IPv4 comes first, as a
 * function has no way out by IPv6.
 */
export const resolveByDns: Resolve = async (host, signal) => {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
