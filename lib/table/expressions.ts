import type { Item } from './table.ts';

/** What an update does to an item, and the `#names` and `:values` it speaks of. A value of undefined takes the attribute away. */
export type Setting = { expression: string; names: Record<string, string>; values: Item };

export function settingOf(changes: Item): Setting {
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
  const parts = [
    set.length > 0 ? `SET ${set.join(', ')}` : '',
    removed.length > 0 ? `REMOVE ${removed.join(', ')}` : '',
  ];
  return { expression: parts.join(' ').trim(), names, values };
}
