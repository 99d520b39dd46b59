/** A name that objects of JavaScript cannot carry safely, and that schemas drop without a word. */
const RESERVED = '__proto__';

/**
 * The paths below a value of all fields named `__proto__`. Without recursion: a body may be nested deeper than the stack.
 */
export function reservedNamesIn(value: unknown): string[][] {
  const found: string[][] = [];
  const open: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [name, field] of Object.entries(next.value)) {
      const path = [...next.path, name];
      if (name === RESERVED) found.push(path);
      else open.push({ value: field, path });
    }
  }
  return found;
}
