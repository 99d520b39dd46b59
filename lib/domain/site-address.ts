import { CONTROLS } from './unicode-pattern.ts';
import { BLANKS, dropEnd, dropInvisible, QUOTES, trimAddressEnd } from './visible-text.ts';

/** `shown` is the address as given, without possible secrets. `host` and `normalised` are compared. */
export type SiteAddress = { shown: string; host: string; normalised: string };

/** The scheme of an address, even if repeated or misspelled: `http://https://`, `https:/`, `http//`, `//`. */
const SCHEMES = /^(?:(https?)(?::\/*|\/\/+)|\/+)+/i;
const GOOD_SCHEME = /^https?:\/\//i;
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** A colon that does not begin a port: `mailto:a@b.c`. A port is digits. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

/** Without a valid scheme, a single word is no address, unless it is `localhost` or has a port. */
const LOOKS_LIKE_HOST = /^(?:\[|localhost(?![^:/?#])|[^/?#@]*[.:\u3002\uff61])[^@/?#]*(?:[/?#]|$)/i;

const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const WWW = /^(?:www\.)+(?=.)/;

/** One character each, in UTF-8. */
const ESCAPE =
  /%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|%[0-9a-f]{2}/gi;
/**
 * ASCII that means the same escaped or not: RFC 3986 §6.2.2, and the characters that every browser escapes in a path.
 */
const SAME_ESCAPED = /[A-Za-z0-9._~ "<>`-]/;
const ESCAPED_CONTROL = new RegExp(`%(?:[01][0-9a-f]|7f)|[${CONTROLS}]`, 'i');
const FULL_WIDTH = /[\uff01-\uff5e]/;
const BLANK = new RegExp(`[${BLANKS}]`, 'gu');
const END_QUOTES = new RegExp(`[ /${QUOTES}]`);
/** A directory's index file is not a separate site. */
const INDEX_FILE = '/index.php';

/** No real path is escaped more often than this. */
const MAX_READINGS = 8;

export const isHost = (text: string): boolean => HOST.test(text);

/**
 * Parses the site that an address means. Scheme, `www.`, user info, default ports, query and fragment do not matter:
 * WordPress behind a proxy calls one site `http://x:443` and `https://x`. `text` has no pasted characters. Undefined if
 * it is no address, or ambiguous.
 */
export function readSiteAddress(text: string): SiteAddress | undefined {
  if (text.includes('\\')) return undefined;
  const [schemes = '', scheme] = SCHEMES.exec(text) ?? [];
  const rest = text.slice(schemes.length);
  if (ANY_SCHEME.test(rest)) return undefined;
  if (!GOOD_SCHEME.test(text) && (OTHER_SCHEME.test(rest) || !LOOKS_LIKE_HOST.test(rest))) return undefined;

  const address = trimAddressEnd(rest.replace(/[?#].*$/s, ''));
  const authority = address.replace(/\/.*$/s, '');
  const givenPath = address.slice(authority.length);
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
  const url = URL.parse(`http://${hostAndPort}`);
  const path = readPath(givenPath);
  const host = url === null ? undefined : readHost(url.hostname);
  if (url === null || host === undefined || path === undefined) return undefined;
  if (mayHoldPassword(authority, host, rest)) return undefined;
  const port = url.port === '' || url.port === '80' || url.port === '443' ? '' : `:${url.port}`;
  return {
    shown: `${scheme === undefined ? '' : `${scheme.toLowerCase()}://`}${hostAndPort}${givenPath}`,
    host,
    normalised: `${host}${port}${path}`,
  };
}

/**
 * Removes `www.` and trailing dots; undefined if no host is left, or a different kind of host: `www.1` would be an IPv4
 * address.
 */
function readHost(hostname: string): string | undefined {
  const host = dropEnd(hostname, /\./).replace(WWW, '');
  if (!host.startsWith('[') && !isHost(host)) return undefined;
  return host === hostname || URL.parse(`http://${host}`)?.hostname === host ? host : undefined;
}

/**
 * A slash or question mark in a password truncates the address: `https://user:1/x@shop.example`,
 * `https://a.user:1/x@shop.example`. `host` is what is compared: without `www.` and trailing dots, it may be one word.
 */
function mayHoldPassword(authority: string, host: string, rest: string): boolean {
  const isWholeHost = isWholeName(authority) && isWholeName(host) && !/:\d*$/.test(authority);
  return !isWholeHost && rest.slice(authority.length).includes('@');
}

const isWholeName = (name: string): boolean => name.includes('.') || /^(?:localhost|\[)/i.test(name);

/** Decodes a path until it no longer changes, so that the stored and shown form parses as the same site. */
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
  let path = dropEnd(new URL(`http://h/${kept.join('/')}`).pathname, /\//);
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
