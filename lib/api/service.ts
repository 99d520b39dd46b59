import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import type { Route } from './route.ts';

/** Routes of the service itself, which need no credentials. */
const open = { method: 'GET', auth: 'none', vault: false, input: z.object({}), example: {}, refusals: [] } as const;
const Health = describe(z.object({ status: describe(z.literal('ok'), 'The only answer; a fault is a problem') }), {
  id: 'ServiceHealth',
  description: 'The service works',
});
const ok = { status: 200, description: 'Yes', body: Health, example: { status: 'ok' } } as const;

export const health = {
  ...open,
  operation: 'health',
  path: '/health',
  function: 'health',
  access: 'none',
  summary: 'Check that the service runs',
  description: 'Answers without reading the table.',
  success: [ok],
} as const satisfies Route;

export const healthDb = {
  ...open,
  operation: 'health_db',
  path: '/health/db',
  function: 'health',
  access: 'read',
  summary: 'Check that the table answers',
  description: 'Reads one key of the table.',
  success: [ok],
  refusals: ['unavailable'],
} as const satisfies Route;

export const ready = {
  ...open,
  operation: 'ready',
  path: '/ready',
  function: 'health',
  access: 'read',
  summary: 'Check that the service is ready',
  description: 'Answers when the service runs, is configured and reads the table.',
  success: [ok],
  refusals: ['unavailable'],
} as const satisfies Route;

export const openApi = {
  ...open,
  operation: 'openapi',
  path: '/openapi.json',
  function: 'docs',
  access: 'none',
  summary: 'Retrieve the OpenAPI document',
  description: 'The document is made from the route table that serves the requests.',
  success: [
    {
      status: 200,
      description: 'The OpenAPI 3.1 document',
      body: describe(z.looseObject({ openapi: describe(z.string(), 'The version of OpenAPI') }), {
        id: 'OpenApiDocument',
        description: 'The description of this API',
      }),
      example: { openapi: '3.1.1' },
      etag: true,
    },
  ],
} as const satisfies Route;

export const apiDocs = {
  ...open,
  operation: 'api_docs',
  path: '/api/docs',
  function: 'docs',
  access: 'none',
  summary: 'Open the API page',
  description: 'Shows this API as a page, without loading anything from other hosts.',
  success: [
    {
      status: 200,
      description: 'The page',
      body: z.string(),
      example: '<!doctype html>…',
      contentType: 'text/html',
      etag: true,
    },
  ],
} as const satisfies Route;

export const apiDocsAsset = {
  ...open,
  operation: 'api_docs_asset',
  path: '/api/docs/{asset}',
  function: 'docs',
  access: 'none',
  summary: 'Retrieve a file of the API page',
  description: 'Returns a script or a style sheet of the page. Its address changes with its content.',
  input: z.object({ asset: z.string().check(z.maxLength(100)) }),
  example: { asset: 'api-page.css' },
  success: [
    { status: 200, description: 'The file', body: z.string(), example: 'body{…}', contentType: 'text/css', etag: true },
  ],
  refusals: ['route_not_found'],
} as const satisfies Route;

export const root = {
  ...open,
  operation: 'root',
  path: '/',
  function: 'docs',
  access: 'none',
  summary: 'Find the API page',
  description: 'Leads to the API page.',
  success: [
    {
      status: 302,
      description: 'The address of the API page',
      body: z.string(),
      example: '<!doctype html>…',
      contentType: 'text/html',
    },
  ],
} as const satisfies Route;

export const serviceRoutes: readonly Route[] = [health, healthDb, ready, openApi, apiDocs, apiDocsAsset, root];
