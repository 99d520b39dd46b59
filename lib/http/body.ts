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
export async function readBody(route: Endpoint, event: APIGatewayProxyEventV2): Promise<{ body: Fields } | Refusal> {
  if (event.body === undefined || event.body === '') return { body: {} };
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  const { maxBodyBytes: maximum_bytes = MAX_BODY_BYTES } = route;
  if (bytes.length > maximum_bytes) return refuse('body_too_large', { maximum_bytes });
  // The content of a GET means nothing (RFC 9110 §9.3.1).
  if (route.method === 'GET') return { body: {} };
  const type = (event.headers['content-type'] ?? JSON_TYPE).replace(/;.*$/s, '').trim().toLowerCase();
  if (!isUtf8(bytes)) return refuse('body_not_json');
  const text = bytes.toString('utf8');
  if (type === JSON_TYPE || type.endsWith('+json')) return parseJson(text);
  const takesForms = route.auth === 'license_key';
  if (!takesForms || type !== FORM_TYPE)
    return refuse('unsupported_media_type', { supported: takesForms ? [JSON_TYPE, FORM_TYPE] : [JSON_TYPE] });
  const { parseForm } = await import('./form.ts');
  return { body: parseForm(text) };
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
