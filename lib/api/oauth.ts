import * as z from 'zod/mini';
import type { Route } from './route.ts';
import * as example from './examples.ts';

const text = z.string().check(z.maxLength(1000, { abort: true }));
/** OAuth 2.0 client credentials (RFC 6749 §4.4). Fields it does not know are ignored, as §3.2 wants. */
const IssueTokenInput = z.object({
  grant_type: text,
  client_id: z.optional(text),
  client_secret: z.optional(text),
  scope: z.optional(text),
});
export type IssueTokenInput = z.infer<typeof IssueTokenInput>;

const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
});
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
  summary: 'A token for an API key',
  description:
    'OAuth 2.0 client credentials (RFC 6749 §4.4). `client_id` is an API key’s id and `client_secret` its text, sent as `Authorization: Basic` or as fields of the form, not both. The token has the key’s scopes, or those of them that `scope` names, separated by spaces; it is sent as `Authorization: Bearer` and lives 10 minutes at most. Revoking the key stops new tokens and every change by those given out at once; they read on until they expire.',
  input: IssueTokenInput,
  example: {
    grant_type: 'client_credentials',
    client_id: example.apiKey.id,
    client_secret: 'cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7d4e6fnbt3x7qm',
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

export const oauthRoutes: readonly Route[] = [issueToken];
