import { toAttributes } from './attributes.ts';
import type { Condition, Path } from './condition.ts';

/**
 * Sets a value deep in an item, by the names that lead to it; undefined removes it. All but the last name must exist.
 */
export type Nested = { path: readonly string[]; value: unknown };

export type Changes = {
  /** Undefined removes the attribute. */
  set?: Record<string, unknown> | undefined;
  /** Set only where the attribute does not exist yet. */
  setOnce?: Record<string, unknown> | undefined;
  /** Values deeper in the item. */
  at?: readonly Nested[] | undefined;
  /** Numbers to add to the attributes; a missing attribute counts as 0. */
  add?: Record<string, number> | undefined;
};

/** The `#names` and `:values` that the expressions of one request share. */
type Bindings = {
  path: (path: Path) => string;
  value: (value: unknown) => string;
  /** The two fields of a request. DynamoDB takes neither empty. */
  bound: () => Record<string, unknown>;
};

function openBindings(): Bindings {
  const names: Record<string, string> = {};
  const aliases = new Map<string, string>();
  const values: Record<string, unknown> = {};
  let count = 0;

  const nameAlias = (name: string): string => {
    const alias = aliases.get(name) ?? `#n${String(aliases.size)}`;
    aliases.set(name, alias);
    names[alias] = name;
    return alias;
  };
  return {
    path: (path) => (typeof path === 'string' ? nameAlias(path) : path.map(nameAlias).join('.')),
    value: (value) => {
      count += 1;
      const alias = `:v${String(count)}`;
      values[alias] = value;
      return alias;
    },
    bound: () => ({
      ...(aliases.size > 0 && { ExpressionAttributeNames: names }),
      ...(count > 0 && { ExpressionAttributeValues: toAttributes(values) }),
    }),
  };
}

function conditionText(condition: Condition, bindings: Bindings): string {
  switch (condition.kind) {
    case 'exists':
      return `attribute_exists(${bindings.path(condition.path)})`;
    case 'missing':
      return `attribute_not_exists(${bindings.path(condition.path)})`;
    case 'compare':
      return `${bindings.path(condition.path)} ${condition.is} ${bindings.value(condition.value)}`;
    case 'contains':
      return `contains(${bindings.path(condition.path)}, ${bindings.value(condition.value)})`;
    case 'size':
      return `size(${bindings.path(condition.path)}) = ${bindings.value(condition.value)}`;
    default:
      return condition.of
        .map((one) => (one.kind === 'any' ? `(${conditionText(one, bindings)})` : conditionText(one, bindings)))
        .join(condition.kind === 'all' ? ' AND ' : ' OR ');
  }
}

function updateText({ set = {}, setOnce = {}, at = [], add = {} }: Changes, bindings: Bindings): string {
  const all: Nested[] = [...Object.entries(set).map(([name, value]) => ({ path: [name], value })), ...at];
  const kept = all.filter(({ value }) => value !== undefined);
  const clauses: [string, string[]][] = [
    [
      'SET',
      [
        ...kept.map(({ path, value }) => `${bindings.path(path)} = ${bindings.value(value)}`),
        ...Object.entries(setOnce).map(([name, value]) => {
          const path = bindings.path(name);
          return `${path} = if_not_exists(${path}, ${bindings.value(value)})`;
        }),
      ],
    ],
    ['REMOVE', all.filter(({ value }) => value === undefined).map(({ path }) => bindings.path(path))],
    ['ADD', Object.entries(add).map(([name, by]) => `${bindings.path(name)} ${bindings.value(by)}`)],
  ];
  return clauses
    .filter(([, terms]) => terms.length > 0)
    .map(([clause, terms]) => `${clause} ${terms.join(', ')}`)
    .join(' ');
}

/** The guard's fields of a write; none without a guard. */
export function guardFields(guard: Condition | undefined) {
  if (guard === undefined) return {};
  const bindings = openBindings();
  return { ConditionExpression: conditionText(guard, bindings), ...bindings.bound() };
}

/** The fields of an update, with those of its guard if it has one. */
export function updateFields(changes: Changes, guard: Condition | undefined) {
  const bindings = openBindings();
  const UpdateExpression = updateText(changes, bindings);
  const condition = guard && { ConditionExpression: conditionText(guard, bindings) };
  return { UpdateExpression, ...condition, ...bindings.bound() };
}

type SortRange =
  { kind: 'begins'; name: string; begins: string } | { kind: 'between'; name: string; from: string; to: string };

/** The fields of a query of one partition, optionally limited to some of its sort keys. */
export function queryFields(partition: { name: string; value: string }, sort: SortRange | undefined) {
  const bindings = openBindings();
  const terms = [`${bindings.path(partition.name)} = ${bindings.value(partition.value)}`];
  if (sort?.kind === 'begins') terms.push(`begins_with(${bindings.path(sort.name)}, ${bindings.value(sort.begins)})`);
  else if (sort)
    terms.push(`${bindings.path(sort.name)} BETWEEN ${bindings.value(sort.from)} AND ${bindings.value(sort.to)}`);
  return { KeyConditionExpression: terms.join(' AND '), ...bindings.bound() };
}
