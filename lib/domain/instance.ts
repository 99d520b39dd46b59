import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { kindOfHost } from './instance-kind.ts';
import type { InstanceKind } from './instance-kind.ts';

export const INSTANCE_TYPES = ['url', 'hostname', 'machine_id'] as const;
export type InstanceType = (typeof INSTANCE_TYPES)[number];
export type { InstanceKind };

/** `identifier` is the trimmed text as given, shown back; `normalised` is what is compared. */
export type ParsedInstance = { type: InstanceType; identifier: string; normalised: string; kind: InstanceKind };

const MAX_LENGTH = 1024;
const CONTROL = /\p{Cc}/u;
const HTTP = /^https?:\/\//i;

/** A colon that begins no port: `mailto:a@b.c`, `ftp://x`, `https:/x`. A host with a port has digits after it. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

/** Without a scheme a lone word is no address, unless it is `localhost` or carries a port. */
const LOOKS_LIKE_HOST = /^(?:\[|localhost(?![^:/?#])|[^/?#@]*[.:\u3002\uff0e\uff61])[^@/?#]*(?:[/?#]|$)/i;

const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const WWW = /^(?:www\.)+(?=.)/;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/** Undefined when the text is no instance of that type: empty, longer than 1024 characters after trimming, with control characters, or malformed. */
export function parseInstance(type: InstanceType, raw: string): ParsedInstance | undefined {
  const identifier = raw.trim();
  if (identifier === '' || identifier.length > MAX_LENGTH || CONTROL.test(identifier) || !identifier.isWellFormed())
    return undefined;
  if (type === 'machine_id') return { type, identifier, normalised: identifier, kind: 'production' };

  const site = type === 'url' ? siteOf(identifier) : hostnameOf(identifier);
  return site && { type, identifier, normalised: site.normalised, kind: kindOfHost(site.host) };
}

/** Hex SHA-256. The type is part of an instance's identity: a machine called `example.com` is not the site `example.com`. */
export function instanceHash(type: InstanceType, normalised: string, salt: string): string {
  return createHash('sha256').update(`${salt}\n${type}\n${normalised}`).digest('hex');
}

/**
 * A site as host, port and path. As the scheme does not matter, neither does the default port of either scheme: WordPress behind a proxy calls one and
 * the same site `http://x:443` and `https://x`. User names, query and fragment are dropped, dot segments resolved, case is kept in the path.
 */
function siteOf(identifier: string): { host: string; normalised: string } | undefined {
  const url = urlOf(identifier);
  const host = url?.hostname.replace(/\.$/, '').replace(WWW, '');
  if (url === undefined || host === undefined) return undefined;
  if (!host.startsWith('[') && !HOST.test(host)) return undefined;
  const port = url.port === '' || url.port === '80' || url.port === '443' ? '' : `:${url.port}`;
  return { host, normalised: `${host}${port}${pathOf(url)}` };
}

function urlOf(identifier: string): URL | undefined {
  if (identifier.includes('\\')) return undefined;
  if (HTTP.test(identifier)) return URL.parse(identifier) ?? undefined;
  const address = identifier.replace(/^\/\//, '');
  if (OTHER_SCHEME.test(address) || !LOOKS_LIKE_HOST.test(address)) return undefined;
  return URL.parse(`http://${address}`) ?? undefined;
}

/** `%7Ejoe`, `%7ejoe` and `~joe` are one path (RFC 3986 §6.2.2). */
function pathOf(url: URL): string {
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
  return path.replace(/\/+$/, '');
}

/** Machine names may be all digits, so plain names never go through the URL parser, which would read `12345` as an IPv4 address. */
function hostnameOf(identifier: string): { host: string; normalised: string } | undefined {
  const name = identifier.toLowerCase().replace(/\.$/, '');
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) === 6) {
    const host = URL.parse(`http://[${bare}]`)?.hostname;
    return host === undefined ? undefined : { host, normalised: host };
  }
  const host = HOST.test(name) || /[%/:@?#\\\s]/.test(name) ? name : domainToASCII(name);
  return HOST.test(host) ? { host, normalised: host } : undefined;
}
