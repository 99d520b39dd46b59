import type * as z from 'zod/mini';
import type { RefusalCode } from '../domain/refusal.ts';
import type { Scope } from '../domain/scopes.ts';

/** An answer of a route that does not refuse. `etag` says that it carries an `ETag`. */
export type Success = {
  status: 200 | 201 | 302;
  description: string;
  body: z.core.$ZodType;
  example: unknown;
  etag?: true;
  /** JSON unless it names another type. */
  contentType?: string;
};

/**
 * The end of a route, as ISO dates: since when callers should use `instead`, and until when the route answers, at least
 * six months later (docs/api-life.md).
 */
export type Deprecation = { since: string; sunset: string; instead: string };

/** The part of a route that the function needs which serves it. */
export type Endpoint = {
  /** Unique; the OpenAPI operationId. */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  /** The credential it requires: none, a license key (product routes), an API key of a brand or of the platform. */
  auth: 'none' | 'license_key' | 'brand' | 'platform';
  scope?: Scope;
  /** Further scopes that it requires. */
  alsoScopes?: readonly Scope[];
  /**
   * Its access to the table, from which its function gets its grants (`infra/grants.ts`). `note` reads, and writes what
   * is no change of state. A change outlives a token, so `write` also reads the API key behind a token.
   */
  access: 'none' | 'read' | 'note' | 'write';
  /**
   * True when it encrypts or decrypts, so that its function may read the data key. `on_demand` needs the key only for
   * calls with an `Idempotency-Key`, a token or an imported license key: all others work while it cannot be read.
   */
  vault: boolean | 'on_demand';
  /** One object: fields in the path come from there, all others from the query (GET, DELETE) or the body. */
  input: z.core.$ZodType;
  /** Takes an `Idempotency-Key`. */
  once?: true;
  deprecated?: Deprecation;
  /**
   * Every answer, refusals included, says when to ask again and how long to rely on it: `next_check_at`,
   * `stale_ok_until`, `grace_until`, `detail` and `links`; 429 and 503 only the first. It has a `proof` if asked for.
   */
  fresh?: true;
  /** True when it answers signatures of packages, so that its function may read the signing keys. */
  signsPackages?: true;
  /** The longest body, if it is not `MAX_BODY_BYTES`. */
  maxBodyBytes?: number;
  /** Answers or gives up within this time instead of that of its kind. */
  deadlineMs?: number;
  /** True for the protocol of Easy Digital Downloads: it takes anything, and answers 200 with JSON in any case. */
  edd?: true;
  /** Takes every path below its own too. */
  below?: true;
};

/** One route, as pure data. Stack, grants, local gateway, OpenAPI and the tests of every route are derived from it. */
export type Route = Endpoint & {
  /** The file in functions/ that serves it. */
  function: string;
  summary: string;
  description: string;
  example: Record<string, unknown>;
  /** Descriptions of input fields whose schemas have none. */
  fieldTexts?: Readonly<Record<string, string>>;
  success: readonly Success[];
  /** Its refusals, beside those that every route of its kind has. */
  refusals: readonly RefusalCode[];
  /** True for a route of OAuth 2.0: it takes a form, and refuses as in RFC 6749 §5.2 instead of with a problem. */
  oauth?: true;
};

/** The longest wait of a caller, retries included. A plugin blocks a page, a shop does not. */
export const DEADLINE_MS = { none: 3000, license_key: 3000, brand: 10_000, platform: 10_000 } as const satisfies Record<
  Route['auth'],
  number
>;

export const MAX_BODY_BYTES = 256 * 1024;

/** One route key of the gateway. */
export type GatewayRoute = Pick<Route, 'operation' | 'path' | 'function' | 'auth'> & {
  method: Route['method'] | 'ANY' | 'HEAD';
};

/**
 * The gateway's route keys. HEAD works wherever GET does (RFC 9110 §9.3.2). A function that serves a path alone gets
 * all of its methods in one key, and refuses those that the route table does not name; else HEAD has a key of its own.
 */
export function gatewayRoutes(
  routes: readonly Pick<Route, 'operation' | 'method' | 'path' | 'function' | 'auth' | 'below'>[],
): GatewayRoute[] {
  return [...Map.groupBy(routes, ({ path }) => path).values()].flatMap((there): GatewayRoute[] => {
    const read = there.find(({ method }) => method === 'GET');
    if (read === undefined) return there;
    const { operation, path, auth, below } = read;
    const all = { operation, path, auth, function: read.function, method: 'ANY' } as const;
    const under = { ...all, operation: `below_${operation}`, path: `${path}/{proxy+}` } as const;
    return there.every((other) => other.function === read.function)
      ? [all, ...(below === true ? [under] : [])]
      : [...there, { operation: `head_${operation}`, path, auth, function: read.function, method: 'HEAD' }];
  });
}

/** The methods of a path, for the header `Allow`. */
export const allowedMethods = (methods: readonly Route['method'][]): string[] =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));

/** The name of a route in API Gateway and in the local gateway: `GET /api/v1/…`. */
export const routeKey = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;

/** All scopes that a caller needs. */
export const listScopes = ({ scope, alsoScopes = [] }: Pick<Endpoint, 'scope' | 'alsoScopes'>): Scope[] =>
  scope === undefined ? [] : [scope, ...alsoScopes];

export const pathParameters = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
