import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { MAX_BODY_BYTES, type Endpoint } from '../api/route.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export type Fields = Record<string, unknown>;
/** The fields of a request by the part in which they were sent. */
export type Sources = { body: Fields; fromPath: Fields; fromQuery: Fields };

/** The fields stand apart from a refusal: a body may well have a field called `refused`. */
export function readBody(route: Endpoint, event: APIGatewayProxyEventV2): { body: Fields } | Refusal {
  if (event.body === undefined || event.body === '') return { body: {} };
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) return refuse('body_too_large', { maximum_bytes: MAX_BODY_BYTES });
  // The content of a GET means nothing (RFC 9110 §9.3.1).
  if (route.method === 'GET') return { body: {} };
  const type = (event.headers['content-type'] ?? JSON_TYPE).split(';')[0]?.trim().toLowerCase() ?? '';
  if (!isUtf8(bytes)) return refuse('body_not_json');
  const text = bytes.toString('utf8');
  if (type === JSON_TYPE || type.endsWith('+json')) return parseJson(text);
  const takesForms = route.auth === 'license_key';
  if (takesForms && type === FORM_TYPE) return { body: parseForm(text) };
  return refuse('unsupported_media_type', { supported: takesForms ? [JSON_TYPE, FORM_TYPE] : [JSON_TYPE] });
}

/** PHP writes an empty object as `[]`. */
function parseJson(text: string): { body: Fields } | Refusal {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.length === 0) return { body: {} };
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { body: value as Fields }
      : refuse('body_not_json');
  } catch {
    return refuse('body_not_json');
  }
}

type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Form fields as PHP reads them: `metadata[plan]=plus` is a field of an object, `tags[]=a` an entry of a list. */
function parseForm(text: string): Fields {
  const fields = Object.create(null) as Record<string, FormValue>;
  for (const [name, value] of new URLSearchParams(text)) {
    const [, outer, brackets = ''] = /^([^[]+)((?:\[[^\]]*\])+)$/.exec(name) ?? [];
    const inner = [...brackets.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
    putFormValue(fields, outer === undefined ? [name] : [outer, ...inner], value);
  }
  return fields;
}

/** The last one wins where a name is given twice with different shapes. */
function putFormValue(fields: Record<string, FormValue>, path: readonly string[], value: string): void {
  let holder: FormValue[] | Record<string, FormValue> = fields;
  for (const [depth, name] of path.entries()) {
    const next = path[depth + 1];
    const at: string = Array.isArray(holder) ? String(holder.length) : name;
    const present: FormValue | undefined = (holder as Record<string, FormValue>)[at];
    const made: FormValue = next === undefined ? value : holderFor(present, next);
    (holder as Record<string, FormValue>)[at] = made;
    if (typeof made === 'object') holder = made;
  }
}

/** An empty name asks for a list, any other for an object; what is there already is kept where it is of that kind. */
function holderFor(present: FormValue | undefined, name: string): FormValue[] | Record<string, FormValue> {
  const isList = name === '';
  if (typeof present === 'object' && Array.isArray(present) === isList) return present;
  return isList ? [] : nameless();
}

/** Without a prototype, so that `__proto__` is a name like any other. */
const nameless = (): Record<string, FormValue> => Object.create(null) as Record<string, FormValue>;
