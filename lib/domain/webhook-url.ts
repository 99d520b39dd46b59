import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export const MAX_URL_LENGTH = 2048;

/**
 * Names of one's own machine or network, or of nothing (RFC 6761, RFC 6762, RFC 8375, and the names that routers and
 * clouds use).
 */
const NOT_PUBLIC = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'lan',
  'home.arpa',
  'test',
  'invalid',
  'onion',
];

/**
 * The canonical address that is stored, shown and sent to; or the fault, as the end of a sentence. The fault never
 * repeats the input.
 */
export type WebhookUrl = { kind: 'url'; url: string } | { kind: 'fault'; fault: string };

export function readWebhookUrl(text: string, { isLocal }: { isLocal: boolean }): WebhookUrl {
  if (!URL.canParse(text)) return { kind: 'fault', fault: 'must be a URL such as https://shop.example.com/webhooks' };
  const url = new URL(text);
  const fault =
    faultOf(url, isLocal && isLoopback(hostOf(url))) ?? (url.href.length > MAX_URL_LENGTH ? TOO_LONG : undefined);
  return fault === undefined ? { kind: 'url', url: url.href } : { kind: 'fault', fault };
}

const TOO_LONG = `must have at most ${String(MAX_URL_LENGTH)} characters`;

/** `mayBeAnything`: the service and the receiver run on this machine. */
function faultOf(url: URL, mayBeAnything: boolean): string | undefined {
  if (url.protocol !== 'https:' && !(mayBeAnything && url.protocol === 'http:')) return 'must begin with https://';
  if (url.username !== '' || url.password !== '')
    return 'must not contain a user name or password: each request is signed instead';
  if (url.href.includes('#')) return 'must not contain a fragment (#)';
  if (mayBeAnything) return undefined;
  if (url.port !== '') return 'must not name a port other than 443';
  const host = hostOf(url);
  if (isIP(host) !== 0)
    return isPublicAddress(host) ? undefined : 'must not lead to a private, local or otherwise special address';
  const isNamedPublicly = host.includes('.') && !NOT_PUBLIC.some((name) => host === name || host.endsWith(`.${name}`));
  return isNamedPublicly ? undefined : 'must have a host name that the public can reach';
}

/**
 * The name as it is looked up: an IPv6 address without brackets, a name without the root's dot. `URL` has already
 * lowercased it and normalised numbers.
 */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host);
