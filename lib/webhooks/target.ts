import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from '../domain/public-address.ts';

/** All addresses of a name; none if it has none. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>;

/** The target of a request: only these addresses, even if the name changes a moment later. */
export type Target = { kind: 'target'; url: URL; addresses: readonly string[] };
type NoTarget = { kind: 'failed'; outcome: 'dns_failed' | 'address_not_allowed' };
const notAllowed: NoTarget = { kind: 'failed', outcome: 'address_not_allowed' };

/**
 * Resolves a URL's host and checks every address: one that leads into our own network is enough to refuse it. Only
 * HTTPS on its own port leaves this service; on one machine any port of that machine is allowed, with HTTP too.
 */
export async function locate(
  address: string,
  { allowLoopback, resolve, signal }: { allowLoopback: boolean; resolve: Resolve; signal: AbortSignal },
): Promise<Target | NoTarget> {
  const url = new URL(address);
  // `URL` omits the scheme's default port.
  const mayLeave = url.protocol === 'https:' && url.port === '';
  const mayStay = allowLoopback && (url.protocol === 'https:' || url.protocol === 'http:');
  if (!mayLeave && !mayStay) return notAllowed;
  const addresses = await addressesOf(readHost(url), resolve, signal);
  if (addresses.length === 0) return { kind: 'failed', outcome: 'dns_failed' };
  const isAllowed = (mayLeave && addresses.every(isPublicAddress)) || (mayStay && addresses.every(isLoopbackAddress));
  return isAllowed ? { kind: 'target', url, addresses } : notAllowed;
}

/** An IPv6 address has brackets in a URL, and nowhere else. */
export const readHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

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
 * Asks the name servers directly: the system's resolver uses threads that all endpoints share, so one slow zone would
 * block the others. IPv4 comes first, as a function has no route for IPv6.
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
