import { isDeepStrictEqual } from 'node:util';

export type Json = Readonly<Record<string, unknown>>;
/** `request`: what callers send must stay accepted. `response`: what callers read must stay there. */
export type Direction = 'request' | 'response';

/** Two documents, and the pairs of schemas that are being compared: a schema may contain itself. */
export type Comparison = { before: Json; after: Json; open: Set<string> };

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value of a document in a sentence. */
export const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Follows `$ref` within a document. */
export function resolve(document: Json, value: unknown): Json {
  if (!isObject(value)) return {};
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  const found = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), document);
  return resolve(document, found);
}

/** Lists what breaks callers between two versions of a schema, each as a sentence that begins with the place. */
export function compareSchemas(
  at: string,
  pair: readonly [unknown, unknown],
  way: Direction,
  all: Comparison,
): string[] {
  const id = JSON.stringify([pair, way]);
  if (all.open.has(id)) return [];
  all.open.add(id);
  const [before, after] = [resolve(all.before, pair[0]), resolve(all.after, pair[1])];
  const found = isDeepStrictEqual([before, all.before['components']], [after, all.after['components']])
    ? []
    : compareAlternatives(at, [alternativesOf(before), alternativesOf(after)], way, all);
  all.open.delete(id);
  return found;
}

/** Each alternative that one side may meet must fit one that the other side knows. */
function compareAlternatives(
  at: string,
  [before, after]: readonly [readonly Json[], readonly Json[]],
  way: Direction,
  all: Comparison,
): string[] {
  const [onlyBefore] = before;
  const [onlyAfter] = after;
  if (before.length === 1 && after.length === 1 && onlyBefore && onlyAfter)
    return compareOne(at, [onlyBefore, onlyAfter], way, all);
  const [met, known] = way === 'request' ? [before, after] : [after, before];
  const strange = met.filter((one) =>
    known.every((other) => {
      const pair = way === 'request' ? ([one, other] as const) : ([other, one] as const);
      return compareSchemas(at, pair, way, all).length > 0;
    }),
  );
  const says = way === 'request' ? 'no longer accepts' : 'may now be';
  return strange.map((one) => `${at} ${says} ${describe(one)}`);
}

function alternativesOf(schema: Json): Json[] {
  const { anyOf, oneOf, ...rest } = schema;
  const given = anyOf ?? oneOf;
  if (Array.isArray(given)) return given.filter(isObject).map((one) => ({ ...rest, ...one }));
  const { type } = schema;
  return Array.isArray(type) ? type.map((one: unknown) => ({ ...schema, type: one })) : [schema];
}

const describe = ({ type, const: constant, $ref: reference }: Json): string =>
  JSON.stringify(constant ?? reference ?? type ?? 'any value');

function compareOne(at: string, [before, after]: readonly [Json, Json], way: Direction, all: Comparison): string[] {
  if (before['$ref'] !== undefined || after['$ref'] !== undefined) return compareSchemas(at, [before, after], way, all);
  const [from, to] = [before['type'], after['type']];
  const [narrow, wide] = way === 'request' ? [from, to] : [to, from];
  const fits = from === to || wide === undefined || (narrow === 'integer' && wide === 'number');
  if (!fits) return [`${at} was ${wordOf(from ?? 'any value')} and is ${wordOf(to ?? 'any value')}`];
  return [
    ...(way === 'request' ? compareRules(at, before, after) : []),
    ...compareProperties(at, [before, after], way, all),
    ...(before['items'] === undefined || after['items'] === undefined
      ? []
      : compareSchemas(`${at}[]`, [before['items'], after['items']], way, all)),
  ];
}

const UPPER = ['maxLength', 'maximum', 'maxItems', 'maxProperties'];
const LOWER = ['minLength', 'minimum', 'minItems', 'minProperties'];

/** Rules on what callers send may be loosened, never tightened. */
function compareRules(at: string, before: Json, after: Json): string[] {
  const bound = (schema: Json, rule: string, none: number): number =>
    typeof schema[rule] === 'number' ? schema[rule] : none;
  const tighter = [
    ...UPPER.filter((rule) => bound(after, rule, Infinity) < bound(before, rule, Infinity)),
    ...LOWER.filter((rule) => bound(after, rule, -Infinity) > bound(before, rule, -Infinity)),
    ...['pattern', 'format'].filter((rule) => after[rule] !== undefined && after[rule] !== before[rule]),
  ];
  const kept = valuesOf(after);
  const gone = kept === undefined ? [] : (valuesOf(before) ?? ['any value']).filter((value) => !kept.includes(value));
  return [
    ...tighter.map((rule) => `${at} has a tighter ${rule}: ${wordOf(before[rule] ?? 'none')} → ${wordOf(after[rule])}`),
    ...gone.map((value) => `${at} no longer accepts ${JSON.stringify(value)}`),
  ];
}

function valuesOf(schema: Json): unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined;
}

function compareProperties(
  at: string,
  [before, after]: readonly [Json, Json],
  way: Direction,
  all: Comparison,
): string[] {
  const [old, now] = [propertiesOf(before), propertiesOf(after)];
  const [needed, needs] = [requiredIn(before), requiredIn(after)];
  const changed = Object.keys(old).flatMap((name) => {
    const place = at === '' ? name : `${at}.${name}`;
    if (!(name in now)) return [`${place} is gone`];
    const optional = way === 'response' && needed.has(name) && !needs.has(name);
    return [
      ...(optional ? [`${place} may now be left out`] : []),
      ...compareSchemas(place, [old[name], now[name]], way, all),
    ];
  });
  const demanded = way === 'request' ? [...needs].filter((name) => !needed.has(name)) : [];
  return [...changed, ...demanded.map((name) => `${at === '' ? name : `${at}.${name}`} is now required`)];
}

const propertiesOf = ({ properties }: Json): Json => (isObject(properties) ? properties : {});
const requiredIn = ({ required }: Json): Set<string> =>
  new Set(Array.isArray(required) ? required.map((name) => wordOf(name)) : []);
