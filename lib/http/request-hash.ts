import { createHash } from 'node:crypto';
import type { Endpoint } from '../api/route.ts';
import type { Fields } from './body.ts';

/**
 * Two requests are the same when their checked inputs are, whatever the order of their fields. The idempotency key
 * itself is left out.
 */
export function hashRequest(route: Endpoint, input: unknown): string {
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
