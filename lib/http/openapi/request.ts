import { pathParameters, type Route } from '../../api/route.ts';
import type { JsonSchema, Parameter, RequestBody } from './document.ts';
import type { SchemaCollector } from './json-schema.ts';

/** The parameters and the body of a route. Where there is no body, every field is a parameter. */
export function describeRequest(
  route: Route,
  collector: SchemaCollector,
): { parameters: Parameter[]; requestBody?: RequestBody } {
  const schema = described(collector.input(route.input), route);
  const named = pathParameters(route.path);
  const fields = Object.entries({ ...schema.properties }).filter(([name]) => !named.includes(name));
  const parameters = [...named.map((name) => parameter(route, schema, name, 'path')), ...headersOf(route)];
  if (!takesBody(route))
    return { parameters: [...parameters, ...fields.map(([name]) => parameter(route, schema, name, 'query'))] };
  return fields.length === 0
    ? { parameters }
    : { parameters, requestBody: bodyOf(route, schema, Object.fromEntries(fields), collector) };
}

function described(schema: JsonSchema, { fieldTexts = {} }: Route): JsonSchema {
  const fields = Object.entries({ ...schema.properties }).map(([name, field]) => {
    const description = fieldTexts[name];
    return [name, description === undefined || typeof field !== 'object' ? field : { description, ...field }];
  });
  return { ...schema, properties: Object.fromEntries(fields) as NonNullable<JsonSchema['properties']> };
}

const takesBody = (route: Pick<Route, 'method'>): boolean => route.method === 'POST' || route.method === 'PATCH';

function parameter(route: Route, schema: JsonSchema, name: string, position: 'path' | 'query'): Parameter {
  const { description, ...whole } = schema.properties?.[name] as JsonSchema;
  const { additionalProperties: each } = whole;
  const isFreelyNamed = typeof each === 'object';
  const rest = isFreelyNamed ? each : whole;
  const example = route.example[name];
  return {
    // The caller chooses the second part of this name.
    name: isFreelyNamed ? `${name}.NAME` : name,
    in: position,
    required: position === 'path' || isRequired(route, schema, name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
    ...(example === undefined ? {} : { example }),
  };
}

/** The license key can also be sent as a header, so neither of the two is required. */
const isRequired = (route: Route, schema: JsonSchema, name: string): boolean =>
  (schema.required ?? []).includes(name) && !(route.auth === 'license_key' && name === 'license_key');

/** A route that refuses a stale version takes the version in `If-Match`. */
const takesIfMatch = ({ refusals }: Pick<Route, 'refusals'>): boolean => refusals.includes('stale_version');

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
      'A repetition with the same key within 24 hours gets the first answer again. Another request with this ' +
      'key is refused',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]*$' },
  };
  const version: Parameter = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` of the version that was read. The request is refused if the license has changed since',
    schema: { type: 'string' },
  };
  return [
    ...(route.auth === 'license_key' ? [key] : []),
    ...(route.once === true ? [once] : []),
    ...(takesIfMatch(route) ? [version] : []),
  ];
}

/** `provision_licenses` → `ProvisionLicenses`. */
export const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|[._])([a-z])/g, (_match, letter: string) => letter.toUpperCase());

function bodyOf(
  route: Route,
  schema: JsonSchema,
  properties: NonNullable<JsonSchema['properties']>,
  { named }: SchemaCollector,
): RequestBody {
  const { required: _all, ...rest } = schema;
  const required = Object.keys(properties).filter((name) => isRequired(route, schema, name));
  const example = Object.fromEntries(Object.entries(route.example).filter(([name]) => name in properties));
  const body = { ...rest, properties, ...(required.length === 0 ? {} : { required }) };
  const media = { schema: named(`${pascalCase(route.operation)}Request`, body), example };
  const forms =
    route.auth === 'license_key' || route.oauth === true || route.edd === true
      ? { 'application/x-www-form-urlencoded': media }
      : {};
  const json = route.oauth === true || route.edd === true ? {} : { 'application/json': media };
  return { required: required.length > 0, content: { ...json, ...forms } };
}
