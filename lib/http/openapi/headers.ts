import type { Header, Reference } from './document.ts';

/** The headers of answers that a client can use. Those against attacks are left out: a browser obeys them unasked. */
export const responseHeaders = {
  'X-Request-Id': {
    description: 'The id of this request in our logs. A short and plain id that you send is kept',
    required: true,
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'The seconds to wait before the next try',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  'Idempotent-Replayed': {
    description: '`true` when this is the stored answer to an earlier request',
    schema: { type: 'string', const: 'true' },
  },
  'License-Proof': {
    description: '`unavailable` when a proof was asked for and no key could be had; `proof` is null then',
    schema: { type: 'string', const: 'unavailable' },
  },
  ETag: {
    description:
      'The version of the answer. Send that of a license as `If-Match` to change this version only, and that of a ' +
      'document as `If-None-Match` to get it only when it has changed',
    required: true,
    schema: { type: 'string' },
  },
  Location: { description: 'The address to go to', required: true, schema: { type: 'string' } },
  RateLimit: {
    description:
      'The state of each limit: the remaining requests `r`, and the seconds `t` until the limit starts again',
    schema: { type: 'string', examples: ['"brand";r=992;t=41'] },
  },
  'RateLimit-Policy': {
    description: 'Each limit: the requests `q` per window of `w` seconds',
    schema: { type: 'string', examples: ['"brand";q=1000;w=60'] },
  },
  'X-RateLimit-Limit': {
    description: 'The requests per minute of the limit with the fewest requests left',
    schema: { type: 'integer' },
  },
  'X-RateLimit-Remaining': { description: 'The remaining requests of that limit', schema: { type: 'integer' } },
  'X-RateLimit-Reset': {
    description: 'The seconds until that limit starts again',
    schema: { type: 'integer' },
  },
  Deprecation: {
    description: 'On a deprecated route: since when it is (RFC 9745)',
    required: true,
    schema: { type: 'string', examples: ['@1798761600'] },
  },
  Sunset: {
    description: 'On a deprecated route: until when it answers (RFC 8594)',
    required: true,
    schema: { type: 'string', examples: ['Thu, 01 Jul 2027 00:00:00 GMT'] },
  },
  'WWW-Authenticate': { description: 'The scheme of the credentials', required: true, schema: { type: 'string' } },
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof responseHeaders;

export const RATE_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
] as const satisfies HeaderName[];

export const headerReferences = (names: readonly HeaderName[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name): [string, Reference] => [name, { $ref: `#/components/headers/${name}` }]));
