/** The versions of releases: 1–64 of 0–9, A–Z, a–z, `.`, `+` and `-`. */
export const VERSION = /^[0-9A-Za-z.+-]{1,64}$/;

/** The words that PHP knows in a version, in its order. A word of a version is known by how it begins. */
const WORDS = [
  ['dev', 0],
  ['alpha', 1],
  ['a', 1],
  ['beta', 2],
  ['b', 2],
  ['RC', 3],
  ['rc', 3],
  ['#', 4],
  ['pl', 5],
  ['p', 5],
] as const;
const UNKNOWN_WORD = -1;
/** Stands for any number beside a word, and for the end of a version. */
const NUMBER = '#N#';

/** Negative, zero or positive, as PHP's `version_compare` without an operator: WordPress compares versions by it. */
export function compareVersions(one: string, other: string): number {
  if (one === '' || other === '') return Math.sign(one.length - other.length);
  return compareParts(splitVersion(one), splitVersion(other));
}

/** `1.0-RC1` → `1`, `0`, `RC`, `1`: separators and changes between digits and letters part a version. */
function splitVersion(version: string): string[] {
  const dotted = version.slice(0, 1) + version.slice(1).replaceAll(/[^0-9A-Za-z]/g, '.');
  return dotted
    .replaceAll(/(?<=[0-9])(?=[A-Za-z])|(?<=[^0-9.])(?=[0-9])/g, '.')
    .replaceAll(/\.+/g, '.')
    .split('.');
}

function compareParts(one: readonly string[], other: readonly string[]): number {
  let at = 0;
  while (!isOver(one, at) && !isOver(other, at)) {
    const order = comparePart(String(one[at]), String(other[at]));
    if (order !== 0) return order;
    at += 1;
  }
  if (at < one.length) return compareToEnd(one.slice(at));
  return at < other.length ? 0 - compareToEnd(other.slice(at)) : 0;
}

/** A separator at the end of a version begins nothing. */
const isOver = (parts: readonly string[], at: number): boolean =>
  at >= parts.length || (at === parts.length - 1 && parts[at] === '');

/** A longer version is higher if it goes on with a number, and by its word otherwise: `1.0rc` is below `1.0`. */
function compareToEnd(rest: readonly string[]): number {
  const next = String(rest[0]);
  if (isNumber(next)) return 1;
  return next === '' ? -1 : compareParts(rest, [NUMBER]);
}

function comparePart(one: string, other: string): number {
  if (isNumber(one) && isNumber(other)) return compareNumbers(one, other);
  return Math.sign(rankWord(one) - rankWord(other));
}

/** Digits of any length, which a double would round. */
function compareNumbers(one: string, other: string): number {
  const [a, b] = [BigInt(one), BigInt(other)];
  return a === b ? 0 : a < b ? -1 : 1;
}

const isNumber = (part: string): boolean => /^[0-9]/.test(part);

function rankWord(part: string): number {
  const word = isNumber(part) ? NUMBER : part;
  return WORDS.find(([name]) => word.startsWith(name))?.[1] ?? UNKNOWN_WORD;
}

/** The order for `sort`, newest first. */
export const newestFirst = (one: { version: string }, other: { version: string }): number =>
  compareVersions(other.version, one.version);
