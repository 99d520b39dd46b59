import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import type { IdempotentRequest } from '../context.ts';
import { messageOf } from './messages.ts';
import { MAX_BODY_BYTES, pathParameters, type Endpoint } from './route.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Visible ASCII, as far as a header can carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

type Fields = Record<string, unknown>;

/** Everything a request brings, as one object checked by the route's schema; and under which idempotency key, if any. */
export function readInput(
  route: Endpoint,
  event: APIGatewayProxyEventV2,
): { input: unknown; once: IdempotentRequest | undefined } | Refusal {
  const read = readBody(route, event);
  if (isRefusal(read)) return read;
  const { body } = read;
  const idempotencyKey = idempotencyKeyOf(route, event, body);
  if (isRefusal(idempotencyKey)) return idempotencyKey;
  const fromPath = Object.fromEntries(pathParameters(route.path).map((name) => [name, event.pathParameters?.[name]]));
  const fromQuery: Fields =
    route.method === 'POST' || route.method === 'PATCH' ? {} : { ...event.queryStringParameters };
  const twice = Object.keys(fromPath).filter((name) => Object.hasOwn(body, name) || Object.hasOwn(fromQuery, name));
  if (twice.length > 0)
    return refuse('bad_request', {
      errors: twice.map((name) => ({ pointer: `/${name}`, message: 'is in the path already' })),
    });
  const checked = z.safeParse(
    route.input,
    { ...credentialsBeside(route, event), ...fromQuery, ...body, ...fromPath },
    { error: messageOf },
  );
  if (!checked.success) return refuse('bad_request', { errors: errorsOf(checked.error, route, fromPath, fromQuery) });
  const input = checked.data;
  return {
    input,
    once: idempotencyKey === undefined ? undefined : { idempotencyKey, requestHash: requestHash(route, input) },
  };
}

/** On product routes the license key may stand in a header or, even on a POST, in the query; the body counts first. */
function credentialsBeside(route: Endpoint, event: APIGatewayProxyEventV2): Fields {
  if (route.auth !== 'license_key') return {};
  const license_key = event.headers['x-license-key'];
  return { ...(license_key === undefined ? {} : { license_key }), ...event.queryStringParameters };
}

/** The fields stand apart from a refusal: a body may well have a field called `refused`. */
function readBody(route: Endpoint, event: APIGatewayProxyEventV2): { body: Fields } | Refusal {
  if (event.body === undefined || event.body === '') return { body: {} };
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) return refuse('body_too_large', { maximum_bytes: MAX_BODY_BYTES });
  if (route.method === 'GET' || route.method === 'DELETE') return { body: {} };
  const type = (event.headers['content-type'] ?? JSON_TYPE).split(';')[0]?.trim().toLowerCase() ?? '';
  if (!isUtf8(bytes)) return refuse('body_not_json');
  const text = bytes.toString('utf8');
  if (type === JSON_TYPE || type.endsWith('+json')) return parseJson(text);
  const takesForms = route.auth === 'license_key';
  if (takesForms && type === FORM_TYPE) return { body: parseForm(text) };
  return refuse('unsupported_media_type', { supported: takesForms ? [JSON_TYPE, FORM_TYPE] : [JSON_TYPE] });
}

function parseJson(text: string): { body: Fields } | Refusal {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { body: value as Fields }
      : refuse('body_not_json');
  } catch {
    return refuse('body_not_json');
  }
}

/** Form fields as PHP writes them: `metadata[plan]=plus` is a field of an object. */
function parseForm(text: string): Fields {
  const fields: Record<string, string | Record<string, string>> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    const [, outer, inner] = /^(\w+)\[([^\]]*)\]$/.exec(name) ?? [];
    if (outer === undefined || inner === undefined) {
      fields[name] = value;
      continue;
    }
    const nested = fields[outer];
    fields[outer] = { ...(typeof nested === 'object' ? nested : {}), [inner]: value };
  }
  return fields;
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

/** Two requests are the same when their checked inputs are, whatever the order of their fields. The idempotency key itself is left out. */
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

/** As many as anyone mends at a time: a body can hold so many faults that telling them all would be too long an answer. */
const MAX_FAULTS = 50;

/** The first fault at each place, with that place: a pointer into the body (RFC 6901), `?name` in the query, `{name}` in the path. */
function errorsOf(error: z.core.$ZodError, route: Endpoint, fromPath: Fields, fromQuery: Fields): FieldError[] {
  const inQuery = (name: string): boolean =>
    Object.hasOwn(fromQuery, name) || (route.method !== 'POST' && route.method !== 'PATCH');
  const place = (path: readonly PropertyKey[]): string => {
    const [first] = path;
    if (first === undefined) return '';
    const name = String(first);
    if (Object.hasOwn(fromPath, name)) return `{${name}}`;
    if (path.length === 1 && inQuery(name)) return `?${name}`;
    return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  };
  const faults = error.issues
    .flatMap(deepest)
    .flatMap((fault) =>
      fault.code === 'unrecognized_keys'
        ? fault.keys.map((name) => ({ pointer: place([...fault.path, name]), message: 'is not known here' }))
        : [{ pointer: place(fault.path), message: fault.message }],
    );
  const first = new Map<string, FieldError>();
  for (const fault of faults) if (!first.has(fault.pointer)) first.set(fault.pointer, fault);
  return [...first.values()].slice(0, MAX_FAULTS);
}

/** Of a union, the faults of the branch that came nearest: the one that takes this kind of value, and finds fault with something in it. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const nearest = issue.errors.find((branch) =>
    branch.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (nearest === undefined) return [issue];
  return nearest.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }));
}
