import type { Item } from './table.ts';

/** What an update does to an item, and the `#names` and `:values` it speaks of. A value of undefined takes the attribute away. */
export type Setting = { expression: string; names: Record<string, string>; values: Item };

/** A value deep in an item, by the names that lead to it; undefined takes it away. All but the last must be there. */
export type Nested = { path: readonly string[]; value: unknown };

type Deeper = { at?: readonly Nested[] | undefined; add?: Record<string, number> | undefined };

/** `at` changes what lies deeper, `add` counts numbers up or down from what they are then. */
export function settingOf(changes: Item, { at = [], add = {} }: Deeper = {}): Setting {
  const all: Nested[] = [...Object.entries(changes).map(([attribute, value]) => ({ path: [attribute], value })), ...at];
  const counted = Object.entries(add);
  const parts = [...new Set([...all.flatMap(({ path }) => path), ...Object.keys(add)])];
  const alias = new Map(parts.map((part, i) => [part, `#s${String(i)}`]));
  const nameOf = (path: readonly string[]): string => path.map((part) => alias.get(part)).join('.');
  const set = all.filter(({ value }) => value !== undefined);
  const removed = all.filter(({ value }) => value === undefined);
  const clauses = [
    ['SET', set.map(({ path }, i) => `${nameOf(path)} = :s${String(i)}`)],
    ['REMOVE', removed.map(({ path }) => nameOf(path))],
    ['ADD', counted.map(([attribute], i) => `${nameOf([attribute])} :a${String(i)}`)],
  ] as const;
  return {
    expression: clauses
      .filter(([, terms]) => terms.length > 0)
      .map(([clause, terms]) => `${clause} ${terms.join(', ')}`)
      .join(' '),
    names: Object.fromEntries([...alias].map(([part, name]) => [name, part])),
    values: Object.fromEntries([
      ...set.map(({ value }, i): [string, unknown] => [`:s${String(i)}`, value]),
      ...counted.map(([, by], i): [string, unknown] => [`:a${String(i)}`, by]),
    ]),
  };
}
