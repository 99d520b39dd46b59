import type { Endpoint } from '../api/route.ts';
import type { FieldError } from '../domain/refusal.ts';

/** A name that objects of JavaScript cannot carry safely, and that schemas drop without a word. */
const RESERVED = '__proto__';

/** No schema looks deeper. Without an end, each level of a body of nothing but brackets would cost its whole path. */
const MAX_DEPTH = 16;

/** No list or map that a schema takes is as long. A schema would check each entry before it counts them. */
const MAX_ENTRIES = 1000;

/** The most faults in one answer: a body can contain so many that listing them all would make a very long answer. */
export const MAX_FAULTS = 50;

type UnfitField = { path: string[]; message: string };

/**
 * Finds at most `most` fields below a value, as deep as any schema looks, that are named `__proto__` or have too many
 * entries.
 */
function unfitFieldsIn(value: unknown, most: number): UnfitField[] {
  const found: UnfitField[] = [];
  const open: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined && found.length < most; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const { path } = next;
    const entries = Object.entries(next.value);
    if (path.length > 0 && entries.length > MAX_ENTRIES) found.push({ path, message: 'has too many entries' });
    else
      for (const [name, field] of entries) {
        const below = [...path, name];
        if (name === RESERVED) found.push({ path: below, message: 'is not known here' });
        else if (below.length < MAX_DEPTH) open.push({ value: field, path: below });
      }
  }
  return found.slice(0, most);
}

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The faults of what a request sends, in the fields that its route knows. */
export const findUnfitFields = ({ method }: Endpoint, known: object): FieldError[] =>
  unfitFieldsIn(known, MAX_FAULTS).map(({ path, message }) => ({
    pointer: path.length === 1 && method === 'GET' ? `?${path.join('')}` : pointerTo(path),
    message,
  }));
