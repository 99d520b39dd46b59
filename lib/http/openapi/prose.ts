import type { Route } from '../../api/route.ts';

/** The texts of the document: Markdown of headings, paragraphs, lists and inline code. */
export const TITLE = 'Centralized License Service';
export const SUMMARY = 'Issues, activates, checks and manages software licenses for many brands.';

/** The credentials of each kind of route. */
export const CREDENTIALS = {
  none: 'No credentials.',
  license_key: 'Send the license key as `license_key` in the body or the query, or in the header `X-License-Key`.',
  brand: 'Needs an API key of the brand.',
  platform: 'Needs an API key of the platform.',
} as const satisfies Record<Route['auth'], string>;

export const DESCRIPTION = `Brands call this API from their shops and back offices, and their plugins call it from
customers’ sites.

## Credentials

- **Product API** (\`/api/v1/product\`): the customer’s license key, as \`license_key\` in the body or the query, or in
  the header \`X-License-Key\`. These operations accept forms as well as JSON.
- **Brand API** (\`/api/v1/brand\`): an API key of the brand in the header \`X-API-Key\`, or as \`Authorization:
  Bearer\`. Each operation names the scopes that the key needs. A brand sees its own data only.
- **Admin API** (\`/api/v1/admin\`): an API key of the platform, sent in the same way. An API key of a brand opens no
  admin operation, and an API key of the platform opens no brand operation.
- **Access tokens**: \`POST /oauth/token\` issues a token for an API key, for callers that should not send the key
  itself with every request. Send it as \`Authorization: Bearer\`. It lives 10 minutes at most. Revoking its key, or
  rotating away the text it was issued for, stops new tokens and all changes by existing tokens at once; reads work
  until they expire. Suspending the brand stops its tokens at once.

A revoked API key is refused from the next request on.

## Requests and answers

JSON in UTF-8, with names in \`snake_case\` and ids as UUIDv7. Brand and admin operations refuse unknown fields by name.
Product operations ignore them, so that a newer plugin works with an older server. Answers can gain fields. A body can
have 256 KB. \`HEAD\` works wherever \`GET\` does. \`[]\` counts as an empty object where an object is expected, because
PHP writes it that way.

Every answer carries \`X-Request-Id\`. Send us this id with questions about a request.

## Times

Times are ISO 8601 in UTC, such as \`2026-12-31T23:59:59Z\`. Other zones are converted. A date alone means the last
second of that day in UTC. A time without a zone is refused.

## Retries

Operations with the header \`Idempotency-Key\` take effect once, however often a request is sent. A repetition with the
same key within 24 hours gets the first answer again, marked \`Idempotent-Replayed: true\`. Another request with that
key is refused. Refused requests are not stored. A secret in a stored answer is shown only to the credential that got it
first. A token is a different credential than its API key: it sees license keys with the scope \`license_keys:reveal\`,
and other secrets masked.

\`Retry-After\` of a \`429\` or \`503\` is the number of seconds to wait.

## Rate limits

A brand has 1,000 requests per minute unless its settings differ, and an API key can have a lower limit of its own.
\`RateLimit\` and \`RateLimit-Policy\` show the state of both, and \`X-RateLimit-Limit\`, \`X-RateLimit-Remaining\` and
\`X-RateLimit-Reset\` that of the limit with the fewest requests left. A request that is refused with \`429\` counts
against neither. The remaining requests of a limit above 6,000 are an estimate.

API keys, tokens and client secrets that do not exist are limited by address: 60 per minute get \`401\`, all others
\`429\` with the code \`too_many_failures\`. Existing credentials are never affected by other callers at the same
address.

Product operations are limited only for license keys that do not exist: from one address (one /64 network for IPv6) 60
per minute get \`404\`, all others \`429\`. Existing license keys are never affected.

## Lists

A page holds up to \`limit\` entries: 50 by default, 100 at most. It can be shorter even when more pages follow. Send
\`next_cursor\` as \`cursor\`, with the same filters, until it is null.

## Problems

Every refusal is \`application/problem+json\` (RFC 9457). Programs should read \`code\`, which is a closed list;
\`detail\` is a sentence that a person can read. Data of another brand is answered exactly like data that does not
exist.
`;
