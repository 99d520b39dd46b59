import type { Route } from '../../api/route.ts';

/** What the document says in words: Markdown of headings, paragraphs, lists and inline code. */
export const TITLE = 'Centralized License Service';
export const SUMMARY = 'Issues, activates, checks and manages software licenses for many brands.';

export const TAGS = {
  license_key: {
    name: 'Product API',
    description:
      'What a brand’s plugins call from customers’ sites: take a seat, ask whether this site may run, free the seat.',
  },
  brand: {
    name: 'Brand API',
    description: 'What a brand’s shop and back office call. A brand sees its own licenses and nothing of another’s.',
  },
  platform: {
    name: 'Admin API',
    description: 'What the platform team calls: brands, their products, bundles and API keys.',
  },
  none: { name: 'Open', description: 'Health, documentation and tokens.' },
} as const satisfies Record<Route['auth'], { name: string; description: string }>;

/** How a caller proves who it is. */
export const CREDENTIALS = {
  none: 'No credentials.',
  license_key: 'The license key goes in the body or the query as `license_key`, or in the header `X-License-Key`.',
  brand: 'Needs an API key of the brand.',
  platform: 'Needs an API key of the platform.',
} as const satisfies Record<Route['auth'], string>;

export const DESCRIPTION = `${SUMMARY} Brands call it from their shops and back offices, their plugins call it from customers’ sites.

## Credentials

- **Brand API** and **Admin API**: an API key in the header \`X-API-Key\`, or as \`Authorization: Bearer\`. Each operation names the scopes that the key must have. A revoked key is refused from the very next request. A key of a brand opens no admin operation, and a key of the platform no brand operation, whatever its scopes.
- **Tokens**: where a key should not travel with every request, \`POST /oauth/token\` gives a token for it by OAuth 2.0 client credentials (RFC 6749 §4.4), sent as \`Authorization: Bearer\`. It lives 10 minutes at most. Revoking its key, or replacing the text that it was given for, stops new tokens and every change by those given out at once; they read on until they expire. Suspending the brand reaches them at once.
- **Product API**: the customer’s license key, as \`license_key\` in the body or the query, or in the header \`X-License-Key\`. Besides JSON these operations take forms.

## Requests and answers

JSON in UTF-8, names in \`snake_case\`, ids are UUIDv7. Brand and admin operations refuse a field they do not know, by its name; product operations ignore it, so that a newer plugin works with an older server. Answers may gain fields. A body may have 256 KB. \`HEAD\` is taken wherever \`GET\` is. \`[]\` counts as an empty object where an object is meant, as PHP writes one.

Every answer carries \`X-Request-Id\`. Name it when you ask us about a request.

## Times

ISO 8601 in UTC, such as \`2026-12-31T23:59:59Z\`. An offset is converted. A date alone means the last second of that day in UTC. A time without a zone is refused.

## Trying again

Operations that take \`Idempotency-Key\` have their effect once, however often the request is sent: the same request under the same key within 24 hours gets the first answer again, marked \`Idempotent-Replayed: true\`. Another request under that key is refused. A secret in that answer is shown to the credential that got it first; a token is another credential than its API key, and sees license keys by the scope \`license_keys:reveal\` and other secrets masked. Refused requests are not recorded. A \`429\` or \`503\` says in \`Retry-After\` how many seconds to wait.

A brand has 1,000 requests a minute unless it is set otherwise, and an API key may have a limit of its own within that; \`RateLimit\` and \`RateLimit-Policy\` (and \`X-RateLimit-Limit\`, \`-Remaining\` and \`-Reset\` for the one that is nearest) say how they stand. A refused request counts against neither. What remains of a limit above 6,000 is an estimate.

API keys, tokens and client secrets that do not exist are held back by address: 60 in a minute hear \`401\`, and more than that \`429\` with the code \`too_many_failures\`. A credential that exists is answered as always, whatever others send from the same address.

Product operations have no limit but for license keys that do not exist: from one address (of IPv6 from one /64 network) 60 such requests a minute hear \`404\`, and more than that \`429\`. A key that exists is answered as always, whatever others ask for from the same address.

## Lists

A page holds up to \`limit\` entries, 50 unless given and 100 at most, and may hold fewer. Ask again with \`cursor\` set to \`next_cursor\` until that is null, and keep the filters as they are.

## Problems

Whatever is refused is answered with \`application/problem+json\` (RFC 9457). Let a program look at \`code\`, a closed list; \`detail\` is a sentence one could show. What belongs to another brand is answered just like what does not exist.
`;
