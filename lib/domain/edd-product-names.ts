import { decodePercent } from './php-parameters.ts';
import { unicodePattern } from './unicode-pattern.ts';

const marks = unicodePattern('\\p{M}', 'gu');
const betweenWords = unicodePattern('[^\\p{L}\\p{N}]+', 'gu');

/** No client encodes a name more often than this. */
const MAX_READINGS = 8;

/** A name as it was sent: percent-encoded a second time, with HTML entities. `+` stays. */
export const decodeName = (sent: string): string => decodeEntities(decodePercent(sent)).trim();

/**
 * The form in which names of products are compared: lower case, without accents, one dash between words. Entities and
 * percent-encoding are decoded however often they were applied.
 */
export function foldName(name: string): string {
  return decodeWholly(name)
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(marks(), '')
    .replaceAll(/[ßæœøđðłþ]/g, (letter) => String(SPELLED_OUT[letter]))
    .replaceAll(betweenWords(), '-')
    .replaceAll(/^-|-$/g, '');
}

/** Letters that no normalization form takes apart. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
};

function decodeWholly(name: string): string {
  let text = name;
  for (let reading = 0; reading < MAX_READINGS; reading += 1) {
    const next = decodeEntities(decodePercent(text));
    if (next === text) return text;
    text = next;
  }
  return text;
}

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi;

function decodeEntities(text: string): string {
  return text.replaceAll(ENTITY, (entity: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? accented(name) ?? entity;
    const code = decimal === undefined ? parseInt(String(hex), 16) : parseInt(decimal, 10);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
  });
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  middot: '·',
  bull: '•',
  copy: '©',
  reg: '®',
  trade: '™',
  szlig: 'ß',
  aelig: 'æ',
  AElig: 'Æ',
  oelig: 'œ',
  OElig: 'Œ',
  oslash: 'ø',
  Oslash: 'Ø',
};

const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  cedil: '\u0327',
  ring: '\u030a',
  caron: '\u030c',
};

/** `&eacute;` is a letter and the name of its accent. */
function accented(name: string): string | undefined {
  const mark = MARKS[name.slice(1)];
  return mark === undefined ? undefined : (name.slice(0, 1) + mark).normalize('NFC');
}
