import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import type { IdempotentRequest } from '../context.ts';
import { readBody, type Fields, type Sources } from './body.ts';
import { pathParameters, type Endpoint } from '../api/route.ts';

/**
 * Everything a request brings, as one object checked by the route's schema; and under which idempotency key, if any.
 */
export async function readInput(
  route: Endpoint,
  event: APIGatewayProxyEventV2,
): Promise<{ input: unknown; once: IdempotentRequest | undefined } | Refusal> {
  const read = await readBody(route, event);
  if (isRefusal(read)) return read;
  const { body } = read;
  const [inHeader, inBody] = [event.headers['idempotency-key'], body['idempotency_key']];
  const isRepeatable = route.once === true && (inHeader !== undefined || inBody !== undefined);
  const idempotencyKey = isRepeatable
    ? (await import('./idempotency-key.ts')).readIdempotencyKey(inHeader, inBody)
    : undefined;
  if (isRefusal(idempotencyKey)) return idempotencyKey;
  const fromPath = Object.fromEntries(pathParameters(route.path).map((name) => [name, event.pathParameters?.[name]]));
  const fromQuery: Fields = { ...event.queryStringParameters };
  const misplaced = misplacedFields(route, { body, fromPath, fromQuery });
  if (misplaced.length > 0) return refuse('bad_request', { errors: misplaced });
  const sent = { ...credentialsBeside(route, event), ...fromQuery, ...body, ...fromPath };
  const known = fieldsKnownTo(route, sent);
  if (mayBeUnfit(known)) {
    const { findUnfitFields } = await import('./unfit-fields.ts');
    const errors = findUnfitFields(route, known);
    if (errors.length > 0) return refuse('bad_request', { errors });
  }
  const checked = parseAtOnce(route, sent);
  let input = checked?.data;
  if (checked?.success !== true) {
    // Most input is right: what words the faults is loaded when it is needed.
    const { readFaultyInput } = await import('./faulty-input.ts');
    const read = await readFaultyInput(route, sent, { body, fromPath, fromQuery });
    if (isRefusal(read)) return read;
    ({ input } = read);
  }
  if (idempotencyKey === undefined) return { input, once: undefined };
  const { hashRequest } = await import('./request-hash.ts');
  return { input, once: { idempotencyKey, requestHash: hashRequest(route, input) } };
}

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

/** True for fields that have to be looked at more closely: most are texts, or lists and maps of a few texts. */
function mayBeUnfit(fields: object, isInField = false): boolean {
  const entries = Object.entries(fields);
  const isDeep = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && (isInField || mayBeUnfit(value, true));
  return entries.length > 99 || entries.some(([name, value]) => name === '__proto__' || isDeep(value));
}

/** Undefined if a rule of the schema has to load something before it can tell: `readFaultyInput` waits for it. */
function parseAtOnce({ input }: Endpoint, sent: Fields): z.core.util.SafeParseResult<unknown> | undefined {
  try {
    return z.safeParse(input, sent);
  } catch {
    return undefined;
  }
}

/** On product routes the license key may stand in a header or, even on a POST, in the query; the body counts first. */
function credentialsBeside(route: Endpoint, event: APIGatewayProxyEventV2): Fields {
  if (route.auth !== 'license_key') return {};
  const license_key = event.headers['x-license-key'];
  return { ...(license_key === undefined ? {} : { license_key }), ...event.queryStringParameters };
}
