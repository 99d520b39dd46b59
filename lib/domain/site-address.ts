import { BLANKS, dropEnd, dropInvisible, QUOTES, trimAddressEnd } from './visible-text.ts';

/** `shown` is the address as given, but for what may be secret in it. `host` and `normalised` are what is compared. */
export type SiteAddress = { shown: string; host: string; normalised: string };

/** The beginning of an address, however often and however badly it was written: `http://https://`, `https:/`, `http//`, `//`. */
const SCHEMES = /^(?:(https?)(?::\/*|\/\/+)|\/+)+/i;
const GOOD_SCHEME = /^https?:\/\//i;
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** A colon that begins no port: `mailto:a@b.c`. A host with a port has digits after it. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

/** Without a good scheme a lone word is no address, unless it is `localhost` or carries a port. */
const LOOKS_LIKE_HOST = /^(?:\[|localhost(?![^:/?#])|[^/?#@]*[.:\u3002\uff61])[^@/?#]*(?:[/?#]|$)/i;

const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const WWW = /^(?:www\.)+(?=.)/;

/** One character each, as UTF-8 has it. */
const ESCAPE =
  /%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|%[0-9a-f]{2}/gi;
/** ASCII that means the same escaped or not: RFC 3986 §6.2.2, and what every browser escapes in a path. */
const SAME_ESCAPED = /[A-Za-z0-9._~ "<>`-]/;
const ESCAPED_CONTROL = /%(?:[01][0-9a-f]|7f)|\p{Cc}/iu;
const FULL_WIDTH = /[\uff01-\uff5e]/;
const BLANK = new RegExp(`[${BLANKS}]`, 'gu');
const END_QUOTES = new RegExp(`[ /${QUOTES}]`);
/** The file that serves a directory is no site of its own. */
const INDEX_FILE = '/index.php';

/** A path that is read anew more often than this is no path that a site has. */
const MAX_READINGS = 8;

export const isHost = (text: string): boolean => HOST.test(text);

/**
 * The site that an address means: scheme, `www.`, user info, the default port of either scheme, query and fragment do not matter, as WordPress behind a proxy calls one
 * site `http://x:443` and `https://x`. `text` is free of what pasting leaves. Undefined when it is no address, or could mean more than one site.
 */
export function readSiteAddress(text: string): SiteAddress | undefined {
  if (text.includes('\\')) return undefined;
  const [schemes = '', scheme] = SCHEMES.exec(text) ?? [];
  const rest = text.slice(schemes.length);
  if (ANY_SCHEME.test(rest)) return undefined;
  if (!GOOD_SCHEME.test(text) && (OTHER_SCHEME.test(rest) || !LOOKS_LIKE_HOST.test(rest))) return undefined;

  const address = trimAddressEnd(rest.replace(/[?#].*$/s, ''));
  const [, authority = '', givenPath = ''] = /^([^/]*)(.*)$/s.exec(address) ?? [];
  if (mayHoldPassword(authority, rest)) return undefined;
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
  const url = URL.parse(`http://${hostAndPort}`);
  const path = readPath(givenPath);
  const host = url === null ? undefined : readHost(url.hostname);
  if (url === null || host === undefined || path === undefined) return undefined;
  const port = url.port === '' || url.port === '80' || url.port === '443' ? '' : `:${url.port}`;
  return {
    shown: `${scheme === undefined ? '' : `${scheme.toLowerCase()}://`}${hostAndPort}${givenPath}`,
    host,
    normalised: `${host}${port}${path}`,
  };
}

/** Without `www.` and trailing dots; undefined where that leaves no host, or another one: `www.1` would be an IPv4 address. */
function readHost(hostname: string): string | undefined {
  const host = dropEnd(hostname, /\./).replace(WWW, '');
  if (!host.startsWith('[') && !isHost(host)) return undefined;
  return host === hostname || URL.parse(`http://${host}`)?.hostname === host ? host : undefined;
}

/**
 * A password with a slash or a question mark in it cuts its address short: `https://user:1/x@shop.example`,
 * `https://a.user:1/x@shop.example`.
 */
function mayHoldPassword(authority: string, rest: string): boolean {
  const isWholeHost = (authority.includes('.') || /^(?:localhost|\[)/i.test(authority)) && !/:\d*$/.test(authority);
  return !isWholeHost && rest.slice(authority.length).includes('@');
}

/** A path is read until nothing changes any more, so that what is kept and shown reads as the same site. */
function readPath(given: string): string | undefined {
  let path = given;
  for (let reading = 0; reading < MAX_READINGS; reading += 1) {
    const next = readPathOnce(path);
    if (next === undefined || next === path) return next;
    path = next;
  }
  return undefined;
}

/** `/my%20blog/`, `/my blog` and `//my%20blog/%E2%80%8B` are one path; so are NFC and NFD. Case matters. */
function readPathOnce(given: string): string | undefined {
  const decoded = given.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(ESCAPE, decodeEscape);
  if (ESCAPED_CONTROL.test(decoded) || FULL_WIDTH.test(decoded)) return undefined;
  const segments = dropEnd(dropInvisible(decoded).normalize('NFC').replace(BLANK, ' '), END_QUOTES).split('/');
  const kept = segments.map((segment) => segment.trim()).filter((segment) => segment !== '');
  const url = URL.parse(`http://h/${kept.join('/')}`);
  if (url === null) return undefined;
  let path = dropEnd(url.pathname, /\//);
  while (path.endsWith(INDEX_FILE)) path = path.slice(0, -INDEX_FILE.length);
  return path;
}

function decodeEscape(escape: string): string {
  try {
    const character = decodeURIComponent(escape);
    return escape.length > 3 || SAME_ESCAPED.test(character) ? character : escape.toUpperCase();
  } catch {
    return escape.toUpperCase();
  }
}
