import { domainToASCII } from 'node:url';
import { required } from './invariant.ts';
import { unpastedEmail } from './pasted.ts';
import { unicodePattern } from './unicode-pattern.ts';

const MAX_LENGTH = 254;
/** The longest address, with room for pasted characters around it. It bounds the work on hostile input. */
export const MAX_TYPED_EMAIL = 320;
const MAX_LOCAL_BYTES = 64;
const MAX_DOMAIN_LENGTH = 253;

const ASCII_LETTERS = 'A-Za-z0-9';
const LETTERS = String.raw`\p{L}\p{M}\p{N}`;

/**
 * A dot-atom of RFC 5322, with letters, marks and digits of every script (RFC 6531). Quoted local parts are not taken.
 */
const dotAtom = (letters: string): string => {
  const atom = `[${letters}!#$%&'*+/=?^_\`{|}~-]+`;
  return `^${atom}(?:\\.${atom})*$`;
};
const ASCII_LOCAL = new RegExp(dotAtom(ASCII_LETTERS));
const anyLocal = unicodePattern(dotAtom(LETTERS), 'u');
const isLocal = (text: string): boolean => ASCII_LOCAL.test(text) || anyLocal().test(text);

/**
 * The characters of a domain before conversion. It keeps `%41` and address literals from the converter, which would
 * decode them.
 */
const domainOf = (letters: string): string => `^[${letters}.\\u3002-]+$`;
const ASCII_DOMAIN = new RegExp(domainOf(ASCII_LETTERS));
const anyDomain = unicodePattern(domainOf(LETTERS), 'u');
const isTypedDomain = (text: string): boolean => ASCII_DOMAIN.test(text) || anyDomain().test(text);

/** Needs at least two labels, the last one not a number (that would be an IP address). */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * `email` is compared and looked up: NFC, lower case, domain in punycode. `shown` is the spelling as given, without
 * pasted characters (see `unpastedEmail`).
 */
export function normaliseEmail(raw: string): { email: string; shown: string } | undefined {
  if (raw.length > MAX_TYPED_EMAIL) return undefined;
  const shown = unpastedEmail(raw);
  if (shown.length > MAX_LENGTH) return undefined;
  const at = shown.lastIndexOf('@');
  if (at < 1) return undefined;

  const local = lowerCase(shown.slice(0, at));
  if (!isLocal(local) || Buffer.byteLength(local) > MAX_LOCAL_BYTES) return undefined;
  const typed = shown.slice(at + 1).normalize('NFC');
  if (!isTypedDomain(typed)) return undefined;
  const domain = domainToASCII(typed);
  if (!DOMAIN.test(domain) || domain.length > MAX_DOMAIN_LENGTH) return undefined;

  const email = `${local}@${domain}`;
  return email.length > MAX_LENGTH ? undefined : { email, shown };
}

/** Lowercasing can produce a text that composes differently, so NFC is applied before and after. */
function lowerCase(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The same for an address that a schema has checked. */
export const normaliseChecked = (email: string): { email: string; shown: string } =>
  required(normaliseEmail(email), 'the schema takes e-mail addresses only');
