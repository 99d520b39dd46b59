import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { required } from './invariant.ts';
import { isHost, readSiteAddress } from './site-address.ts';
import { CONTROLS } from './unicode-pattern.ts';
import { dropEnd, dropInvisible, readPastedAddress } from './visible-text.ts';

export const INSTANCE_TYPES = ['url', 'hostname', 'machine_id'] as const;
export type InstanceType = (typeof INSTANCE_TYPES)[number];

/**
 * `identifier` is all that is stored and shown of the caller's text: without user info, query, fragment and pasted
 * characters. `normalised` is compared, and `host` decides the kind; a machine has none. Parsing `identifier` gives the
 * same instance.
 */
export type ParsedInstance = {
  type: InstanceType;
  identifier: string;
  normalised: string;
  host: string | undefined;
};

export const MAX_INSTANCE_LENGTH = 1024;
const CONTROL = new RegExp(`[${CONTROLS}]`);

/**
 * An address whose user info, query or fragment may be secret, with or without a scheme. It is no machine id: cutting
 * it could make two machines one.
 */
const ADDRESS_WITH_MORE = [
  /[a-z0-9+.-]:\/\/(?:[^/?#]*@|[^?#]*[?#])/i,
  /(?:[a-z0-9+.-]{2}:\/|^\/\/)(?:[^\s/?#]*@|[^\s?#]*[?#])/i,
  /:[^\s@]*@/,
  /[?#][^\s?#=]*=/,
] as const;

/**
 * Undefined when the text is no instance of that type: empty, too long after trimming, with control characters, or
 * malformed.
 */
export function parseInstance(type: InstanceType, raw: string): ParsedInstance | undefined {
  const text = raw.trim();
  if (text.length > MAX_INSTANCE_LENGTH || !text.isWellFormed()) return undefined;
  const read = readAs(type, text);
  const isSound = read && read.identifier.length <= MAX_INSTANCE_LENGTH && !CONTROL.test(read.identifier);
  // The stored text must parse to the same instance, or nobody could find its seat.
  if (!isSound) return undefined;
  const isStable = read.identifier === text || readAs(type, read.identifier)?.normalised === read.normalised;
  return isStable ? { type, ...read } : undefined;
}

const readAs = (type: InstanceType, text: string): Reading | undefined =>
  type === 'machine_id' ? readMachineId(text) : readNetworkName(type, readPastedAddress(text));

type NamesInstance<I> = { instance_type?: InstanceType | undefined; instance_identifier?: I };

/** The instance that a call names; undefined if it names none. The schema has already checked a named one. */
export function namedInstance<I extends string | undefined>({
  instance_type = 'url',
  instance_identifier,
}: NamesInstance<I>): ParsedInstance | Extract<I, undefined> {
  if (instance_identifier === undefined) return undefined as Extract<I, undefined>;
  return required(
    parseInstance(instance_type, instance_identifier),
    'a call names an instance that its schema refuses',
  );
}

/**
 * Hex SHA-256. The type is part of an instance's identity: a machine called `example.com` is not the site
 * `example.com`.
 */
export function instanceHash(type: InstanceType, normalised: string, salt: string): string {
  return hash('sha256', `${salt}\n${type}\n${normalised}`, 'hex');
}

type Reading = Omit<ParsedInstance, 'type'>;

/** Quotes and blanks inside a machine id may be part of it and stay; invisible characters do not. */
function readMachineId(text: string): Reading | undefined {
  const identifier = dropInvisible(text).trim().normalize('NFC');
  // Full-width forms are converted to the characters that they look like.
  const plain = identifier.normalize('NFKC');
  if (identifier === '' || ADDRESS_WITH_MORE.some((form) => form.test(plain))) return undefined;
  return { identifier, normalised: identifier, host: undefined };
}

function readNetworkName(type: 'url' | 'hostname', text: string): Reading | undefined {
  if (CONTROL.test(text)) return undefined;
  if (type === 'url') {
    const site = readSiteAddress(text);
    return site && { identifier: site.shown, normalised: site.normalised, host: site.host };
  }
  const host = readHostname(text);
  return host === undefined ? undefined : { identifier: text, normalised: host, host };
}

/** Machine names may be all digits, so plain names skip the URL parser, which would read `12345` as an IPv4 address. */
function readHostname(text: string): string | undefined {
  const name = dropEnd(text.toLowerCase(), /\./);
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  // Node compiles its long pattern of such addresses at the first use, which most calls need not wait for.
  if (bare.includes(':') && isIPv6(bare)) return URL.parse(`http://[${bare}]`)?.hostname;
  const host = isHost(name) || /[%/:@?#\\\s]/.test(name) ? name : domainToASCII(name);
  return isHost(host) ? host : undefined;
}
