import type { Operation, OpenApiDocument, SecurityScheme } from './openapi/document.ts';
import { CREDENTIALS, DESCRIPTION, SUMMARY, TAGS, TITLE } from './openapi/prose.ts';
import { requestOf } from './openapi/request.ts';
import { oauthErrorSchema, problemExamples, problemSchema, responseHeaders, responsesOf } from './openapi/responses.ts';
import { issueToken } from '../api/oauth.ts';
import { scopesOf, type Route } from '../api/route.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../domain/scopes.ts';

export type { OpenApiDocument } from './openapi/document.ts';

/** Of this contract, not of a deployment: the paths say which major version they are of. */
const API_VERSION = '1.0.0';

/** The OpenAPI 3.1.1 document of these routes, made of the table that serves them. `serverUrl` is where the API is reached, `/` unless given. */
export function buildOpenApi(
  routes: readonly Route[],
  { serverUrl }: { serverUrl?: string | undefined } = {},
): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.1',
    info: { title: TITLE, version: API_VERSION, summary: SUMMARY, description: DESCRIPTION },
    servers: [{ url: serverUrl ?? '/' }],
    tags: Object.entries(TAGS).flatMap(([auth, tag]) =>
      routes.some((route) => route.auth === auth) ? [{ ...tag }] : [],
    ),
    paths,
    components: {
      schemas: { Problem: problemSchema(), OAuthError: oauthErrorSchema() },
      examples: problemExamples(),
      headers: responseHeaders,
      securitySchemes,
    },
  };
}

function operationOf(route: Route): Operation {
  return {
    operationId: route.operation,
    tags: [TAGS[route.auth].name],
    summary: route.summary,
    description: `${route.description}\n\n${credentialsOf(route)}`,
    security: securityOf(route),
    ...(route.scope === undefined ? {} : { 'x-required-scopes': scopesOf(route) }),
    ...requestOf(route),
    responses: responsesOf(route),
  };
}

function credentialsOf(route: Route): string {
  if (route.oauth === true) return 'Needs an API key, as client credentials.';
  const needed = scopesOf(route).map((scope) => `\`${scope}\``);
  if (needed.length === 0) return CREDENTIALS[route.auth];
  const scopes = `with the scope${needed.length > 1 ? 's' : ''} ${needed.join(' and ')}`;
  return CREDENTIALS[route.auth].replace(/\.$/, ` ${scopes}.`);
}

/** A license key is a field of the request, not a scheme: the body is where most callers put it, and no scheme can say so. */
function securityOf(route: Route): Operation['security'] {
  if (route.auth === 'none' || route.auth === 'license_key') return [];
  const scopes = scopesOf(route);
  return [{ ApiKey: scopes }, { Bearer: scopes }, { OAuth2: scopes }];
}

const SCOPES = [...BRAND_SCOPES, ...PLATFORM_SCOPES];

const securitySchemes: Record<string, SecurityScheme> = {
  ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key of a brand or of the platform' },
  Bearer: { type: 'http', scheme: 'bearer', description: 'The same key as `Authorization: Bearer`' },
  OAuth2: {
    type: 'oauth2',
    description: 'A token for an API key, whose id is the client id and whose text is the secret; it lives 10 minutes',
    flows: {
      clientCredentials: {
        tokenUrl: issueToken.path,
        scopes: Object.fromEntries(SCOPES.map((scope) => [scope, scope])),
      },
    },
  },
};
