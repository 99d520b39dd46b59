/** A name that objects of JavaScript cannot carry safely, and that schemas drop without a word. */
const RESERVED = '__proto__';

/** No schema looks deeper. Without an end, each level of a body of nothing but brackets would cost its whole path. */
const MAX_DEPTH = 16;

/** The paths of at most `most` fields named `__proto__` below a value, as deep as any schema looks. */
export function reservedNamesIn(value: unknown, most: number): string[][] {
  const found: string[][] = [];
  const open: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined && found.length < most; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [name, field] of Object.entries(next.value)) {
      const path = [...next.path, name];
      if (name === RESERVED) found.push(path);
      else if (path.length < MAX_DEPTH) open.push({ value: field, path });
    }
  }
  return found.slice(0, most);
}
