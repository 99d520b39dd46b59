import { createHmac } from 'node:crypto';
import type { Message } from './message.ts';

/** The beginning of every secret; the rest is the key itself, in base64 (Standard Webhooks, "Signature scheme"). */
const PREFIX = 'whsec_';

/**
 * The headers of one request in Standard Webhooks: HMAC-SHA-256 of id, time and body, once with each valid secret.
 * @param atSeconds the time of this request, in seconds since 1970; receivers refuse one that is minutes old, so each
 * attempt has its own.
 */
export function signedHeaders(
  { id, body }: Message,
  secrets: readonly string[],
  atSeconds: number,
): Record<string, string> {
  const content = `${id}.${atSeconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': String(atSeconds), 'webhook-signature': signatures.join(' ') };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (!secret.startsWith(PREFIX) || key.length === 0) throw new Error('a webhook secret is not in its form');
  return key;
}
