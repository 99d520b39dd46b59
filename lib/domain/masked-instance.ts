import { isIPv4 } from 'node:net';
import { domainToUnicode } from 'node:url';
import type { ParsedInstance } from './instance.ts';
import { required } from './invariant.ts';
import type { ReadDomain } from './plain-suffix.ts';

const HIDDEN = '••';
const KEPT_OF_A_MACHINE = 4;

/**
 * An instance as its owner recognizes it and a stranger does not: `sh••.example`. The first label of the registrable
 * domain keeps two characters, one if it has three or fewer. Other labels, path and port go.
 */
export function maskInstance(
  { host, normalised }: Pick<ParsedInstance, 'host' | 'normalised'>,
  readDomain: ReadDomain,
): string {
  if (host === undefined) return maskMachine(normalised);
  if (host.startsWith('[')) return `[${HIDDEN}]`;
  if (isIPv4(host)) return HIDDEN;
  const [first, ...suffix] = (readDomain(host) ?? host).split('.');
  const label = required(first, 'a split text has a first part');
  // Only a label with other characters is written in a form that is not its own.
  const shown = [...((label.startsWith('xn--') && domainToUnicode(label)) || label)];
  return [`${shown.slice(0, shown.length <= 3 ? 1 : 2).join('')}${HIDDEN}`, ...suffix].join('.');
}

/** A short id keeps one character, or nothing would be masked. */
function maskMachine(id: string): string {
  const characters = [...id];
  return `${HIDDEN}${characters.slice(characters.length > KEPT_OF_A_MACHINE ? -KEPT_OF_A_MACHINE : -1).join('')}`;
}
