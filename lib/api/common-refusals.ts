import type { RefusalCode } from '../domain/refusal.ts';
import type { Route } from './route.ts';

const ANY_REQUEST = [
  'bad_request',
  'body_not_json',
  'body_too_large',
  'unsupported_media_type',
  'busy',
  'unavailable',
  'internal_error',
] as const;
const ANY_API_KEY = [
  'api_key_missing',
  'api_key_invalid',
  'api_key_expired',
  'token_expired',
  'address_not_allowed',
  'wrong_kind_of_key',
  'scope_missing',
  'rate_limited',
  'too_many_failures',
] as const;

/** The refusals that every route of a kind has. */
export const COMMON_REFUSALS: Record<Route['auth'], readonly RefusalCode[]> = {
  none: [],
  license_key: ANY_REQUEST,
  brand: [...ANY_REQUEST, ...ANY_API_KEY, 'brand_suspended'],
  platform: [...ANY_REQUEST, ...ANY_API_KEY],
};
