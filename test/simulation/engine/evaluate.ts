import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validationError } from './errors.ts';
import { parseCondition, parseUpdate, type AliasPath, type ConditionTree, type UpdateTree } from './grammar.ts';
import { areEqual, compareValues, readNumber, sizeOf, type AttributeItem } from './values.ts';

/** The values behind the aliases of a request's expressions. */
export type Aliases = {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
};

const nameOf = ({ ExpressionAttributeNames: names = {} }: Aliases, alias: string): string => {
  const name = names[alias];
  if (name === undefined) throw validationError(`the name ${alias} is not defined`);
  return name;
};

export const valueOf = ({ ExpressionAttributeValues: values = {} }: Aliases, alias: string): AttributeValue => {
  const value = values[alias];
  if (value === undefined) throw validationError(`the value ${alias} is not defined`);
  return value;
};

export const namesOf = (aliases: Aliases, path: AliasPath): string[] => path.map((alias) => nameOf(aliases, alias));

function findAt(item: AttributeItem | undefined, path: readonly string[]): AttributeValue | undefined {
  const [first = '', ...rest] = path;
  const value = item?.[first];
  return rest.length === 0 ? value : findAt(value?.M, rest);
}

function isTrue(tree: ConditionTree, item: AttributeItem | undefined, aliases: Aliases): boolean {
  if (isJoined(tree)) {
    const isOne = (one: ConditionTree): boolean => isTrue(one, item, aliases);
    return tree.kind === 'all' ? tree.of.every(isOne) : tree.of.some(isOne);
  }
  const found = findAt(item, namesOf(aliases, tree.path));
  if (tree.kind === 'missing') return found === undefined;
  return found !== undefined && isTrueOf(tree, found, aliases);
}

type Joined = Extract<ConditionTree, { kind: 'all' | 'any' }>;
type Fragment = Exclude<ConditionTree, Joined>;
const isJoined = (tree: ConditionTree): tree is Joined => tree.kind === 'all' || tree.kind === 'any';

function isTrueOf(tree: Exclude<Fragment, { kind: 'missing' }>, found: AttributeValue, aliases: Aliases): boolean {
  switch (tree.kind) {
    case 'exists':
      return true;
    case 'compare':
      return compares(found, tree.is, valueOf(aliases, tree.value));
    case 'between':
      return compares(valueOf(aliases, tree.from), '<=', found) && compares(found, '<=', valueOf(aliases, tree.to));
    case 'begins':
      return found.S?.startsWith(valueOf(aliases, tree.value).S ?? '\0') === true;
    case 'contains':
      return hasPart(found, valueOf(aliases, tree.value));
    case 'size':
      return hasSize(found, valueOf(aliases, tree.value));
  }
}

/** Throws what DynamoDB refuses before it looks at an item. */
export function assertSound(guard: string | undefined, update: string | undefined, aliases: Aliases): void {
  if (guard !== undefined) assertOrdered(parseCondition(guard), aliases);
  if (update === undefined) return;
  assertApart(touchedBy(update, aliases));
  if (parseUpdate(update).add.some(({ value }) => valueOf(aliases, value).N === undefined))
    throw validationError('Incorrect operand type for operator or function; operator: ADD');
}

function assertOrdered(tree: ConditionTree, aliases: Aliases): void {
  if (isJoined(tree)) for (const one of tree.of) assertOrdered(one, aliases);
  else if (tree.kind === 'compare' && tree.is !== '=') {
    const { S, N } = valueOf(aliases, tree.value);
    if (S === undefined && N === undefined) throw validationError(`Incorrect operand type for ${tree.is}`);
  }
}

function compares(found: AttributeValue, is: '=' | '<' | '<=' | '>', value: AttributeValue): boolean {
  if (is === '=') return areEqual(found, value);
  const order = compareValues(found, value);
  if (order === undefined) return false;
  if (is === '<') return order < 0;
  return is === '>' ? order > 0 : order <= 0;
}

const hasPart = (found: AttributeValue, value: AttributeValue): boolean =>
  found.S === undefined
    ? found.L?.some((part) => areEqual(part, value)) === true
    : value.S !== undefined && found.S.includes(value.S);

function hasSize(found: AttributeValue, value: AttributeValue): boolean {
  const size = sizeOf(found);
  return size !== undefined && value.N !== undefined && size === readNumber(value.N);
}

/** True if the guard of a write holds for the item that is stored. */
export const holds = (expression: string | undefined, item: AttributeItem | undefined, aliases: Aliases): boolean =>
  expression === undefined || isTrue(parseCondition(expression), item, aliases);

/** Puts a value at a path of a copy; undefined removes it. Parents of the path must be maps. */
function putValue(copy: Record<string, AttributeValue>, path: readonly string[], value: AttributeValue | undefined) {
  const [first = '', ...rest] = path;
  if (rest.length > 0) {
    const parent = copy[first]?.M;
    if (parent === undefined)
      throw validationError('The document path provided in the update expression is invalid for update');
    const M = { ...parent };
    copy[first] = { M };
    putValue(M, rest, value);
  } else if (value === undefined) Reflect.deleteProperty(copy, first);
  else copy[first] = value;
}

function assertApart(paths: readonly (readonly string[])[]): void {
  const texts = paths.map((path) => `${path.join('\n')}\n`);
  for (const [i, one] of texts.entries())
    if (texts.some((other, j) => i !== j && other.startsWith(one)))
      throw validationError('Two document paths overlap with each other');
}

/** The names of the attributes that an update touches. */
export function touchedBy(expression: string, aliases: Aliases): string[][] {
  const { set, remove, add } = parseUpdate(expression);
  return [...set.map(({ path }) => path), ...remove, ...add.map(({ path }) => path)].map((path) =>
    namesOf(aliases, path),
  );
}

/** The item after an update. Every term sees the item as it was before. */
export function updated(before: AttributeItem, expression: string, aliases: Aliases): AttributeItem {
  const tree: UpdateTree = parseUpdate(expression);
  const after = { ...before };
  for (const { path, value, isOnlyOnce } of tree.set) {
    const names = namesOf(aliases, path);
    const kept = isOnlyOnce ? findAt(before, names) : undefined;
    putValue(after, names, kept ?? valueOf(aliases, value));
  }
  for (const path of tree.remove) putValue(after, namesOf(aliases, path), undefined);
  for (const { path, value } of tree.add) {
    const names = namesOf(aliases, path);
    putValue(after, names, sumOf(findAt(before, names), valueOf(aliases, value)));
  }
  return after;
}

function sumOf(before: AttributeValue | undefined, by: AttributeValue): AttributeValue {
  if (by.N === undefined || (before !== undefined && before.N === undefined))
    throw validationError('An operand in the update expression has an incorrect data type');
  return { N: String(readNumber(before?.N ?? '0') + readNumber(by.N)) };
}
