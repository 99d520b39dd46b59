import type { components } from './openapi.ts';

/** The body of a message: an event, or the message of a test. */
export type WebhookMessage = components['schemas']['WebhookEvent'] | components['schemas']['WebhookTestMessage'];

/** Not a message of the service: answer 401 and do nothing. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

type Headers_ = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const TOLERANCE_S = 300;

/**
 * Returns the message if one of the secrets has signed it within the last five minutes (Standard Webhooks). `body` is
 * the raw body, as it came. Keep the ids of some days, and skip a message whose id you have.
 */
export async function verify(
  body: string | Uint8Array,
  headers: Headers_,
  secrets: string | readonly string[],
  { now = Date.now() }: { now?: number } = {},
): Promise<WebhookMessage> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    readHeader(headers, name),
  ) as [string, string, string];
  if (id === '' || !/^\d{1,12}$/.test(timestamp) || signatures === '')
    throw new WebhookRefused('A header is missing: webhook-id, webhook-timestamp or webhook-signature.');
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S)
    throw new WebhookRefused('The message is older than five minutes, or this clock is wrong.');
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  for (const secret of typeof secrets === 'string' ? [secrets] : secrets)
    for (const signature of signatures.split(' '))
      if (await isSignedBy(secret, signature, signed)) return JSON.parse(text) as WebhookMessage;
  throw new WebhookRefused('No signature of the message is by one of the secrets.');
}

function readHeader(headers: Headers_, name: string): string {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? '';
  const found = Object.entries(headers).find(([other]) => other.toLowerCase() === name);
  return String(found?.[1] ?? '');
}

/** WebCrypto compares in constant time. */
async function isSignedBy(secret: string, signature: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const [version, text = ''] = signature.split(',');
  const bytes = decodeBase64(text);
  if (version !== 'v1' || bytes === undefined) return false;
  const raw = decodeBase64(secret.replace(/^whsec_/, ''));
  if (raw === undefined || raw.length === 0) throw new TypeError('A webhook secret is whsec_ and base64.');
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  return crypto.subtle.verify('HMAC', key, bytes, signed);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
