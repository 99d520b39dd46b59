import { isDeepStrictEqual } from 'node:util';
import type { RefusalCode } from '../../domain/refusal.ts';
import { problems } from '../problems.ts';
import { findOAuthError } from '../oauth-errors.ts';
import { COMMON_REFUSALS } from '../../api/common-refusals.ts';
import type { Route, Success } from '../../api/route.ts';
import type { Reference, Response } from './document.ts';
import { headerReferences, RATE_HEADERS, type HeaderName } from './headers.ts';
import type { SchemaCollector } from './json-schema.ts';

const MAY_RETRY = [429, 503];

/** Every answer of a route by its status: its successes, and its refusals. */
export function describeResponses(route: Route, collector: SchemaCollector): Record<string, Response | Reference> {
  const codes = refusalsOf(route);
  const successes = route.success.map((success) => [success.status, successOf(route, success, collector)] as const);
  const refusals = route.oauth === true ? oauthRefusals(codes) : problemRefusals(route.auth, codes);
  return Object.fromEntries<Response | Reference>([...successes, ...refusals]);
}

const STATUSES = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
} as const;
const KINDS = { license_key: 'Product', brand: 'Brand', platform: 'Admin' } as const;

/**
 * The refusals that most routes of a kind share, as `BrandUnauthorized`: the document would be twice as long without.
 */
export const sharedResponses = (): Record<string, Response> =>
  Object.fromEntries(
    (Object.keys(KINDS) as (keyof typeof KINDS)[])
      .flatMap((auth) =>
        Object.entries(STATUSES).map(([status, name]): [string, Response] => [
          `${KINDS[auth]}${name}`,
          problemResponse(auth, Number(status), codesWith(Number(status), COMMON_REFUSALS[auth])),
        ]),
      )
      .filter(([, { content }]) => Object.keys({ ...content['application/problem+json']?.examples }).length > 0),
  );

const codesWith = (status: number, codes: readonly RefusalCode[]): RefusalCode[] =>
  codes.filter((code) => problems[code].status === status);

/** The refusals of a route and those of its kind. The body of a GET is not read, so it causes none. */
function refusalsOf(route: Route): RefusalCode[] {
  const ofBody: readonly RefusalCode[] = route.method === 'GET' ? ['body_not_json', 'unsupported_media_type'] : [];
  const all: readonly RefusalCode[] = [...route.refusals, ...COMMON_REFUSALS[route.auth]];
  return [...new Set(all)].filter((code) => !ofBody.includes(code));
}

function successOf(route: Route, success: Success, { output }: SchemaCollector): Response {
  const { status, description, body, example, etag, contentType = 'application/json' } = success;
  const names: HeaderName[] = [
    'X-Request-Id',
    ...(etag === true ? (['ETag'] as const) : []),
    ...(status === 302 ? (['Location'] as const) : []),
    ...(route.once === true ? (['Idempotent-Replayed'] as const) : []),
    ...(route.deprecated === undefined ? [] : (['Deprecation', 'Sunset'] as const)),
    ...(route.fresh === true ? (['License-Proof'] as const) : []),
    ...rateHeadersOf(route.auth),
  ];
  return {
    description,
    headers: headerReferences(names),
    content: { [contentType]: { schema: output(body), example } },
  };
}

const rateHeadersOf = (auth: Route['auth']): readonly HeaderName[] =>
  auth === 'brand' || auth === 'platform' ? RATE_HEADERS : [];

function problemRefusals(auth: Route['auth'], codes: readonly RefusalCode[]): [number, Response | Reference][] {
  return statusesIn(codes.map((code) => problems[code].status)).map((status) => {
    const those = codesWith(status, codes);
    const isShared = auth !== 'none' && isDeepStrictEqual(those, codesWith(status, COMMON_REFUSALS[auth]));
    const name = isShared ? `${KINDS[auth]}${STATUSES[status as keyof typeof STATUSES]}` : undefined;
    return [status, name ? { $ref: `#/components/responses/${name}` } : problemResponse(auth, status, those)];
  });
}

function problemResponse(auth: Route['auth'], status: number, codes: readonly RefusalCode[]): Response {
  const examples = codes.map((code): [string, Reference] => [code, { $ref: `#/components/examples/${code}` }]);
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: headerReferences(refusalHeaders(status, status === 401 ? [] : rateHeadersOf(auth))),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** The refusals in OAuth's form (RFC 6749 §5.2). */
function oauthRefusals(codes: readonly RefusalCode[]): [number, Response][] {
  const errors = codes.map(findOAuthError);
  return statusesIn(errors.map(({ status }) => status)).map((status) => {
    const those = new Set(errors.flatMap((error) => (error.status === status ? [`\`${error.error}\``] : [])));
    return [
      status,
      {
        description: [...those].join(', '),
        headers: headerReferences(refusalHeaders(status, [])),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } },
      },
    ];
  });
}

const refusalHeaders = (status: number, rates: readonly HeaderName[]): HeaderName[] => [
  'X-Request-Id',
  ...(MAY_RETRY.includes(status) ? (['Retry-After'] as const) : []),
  ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
  ...rates,
];

const statusesIn = (statuses: readonly number[]): number[] => [...new Set(statuses)].sort((a, b) => a - b);
