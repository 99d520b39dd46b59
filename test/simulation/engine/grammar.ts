import { NotSimulated } from './errors.ts';

/** A path by the aliases in its expression, such as `#n0.#n1`. */
export type AliasPath = readonly string[];

export type Comparator = '=' | '<' | '<=' | '>';

export type ConditionTree =
  | { kind: 'exists'; path: AliasPath }
  | { kind: 'missing'; path: AliasPath }
  | { kind: 'compare'; path: AliasPath; is: Comparator; value: string }
  | { kind: 'begins' | 'contains' | 'size'; path: AliasPath; value: string }
  | { kind: 'between'; path: AliasPath; from: string; to: string }
  | { kind: 'all' | 'any'; of: readonly ConditionTree[] };

export type UpdateTree = {
  set: readonly { path: AliasPath; value: string; isOnlyOnce: boolean }[];
  remove: readonly AliasPath[];
  add: readonly { path: AliasPath; value: string }[];
};

/** Reads the tokens of one expression, from the first to the last. */
type Reader = { peek: () => string | undefined; take: () => string; expect: (token: string) => void };

const TOKEN = /\s*([#:]\w+|\w+|<=|>=|<>|[=<>(),.])/y;

function openReader(text: string): Reader {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    tokens.push(found[1] ?? '');
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== '') throw new NotSimulated(`the expression ${text}`);
  let at = 0;
  const take = (): string => {
    const token = tokens[at];
    if (token === undefined) throw new NotSimulated(`the expression ${text} ends early`);
    at += 1;
    return token;
  };
  return {
    peek: () => tokens[at],
    take,
    expect: (token) => {
      const found = take();
      if (found !== token) throw new NotSimulated(`${found} instead of ${token} in ${text}`);
    },
  };
}

function readAlias(reader: Reader, sign: '#' | ':'): string {
  const alias = reader.take();
  if (!alias.startsWith(sign)) throw new NotSimulated(`${alias} in an expression, which lib writes with ${sign}`);
  return alias;
}

function readPath(reader: Reader): AliasPath {
  const path = [readAlias(reader, '#')];
  while (reader.peek() === '.') {
    reader.take();
    path.push(readAlias(reader, '#'));
  }
  return path;
}

const FUNCTIONS = {
  attribute_exists: 'exists',
  attribute_not_exists: 'missing',
  begins_with: 'begins',
  contains: 'contains',
  size: 'size',
} as const;
const COMPARATORS: readonly string[] = ['=', '<', '<=', '>'] satisfies Comparator[];

function readFunction(reader: Reader, name: keyof typeof FUNCTIONS): ConditionTree {
  const kind = FUNCTIONS[name];
  reader.expect('(');
  const path = readPath(reader);
  if (kind === 'exists' || kind === 'missing') {
    reader.expect(')');
    return { kind, path };
  }
  if (kind === 'size') {
    reader.expect(')');
    reader.expect('=');
    return { kind, path, value: readAlias(reader, ':') };
  }
  reader.expect(',');
  const value = readAlias(reader, ':');
  reader.expect(')');
  return { kind, path, value };
}

function readTerm(reader: Reader): ConditionTree {
  const next = reader.peek() ?? '';
  if (next === '(') {
    reader.take();
    const inner = readAny(reader);
    reader.expect(')');
    return inner;
  }
  if (Object.hasOwn(FUNCTIONS, next)) return readFunction(reader, reader.take() as keyof typeof FUNCTIONS);
  const path = readPath(reader);
  const is = reader.take();
  if (is === 'BETWEEN') {
    const from = readAlias(reader, ':');
    reader.expect('AND');
    return { kind: 'between', path, from, to: readAlias(reader, ':') };
  }
  if (!COMPARATORS.includes(is)) throw new NotSimulated(`the comparator ${is}`);
  return { kind: 'compare', path, is: is as Comparator, value: readAlias(reader, ':') };
}

function readJoined(reader: Reader, word: 'AND' | 'OR', readOne: (reader: Reader) => ConditionTree): ConditionTree {
  const first = readOne(reader);
  const of = [first];
  while (reader.peek() === word) {
    reader.take();
    of.push(readOne(reader));
  }
  return of.length === 1 ? first : { kind: word === 'AND' ? 'all' : 'any', of };
}

const readAll = (reader: Reader): ConditionTree => readJoined(reader, 'AND', readTerm);
const readAny = (reader: Reader): ConditionTree => readJoined(reader, 'OR', readAll);

function readAssignment(reader: Reader): UpdateTree['set'][number] {
  const path = readPath(reader);
  reader.expect('=');
  if (reader.peek() !== 'if_not_exists') return { path, value: readAlias(reader, ':'), isOnlyOnce: false };
  reader.take();
  reader.expect('(');
  const same = readPath(reader);
  if (same.join('.') !== path.join('.')) throw new NotSimulated('if_not_exists of another attribute');
  reader.expect(',');
  const value = readAlias(reader, ':');
  reader.expect(')');
  return { path, value, isOnlyOnce: true };
}

function readList<T>(reader: Reader, readOne: (reader: Reader) => T): T[] {
  const list = [readOne(reader)];
  while (reader.peek() === ',') {
    reader.take();
    list.push(readOne(reader));
  }
  return list;
}

function readUpdate(reader: Reader): UpdateTree {
  let tree: UpdateTree = { set: [], remove: [], add: [] };
  while (reader.peek() !== undefined) {
    const clause = reader.take();
    if (clause === 'SET') tree = { ...tree, set: readList(reader, readAssignment) };
    else if (clause === 'REMOVE') tree = { ...tree, remove: readList(reader, readPath) };
    else if (clause === 'ADD')
      tree = { ...tree, add: readList(reader, (of) => ({ path: readPath(of), value: readAlias(of, ':') })) };
    else throw new NotSimulated(`the clause ${clause}`);
  }
  return tree;
}

/** Few texts of expressions exist, because values and names are aliases: each is read once. */
function readOnce<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? read(text);
    known.set(text, found);
    return found;
  };
}

function readWhole<T>(read: (reader: Reader) => T, text: string): T {
  const reader = openReader(text);
  const tree = read(reader);
  if (reader.peek() !== undefined) throw new NotSimulated(`${reader.peek() ?? ''} in ${text}`);
  return tree;
}

export const parseCondition = readOnce((text) => readWhole(readAny, text));
export const parseUpdate = readOnce((text) => readWhole(readUpdate, text));
/** The aliases of names and values in an expression. */
export const findAliases = readOnce((text): ReadonlySet<string> => new Set(text.match(/[#:]\w+/g) ?? []));
