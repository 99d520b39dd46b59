import { unpastedKey } from './pasted.ts';

/** The last four characters alone, or after stars or bullets instead of the others, as the service masks a key. */
const ENDING = /^(?:([A-Z0-9]{2,10})?[*•]+)?([0-9A-TV-Z]{4})$/;

const ENDING_LENGTH = 4;
const MAX_TYPED_LENGTH = 256;

/** The last four characters of a key's text, by which people identify it. O is read as 0, I and L as 1. */
export const readLastFour = (text: string): string =>
  text.slice(-4).toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');

/** True for an ending without a prefix and without stars: a short imported key may be the same text. */
export const isBareEnding = (text: string): boolean =>
  text.length <= MAX_TYPED_LENGTH && unpastedKey(text).length === ENDING_LENGTH;

/** Parses the end of a masked key: its last four characters, and its prefix if given. */
export function parseKeyEnding(text: string): { prefix?: string; lastFour: string } | undefined {
  if (text.length > MAX_TYPED_LENGTH) return undefined;
  const [, prefix, four] = ENDING.exec(unpastedKey(text).replaceAll('-', '').toUpperCase()) ?? [];
  if (four === undefined) return undefined;
  return { ...(prefix === undefined ? {} : { prefix }), lastFour: readLastFour(four) };
}
