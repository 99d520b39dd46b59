import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import type { Route } from './route.ts';
import * as example from './examples/licensing.ts';

const text = z.string().check(z.maxLength(1000, { abort: true }));
/** OAuth 2.0 client credentials (RFC 6749 §4.4). Unknown fields are ignored, as §3.2 requires. */
const IssueTokenInput = z.object({
  grant_type: describe(text, '`client_credentials`'),
  client_id: describe(z.optional(text), 'The id of the API key, unless the header has it'),
  client_secret: describe(z.optional(text), 'The text of the API key, unless the header has it'),
  scope: describe(z.optional(text), 'The scopes of the token, separated by spaces; the default is all'),
});
export type IssueTokenInput = z.infer<typeof IssueTokenInput>;

const TokenAnswer = describe(
  z.object({
    access_token: describe(z.string(), 'Send it as `Authorization: Bearer`'),
    token_type: describe(z.literal('Bearer'), 'The only type'),
    expires_in: describe(z.int(), 'The lifetime in seconds'),
    scope: describe(z.string(), 'The scopes of the token, separated by spaces'),
  }),
  { id: 'AccessToken', description: 'A token that stands in for an API key' },
);
export type TokenAnswer = z.infer<typeof TokenAnswer>;

export const issueToken = {
  operation: 'issue_token',
  method: 'POST',
  path: '/oauth/token',
  function: 'issue-token',
  auth: 'none',
  access: 'note',
  vault: true,
  oauth: true,
  summary: 'Issue an access token',
  description:
    'Issues an access token for an API key by OAuth 2.0 client credentials (RFC 6749 §4.4). `client_id` is the ' +
    'id of the API key and `client_secret` its text. Send them as `Authorization: Basic` or as form fields, not ' +
    'both. The token has the scopes of the key, or those of them that `scope` names, separated by spaces. Send ' +
    'it as `Authorization: Bearer`; it lives 10 minutes at most. Revoking the key stops new tokens, and all ' +
    'changes by existing tokens at once; reads work until they expire.',
  input: IssueTokenInput,
  example: {
    grant_type: 'client_credentials',
    client_id: example.apiKey.id,
    client_secret: example.API_KEY_TEXT,
    scope: 'licenses:read',
  },
  success: [
    {
      status: 200,
      description: 'The token',
      body: TokenAnswer,
      example: {
        access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3Mi….Zm9y…',
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'licenses:read',
      },
    },
  ],
  refusals: [
    'bad_request',
    'body_not_json',
    'body_too_large',
    'unsupported_media_type',
    'grant_type_unsupported',
    'scope_not_grantable',
    'api_key_missing',
    'api_key_invalid',
    'api_key_expired',
    'address_not_allowed',
    'brand_suspended',
    'rate_limited',
    'too_many_failures',
    'busy',
    'unavailable',
    'internal_error',
  ],
} as const satisfies Route;

export const tokenRoutes: readonly Route[] = [issueToken];
