import type { Item } from './table.ts';

/** What an update does to an item, and the `#names` and `:values` it speaks of. A value of undefined takes the attribute away. */
export type Setting = { expression: string; names: Record<string, string>; values: Item };

/** A value deep in an item, by the names that lead to it; undefined takes it away. All but the last must be there. */
export type Nested = { path: readonly string[]; value: unknown };

/** `at` changes what lies deeper, `add` counts numbers up or down from what they are then. */
export function settingOf(
  changes: Item,
  { at = [], add = {} }: { at?: readonly Nested[] | undefined; add?: Record<string, number> | undefined } = {},
): Setting {
  const names: Record<string, string> = {};
  const values: Item = {};
  const set: string[] = [];
  const removed: string[] = [];
  for (const [i, [attribute, value]] of Object.entries(changes).entries()) {
    const name = `#s${String(i)}`;
    names[name] = attribute;
    if (value === undefined) {
      removed.push(name);
      continue;
    }
    values[`:s${String(i)}`] = value;
    set.push(`${name} = :s${String(i)}`);
  }
  const steps: string[] = [...new Set(at.flatMap(({ path }) => path))];
  for (const [i, part] of steps.entries()) names[`#p${String(i)}`] = part;
  for (const [i, { path, value }] of at.entries()) {
    const name = path.map((part) => `#p${String(steps.indexOf(part))}`).join('.');
    if (value === undefined) {
      removed.push(name);
      continue;
    }
    values[`:p${String(i)}`] = value;
    set.push(`${name} = :p${String(i)}`);
  }
  const counted = Object.entries(add).map(([attribute, by], i) => {
    names[`#a${String(i)}`] = attribute;
    values[`:a${String(i)}`] = by;
    return `#a${String(i)} :a${String(i)}`;
  });
  const parts = [
    set.length > 0 ? `SET ${set.join(', ')}` : '',
    removed.length > 0 ? `REMOVE ${removed.join(', ')}` : '',
    counted.length > 0 ? `ADD ${counted.join(', ')}` : '',
  ];
  return { expression: parts.filter((part) => part !== '').join(' '), names, values };
}
