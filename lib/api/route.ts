import type * as z from 'zod';
import type { RefusalCode } from '../domain/refusal.ts';
import type { Scope } from '../domain/scopes.ts';

/** One answer that a route gives when it does not refuse. */
export type Success = { status: 200 | 201; description: string; body: z.core.$ZodType; example: unknown };

/** What a function needs of a route that it serves. */
export type Endpoint = {
  /** Unique; the OpenAPI operationId. */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  /** Who may call: anyone, whoever holds a license key (product routes), a brand's API key, the platform's. */
  auth: 'none' | 'license_key' | 'brand' | 'platform';
  scope?: Scope;
  /** Scopes that it needs besides. */
  alsoScopes?: readonly Scope[];
  /**
   * What it does to the table, and so all that its function may be granted (`infra/grants.ts`). `note` reads, and sets
   * what is no change of state. A change outlives a token, so that `write` needs a credential that is good this
   * moment: of a token the API key is read.
   */
  access: 'none' | 'read' | 'note' | 'write';
  /**
   * Whether it seals or opens ciphertext, and so may read the data key. `on_demand` needs it for a call with an `Idempotency-Key` or a token alone, so that all
   * other calls go on while the data key cannot be read.
   */
  vault: boolean | 'on_demand';
  /** One object for path, query and body: a field named in the path comes from there, the rest from the query (GET, DELETE) or the body. */
  input: z.core.$ZodType;
  /** Takes an `Idempotency-Key`. */
  once?: true;
};

/**
 * One route, as pure data. The stack, the functions' grants, the local gateway, OpenAPI and the tests that hold for every route are all made of it.
 */
export type Route = Endpoint & {
  /** The file in functions/ that serves it. */
  function: string;
  summary: string;
  description: string;
  example: Record<string, unknown>;
  success: readonly Success[];
  /** Beside those that every route of its kind can give. */
  refusals: readonly RefusalCode[];
  /** Speaks OAuth 2.0: takes a form, and refuses as RFC 6749 §5.2 says rather than by a problem. */
  oauth?: true;
};

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

/** What each kind of route can refuse, whatever it does. */
export const COMMON_REFUSALS: Record<Route['auth'], readonly RefusalCode[]> = {
  none: [],
  license_key: ANY_REQUEST,
  brand: [...ANY_REQUEST, ...ANY_API_KEY, 'brand_suspended'],
  platform: [...ANY_REQUEST, ...ANY_API_KEY],
};

/** How long a caller may have to wait, retries included: the plugin blocks a page, the shop does not. */
export const DEADLINE_MS = { none: 3000, license_key: 3000, brand: 10_000, platform: 10_000 } as const satisfies Record<
  Route['auth'],
  number
>;

export const MAX_BODY_BYTES = 256 * 1024;

/** One route key of the gateway. */
export type GatewayRoute = Pick<Route, 'operation' | 'path' | 'function'> & {
  method: Route['method'] | 'ANY' | 'HEAD';
};

/**
 * The gateway's route keys. What is read by GET is read by HEAD too (RFC 9110 §9.3.2): a function that serves a path
 * alone gets all methods of it in one key and refuses those that the route table does not name; else HEAD has its own.
 */
export function gatewayRoutes(
  routes: readonly Pick<Route, 'operation' | 'method' | 'path' | 'function'>[],
): GatewayRoute[] {
  return [...Map.groupBy(routes, ({ path }) => path).values()].flatMap((there): GatewayRoute[] => {
    const read = there.find(({ method }) => method === 'GET');
    if (read === undefined) return there;
    const { operation, path } = read;
    return there.every((other) => other.function === read.function)
      ? [{ operation, path, function: read.function, method: 'ANY' }]
      : [...there, { operation: `head_${operation}`, path, function: read.function, method: 'HEAD' }];
  });
}

/** What a path takes, for the header `Allow`. */
export const allowedMethods = (methods: readonly Route['method'][]): string[] =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));

/** `GET /api/v1/…`: how API Gateway names a route, and the local gateway after it. */
export const routeKey = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;

/** All scopes that a caller must have. */
export const scopesOf = ({ scope, alsoScopes = [] }: Pick<Endpoint, 'scope' | 'alsoScopes'>): Scope[] =>
  scope === undefined ? [] : [scope, ...alsoScopes];

export const pathParameters = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
