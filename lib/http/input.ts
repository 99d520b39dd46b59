import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { $ZodAsyncError } from 'zod/v4/core';
import * as z from 'zod/mini';
import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import type { IdempotentRequest } from '../context.ts';
import { readBody, type Fields } from './body.ts';
import { describeIssue } from './messages.ts';
import { pathParameters, type Endpoint } from '../api/route.ts';
import { unfitFieldsIn } from './unfit-fields.ts';

/** Visible ASCII, as far as a header can carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The most faults in one answer: a body can contain so many that listing them all would make a very long answer. */
const MAX_FAULTS = 50;

/**
 * Everything a request brings, as one object checked by the route's schema; and under which idempotency key, if any.
 */
export async function readInput(
  route: Endpoint,
  event: APIGatewayProxyEventV2,
): Promise<{ input: unknown; once: IdempotentRequest | undefined } | Refusal> {
  const read = readBody(route, event);
  if (isRefusal(read)) return read;
  const { body } = read;
  const idempotencyKey = idempotencyKeyOf(route, event, body);
  if (isRefusal(idempotencyKey)) return idempotencyKey;
  const fromPath = Object.fromEntries(pathParameters(route.path).map((name) => [name, event.pathParameters?.[name]]));
  const fromQuery: Fields = { ...event.queryStringParameters };
  const misplaced = misplacedFields(route, { body, fromPath, fromQuery });
  if (misplaced.length > 0) return refuse('bad_request', { errors: misplaced });
  const sent = { ...credentialsBeside(route, event), ...fromQuery, ...body, ...fromPath };
  const unfit = unfitFieldsIn(fieldsKnownTo(route, sent), MAX_FAULTS).map(({ path, message }) => ({
    pointer: path.length === 1 && route.method === 'GET' ? `?${path.join('')}` : pointerTo(path),
    message,
  }));
  if (unfit.length > 0) return refuse('bad_request', { errors: unfit });
  const checked = await check(route, sent);
  if (!checked.success)
    return refuse('bad_request', { errors: errorsOf(checked.error, { route, body, fromPath, fromQuery }) });
  const input = checked.data;
  return {
    input,
    once: idempotencyKey === undefined ? undefined : { idempotencyKey, requestHash: requestHash(route, input) },
  };
}

type Sources = { body: Fields; fromPath: Fields; fromQuery: Fields };

/** A field of the path counts nowhere else, and a field that is given twice must have the same value both times. */
function misplacedFields({ method, auth }: Endpoint, { body, fromPath, fromQuery }: Sources): FieldError[] {
  const inPath = Object.keys(fromPath).filter((name) => Object.hasOwn(body, name) || Object.hasOwn(fromQuery, name));
  const isBodyOnly = (method === 'POST' || method === 'PATCH') && auth !== 'license_key';
  const inQuery = isBodyOnly ? Object.keys(fromQuery) : [];
  const twice = method === 'DELETE' ? Object.keys(fromQuery).filter((name) => Object.hasOwn(body, name)) : [];
  return [
    ...inPath.map((name) => ({ pointer: `/${name}`, message: 'is in the path already' })),
    ...inQuery.map((name) => ({ pointer: `?${name}`, message: 'must be sent in the body' })),
    ...twice
      .filter((name) => body[name] !== fromQuery[name])
      .map((name) => ({ pointer: `/${name}`, message: `differs from the query parameter ${name}` })),
  ];
}

/** The fields that the route's schema names: a product route ignores all others, whatever they contain. */
function fieldsKnownTo(route: Endpoint, sent: Fields): Fields {
  const { shape } = route.input._zod.def as { shape?: Fields };
  return Object.fromEntries(Object.entries(sent).filter(([name]) => shape === undefined || Object.hasOwn(shape, name)));
}

/**
 * Checks the fields by the route's schema. PHP writes an empty object as `[]`; where an object is meant, that is one.
 */
async function check(route: Endpoint, sent: Fields): Promise<z.core.util.SafeParseResult<unknown>> {
  const checked = await parse(route, sent);
  if (checked.success) return checked;
  const emptyLists = checked.error.issues.flatMap(deepest).filter((fault) => isEmptyListForObject(fault, sent));
  // Each costs a copy of what it stands in: a body that is full of them is no mistake of PHP's.
  if (emptyLists.length === 0 || emptyLists.length > MAX_FAULTS) return checked;
  const meant = emptyLists.reduce<unknown>((value, { path }) => withEmptyObjectAt(value, path), sent);
  return parse(route, meant);
}

/** A rule that has to load something makes its schema wait, and only for a value that it looks at. */
async function parse({ input }: Endpoint, value: unknown): Promise<z.core.util.SafeParseResult<unknown>> {
  try {
    return z.safeParse(input, value, { error: describeIssue });
  } catch (error) {
    if (!(error instanceof $ZodAsyncError)) throw error;
    return z.safeParseAsync(input, value, { error: describeIssue });
  }
}

function isEmptyListForObject(fault: z.core.$ZodIssue, sent: Fields): boolean {
  if (fault.code !== 'invalid_type' || (fault.expected !== 'object' && fault.expected !== 'record')) return false;
  const value = fault.path.reduce<unknown>((holder, name) => (holder as Record<PropertyKey, unknown>)[name], sent);
  return Array.isArray(value) && value.length === 0;
}

function withEmptyObjectAt(value: unknown, [name, ...rest]: readonly PropertyKey[]): unknown {
  if (name === undefined) return {};
  const changed = withEmptyObjectAt((value as Record<PropertyKey, unknown>)[name], rest);
  return Array.isArray(value)
    ? value.map((entry: unknown, index) => (index === name ? changed : entry))
    : { ...(value as Fields), [name]: changed };
}

/** On product routes the license key may stand in a header or, even on a POST, in the query; the body counts first. */
function credentialsBeside(route: Endpoint, event: APIGatewayProxyEventV2): Fields {
  if (route.auth !== 'license_key') return {};
  const license_key = event.headers['x-license-key'];
  return { ...(license_key === undefined ? {} : { license_key }), ...event.queryStringParameters };
}

function idempotencyKeyOf(route: Endpoint, event: APIGatewayProxyEventV2, body: Fields): string | undefined | Refusal {
  if (route.once !== true) return undefined;
  const inHeader = event.headers['idempotency-key'];
  const inBody = body['idempotency_key'];
  const wrong = (pointer: string, message: string): Refusal =>
    refuse('bad_request', { errors: [{ pointer, message }] });
  if (inBody !== undefined && typeof inBody !== 'string') return wrong('/idempotency_key', 'must be a text');
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
    return wrong('/idempotency_key', 'differs from the header Idempotency-Key');
  const key = inHeader ?? inBody;
  if (key === undefined) return undefined;
  if (!IDEMPOTENCY_KEY.test(key))
    return wrong(
      inHeader === undefined ? '/idempotency_key' : 'Idempotency-Key',
      'must be 1 to 255 visible ASCII characters',
    );
  return key;
}

/**
 * Two requests are the same when their checked inputs are, whatever the order of their fields. The idempotency key
 * itself is left out.
 */
function requestHash(route: Endpoint, input: unknown): string {
  const { idempotency_key: _key, ...rest } = input as Fields;
  return createHash('sha256')
    .update(`${route.operation}\n${canonical(rest)}`)
    .digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`;
}

/** RFC 6901. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * The first fault of each field, with its position: a pointer into the body, `?name` in the query or `{name}` in the
 * path.
 */
function errorsOf(
  error: z.core.$ZodError,
  { route, body, fromPath, fromQuery }: Sources & { route: Endpoint },
): FieldError[] {
  const isInQuery = (name: string): boolean =>
    route.method === 'GET' ||
    (route.method === 'DELETE' && Object.hasOwn(fromQuery, name) && !Object.hasOwn(body, name));
  const position = (path: readonly PropertyKey[]): string => {
    const [first] = path;
    if (first === undefined) return '';
    const name = String(first);
    if (Object.hasOwn(fromPath, name)) return `{${name}}`;
    return path.length === 1 && isInQuery(name) ? `?${name}` : pointerTo(path);
  };
  const faults = error.issues
    .flatMap(deepest)
    .flatMap((fault) =>
      fault.code === 'unrecognized_keys'
        ? fault.keys.map((name) => ({ pointer: position([...fault.path, name]), message: 'is not known here' }))
        : [{ pointer: position(fault.path), message: fault.message }],
    );
  const first = new Map<string, FieldError>();
  for (const fault of faults) if (!first.has(fault.pointer)) first.set(fault.pointer, fault);
  return [...first.values()].slice(0, MAX_FAULTS);
}

/**
 * Of a union, the faults of the branch that came nearest: the one that takes this kind of value, and finds fault with
 * something in it.
 */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const nearest = issue.errors.find((branch) =>
    branch.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (nearest === undefined) return [issue];
  return nearest.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }));
}
