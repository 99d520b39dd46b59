import { domainToASCII } from 'node:url';
import { unpastedEmail } from './pasted.ts';

const MAX_LENGTH = 254;
/** An address with room for what pasting puts around it; keeps a hostile text from being worked on. */
export const MAX_TYPED_EMAIL = 320;
const MAX_LOCAL_BYTES = 64;
const MAX_DOMAIN_LENGTH = 253;

/** A dot-atom of RFC 5322, with letters, marks and digits of every script (RFC 6531). Quoted local parts are not taken. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

/** What may stand in a domain before it is converted; keeps `%41` and address literals away from the converter, which would read them. */
const DOMAIN_AS_TYPED = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;

/** At least two labels, the last one no number (that would be an IP address). */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * `email` is what is compared and looked up: NFC, lower case, domain in punycode. `shown` is the spelling as given, without
 * what pasting adds (see `unpastedEmail`).
 */
export function normaliseEmail(raw: string): { email: string; shown: string } | undefined {
  if (raw.length > MAX_TYPED_EMAIL) return undefined;
  const shown = unpastedEmail(raw);
  if (shown.length > MAX_LENGTH) return undefined;
  const at = shown.lastIndexOf('@');
  if (at < 1) return undefined;

  const local = lowerCase(shown.slice(0, at));
  if (!LOCAL.test(local) || Buffer.byteLength(local) > MAX_LOCAL_BYTES) return undefined;
  const typed = shown.slice(at + 1).normalize('NFC');
  if (!DOMAIN_AS_TYPED.test(typed)) return undefined;
  const domain = domainToASCII(typed);
  if (!DOMAIN.test(domain) || domain.length > MAX_DOMAIN_LENGTH) return undefined;

  const email = `${local}@${domain}`;
  return email.length > MAX_LENGTH ? undefined : { email, shown };
}

/** Lower case can leave a text that composes anew, so NFC comes before and after. */
function lowerCase(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}
