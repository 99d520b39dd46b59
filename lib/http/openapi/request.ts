import { pathParameters, type Route } from '../../api/route.ts';
import type { JsonSchema, Parameter, RequestBody } from './document.ts';
import { inputSchema } from './json-schema.ts';

/** Where a route's input goes: path and headers are parameters; the rest is the body, or the query where there is no body. */
export function requestOf(route: Route): { parameters: Parameter[]; requestBody?: RequestBody } {
  const schema = inputSchema(route.input);
  const named = pathParameters(route.path);
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !named.includes(name));
  const parameters = [...named.map((name) => parameter(route, schema, name, 'path')), ...headersOf(route)];
  if (!takesBody(route))
    return { parameters: [...parameters, ...fields.map(([name]) => parameter(route, schema, name, 'query'))] };
  return fields.length === 0
    ? { parameters }
    : { parameters, requestBody: bodyOf(route, schema, Object.fromEntries(fields)) };
}

export const takesBody = (route: Pick<Route, 'method'>): boolean => route.method === 'POST' || route.method === 'PATCH';

function parameter(route: Route, schema: JsonSchema, name: string, place: 'path' | 'query'): Parameter {
  const property = schema.properties?.[name];
  const { description, ...whole } = typeof property === 'object' ? property : {};
  const { additionalProperties: each } = whole;
  const isFreelyNamed = typeof each === 'object';
  const rest = isFreelyNamed ? each : whole;
  const example = route.example[name];
  return {
    // A parameter for each name that the caller chooses.
    name: isFreelyNamed ? `${name}.NAME` : name,
    in: place,
    required: place === 'path' || isRequired(route, schema, name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
    ...(example === undefined ? {} : { example }),
  };
}

/** The license key may come by header instead, so no single place of it is required. */
const isRequired = (route: Route, schema: JsonSchema, name: string): boolean =>
  (schema.required ?? []).includes(name) && !(route.auth === 'license_key' && name === 'license_key');

function headersOf(route: Route): Parameter[] {
  const key: Parameter = {
    name: 'X-License-Key',
    in: 'header',
    required: false,
    description: `The license key, instead of \`license_key\` in the ${takesBody(route) ? 'body' : 'query'}`,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
  const once: Parameter = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'The same request under the same key within 24 hours gets the first answer again; another request under it is refused',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]*$' },
  };
  return [...(route.auth === 'license_key' ? [key] : []), ...(route.once === true ? [once] : [])];
}

function bodyOf(route: Route, schema: JsonSchema, properties: NonNullable<JsonSchema['properties']>): RequestBody {
  const { required: _all, ...rest } = schema;
  const required = Object.keys(properties).filter((name) => isRequired(route, schema, name));
  const example = Object.fromEntries(Object.entries(route.example).filter(([name]) => name in properties));
  const media = { schema: { ...rest, properties, ...(required.length === 0 ? {} : { required }) }, example };
  const forms =
    route.auth === 'license_key' || route.oauth === true ? { 'application/x-www-form-urlencoded': media } : {};
  const json = route.oauth === true ? {} : { 'application/json': media };
  return { required: required.length > 0, content: { ...json, ...forms } };
}
