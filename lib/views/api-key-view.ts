import { pick } from '../domain/pick.ts';
import type { ApiKey } from '../table/api-keys.ts';

const API_KEY = [
  'id',
  'name',
  'scopes',
  'last_four',
  'expires_at',
  'allowed_cidrs',
  'rate_limit_per_minute',
  'last_used_at',
  'revoked_at',
  'created_at',
] as const;

/** An API key as the API shows it: without its hashes. */
export const apiKeyView = (apiKey: ApiKey) => pick(API_KEY, apiKey);
