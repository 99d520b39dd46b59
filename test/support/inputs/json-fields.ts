import { pathParameters, type Route } from '../../../lib/api/route.ts';
import { plainSchema } from './plain-schema.ts';

type Schema = {
  type?: string | string[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
};
export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';
/** One field of a route's body, at any depth. */
export type Field = { path: (string | number)[]; pointer: string; takes: Set<JsonType>; required: boolean };

/** One value of each type that JSON has. */
export const SAMPLES: Record<JsonType, unknown> = {
  string: 'zz zz',
  number: 7.5,
  boolean: true,
  null: null,
  array: [],
  object: {},
};

/**
 * Every field of a route's body, read from its schema; for a list of variants, the path is one that the example fills
 * with that variant.
 */
export function bodyFields(route: Route): Field[] {
  const schema = plainSchema(route.input, 'input') as Schema;
  const inPath = pathParameters(route.path);
  return fieldsOf(schema, [], route.example).filter(({ path }) => !inPath.includes(String(path[0])));
}

function fieldsOf(schema: Schema, path: Field['path'], example: unknown): Field[] {
  return branchesOf(schema).flatMap((branch) => {
    const below = (name: string | number, inner: Schema, required: boolean): Field[] => {
      const place = [...path, name];
      const field = {
        path: place,
        pointer: place.map((part) => `/${String(part)}`).join(''),
        takes: typesOf(inner),
        required,
      };
      return [field, ...fieldsOf(inner, place, at(example, [name]))];
    };
    const named = Object.entries(branch.properties ?? {}).flatMap(([name, inner]) =>
      below(name, inner, branch.required?.includes(name) === true),
    );
    const free =
      typeof branch.additionalProperties === 'object' ? below('a_name', branch.additionalProperties, false) : [];
    const listed = branch.items
      ? branchesOf(branch.items).flatMap((item) =>
          below(placeOf(item, example), { ...branch.items, anyOf: [item] }, false),
        )
      : [];
    const union = branch.items ? typesOf(branch.items) : undefined;
    return [
      ...named,
      ...free,
      ...listed.map((field) => (union && field.path.length === path.length + 1 ? { ...field, takes: union } : field)),
    ];
  });
}

/** The index in the example's list of an element that a variant accepts. */
function placeOf(item: Schema, example: unknown): number {
  const list: unknown[] = Array.isArray(example) ? example : [];
  const isObject = typesOf(item).has('object');
  return Math.max(
    0,
    list.findIndex((value) => (typeof value === 'object') === isObject),
  );
}

const branchesOf = (schema: Schema): Schema[] => schema.anyOf?.flatMap(branchesOf) ?? [schema];

function typesOf(schema: Schema): Set<JsonType> {
  const names = branchesOf(schema).flatMap(({ type }) => type ?? []);
  // A field without a type looks at the value's text, which only a plain value has.
  if (names.length === 0) return new Set<JsonType>(['string', 'number', 'boolean']);
  return new Set(names.map((name) => (name === 'integer' ? 'number' : name) as JsonType));
}

function at(value: unknown, path: Field['path']): unknown {
  return path.reduce<unknown>((inner, name) => (isContainer(inner) ? inner[String(name)] : undefined), value);
}

/** A copy of a body with another value at one path; undefined removes the field. Missing parents are created. */
export function withValue(body: unknown, [name, ...rest]: Field['path'], value: unknown): unknown {
  if (name === undefined) return value;
  const copy: unknown = Array.isArray(body)
    ? [...(body as unknown[])]
    : isContainer(body)
      ? { ...body }
      : typeof name === 'number'
        ? []
        : {};
  const container = copy as Record<string | number, unknown>;
  const inner = withValue(container[name], rest, value);
  if (inner === undefined) return Object.fromEntries(Object.entries(container).filter(([other]) => other !== name));
  container[name] = inner;
  return container;
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
