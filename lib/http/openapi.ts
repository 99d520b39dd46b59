import type { Operation, OpenApiDocument, SecurityScheme } from './openapi/document.ts';
import { responseHeaders } from './openapi/headers.ts';
import { collectSchemas, type SchemaCollector } from './openapi/json-schema.ts';
import { problemExamples, problemSchemas } from './openapi/problem-schemas.ts';
import { CREDENTIALS, DESCRIPTION, SUMMARY, TITLE } from './openapi/prose.ts';
import { describeRequest } from './openapi/request.ts';
import { describeResponses, sharedResponses } from './openapi/responses.ts';
import { findTag, listTags } from './openapi/tags.ts';
import { WEBHOOK_TAG, describeWebhooks } from './openapi/webhooks.ts';
import { listScopes, type Route } from '../api/route.ts';
import { scopeTexts } from '../api/scopes.ts';
import { apiDocs } from '../api/service.ts';
import { issueToken } from '../api/tokens.ts';

export type { OpenApiDocument } from './openapi/document.ts';

/** The version of this contract, not of a deployment. The paths name its major version. */
const API_VERSION = '1.0.0';

/** The OpenAPI 3.1.1 document of these routes. `serverUrl` is the address of the API; the default is `/`. */
export function buildOpenApi(
  routes: readonly Route[],
  { serverUrl }: { serverUrl?: string | undefined } = {},
): OpenApiDocument {
  const collector = collectSchemas();
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, collector) };
  }
  const webhooks = describeWebhooks(collector);
  return {
    openapi: '3.1.1',
    info: {
      title: TITLE,
      version: API_VERSION,
      summary: SUMMARY,
      description: DESCRIPTION,
      contact: { name: 'The platform team of this service', url: `${serverUrl ?? ''}${apiDocs.path}` },
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: serverUrl ?? '/' }],
    tags: [...listTags(routes), WEBHOOK_TAG],
    paths,
    webhooks,
    components: {
      schemas: sorted({ ...collector.schemas, ...problemSchemas() }),
      responses: sharedResponses(),
      examples: problemExamples(),
      headers: responseHeaders,
      securitySchemes,
    },
  };
}

const sorted = <T>(entries: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

function operationOf(route: Route, collector: SchemaCollector): Operation {
  return {
    operationId: route.operation,
    tags: [findTag(route)],
    summary: route.summary,
    description: [route.description, ...endOf(route), credentialsOf(route)].join('\n\n'),
    ...(route.deprecated === undefined ? {} : { deprecated: true, 'x-sunset': route.deprecated.sunset }),
    security: securityOf(route),
    ...(route.scope === undefined ? {} : { 'x-required-scopes': listScopes(route) }),
    ...describeRequest(route, collector),
    responses: describeResponses(route, collector),
  };
}

/** The paragraph of a deprecated route. */
const endOf = ({ deprecated }: Route): string[] =>
  deprecated === undefined
    ? []
    : [`Deprecated since ${deprecated.since}; answers until ${deprecated.sunset}. Use ${deprecated.instead} instead.`];

function credentialsOf(route: Route): string {
  if (route.oauth === true) return 'Needs an API key, as client credentials.';
  if (route.edd === true) return 'Send the license key as `license`.';
  const needed = listScopes(route).map((scope) => `\`${scope}\``);
  if (needed.length === 0) return CREDENTIALS[route.auth];
  const scopes = `with the scope${needed.length > 1 ? 's' : ''} ${needed.join(' and ')}`;
  return CREDENTIALS[route.auth].replace(/\.$/, ` ${scopes}.`);
}

/** A license key is a field of the request and no scheme: most callers send it in the body, where no scheme can be. */
function securityOf(route: Route): Operation['security'] {
  if (route.auth === 'none' || route.auth === 'license_key') return [];
  const scopes = listScopes(route);
  return [{ ApiKey: [] }, { Bearer: [] }, { OAuth2: scopes }];
}

const securitySchemes: Record<string, SecurityScheme> = {
  ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key of a brand or of the platform' },
  Bearer: { type: 'http', scheme: 'bearer', description: 'The same key as `Authorization: Bearer`' },
  OAuth2: {
    type: 'oauth2',
    description:
      'An access token for an API key, whose id is the client id and whose text is the secret; it lives 10 minutes',
    flows: {
      clientCredentials: {
        tokenUrl: issueToken.path,
        scopes: Object.fromEntries(Object.entries(scopeTexts).map(([scope, { allows }]) => [scope, allows])),
      },
    },
  },
};
