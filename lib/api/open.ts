import * as z from 'zod/mini';
import type { Route } from './route.ts';

/** Routes that anyone may call. */
const none = z.object({});
const open = { method: 'GET', auth: 'none', vault: false, input: none, example: {}, refusals: [] } as const;
const Health = z.object({ status: z.literal('ok') });
const ok = { status: 200, description: 'It is', body: Health, example: { status: 'ok' } } as const;

export const health = {
  ...open,
  operation: 'health',
  path: '/health',
  function: 'health',
  access: 'none',
  summary: 'Is the service up?',
  description: 'Answers without touching the table.',
  success: [ok],
} as const satisfies Route;

export const healthDb = {
  ...open,
  operation: 'health_db',
  path: '/health/db',
  function: 'health',
  access: 'read',
  summary: 'Does the table answer?',
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
  summary: 'Is the service ready for traffic?',
  description: 'Up, configured, and the table answers.',
  success: [ok],
  refusals: ['unavailable'],
} as const satisfies Route;

export const openApi = {
  ...open,
  operation: 'openapi',
  path: '/openapi.json',
  function: 'docs',
  access: 'none',
  summary: 'This API as OpenAPI 3.1',
  description: 'Made from the route table that serves the requests.',
  success: [
    {
      status: 200,
      description: 'The document',
      body: z.looseObject({ openapi: z.string() }),
      example: { openapi: '3.1.1' },
    },
  ],
} as const satisfies Route;

export const apiDocs = {
  ...open,
  operation: 'api_docs',
  path: '/api/docs',
  function: 'docs',
  access: 'none',
  summary: 'This API as a page',
  description: 'Works without the internet.',
  success: [{ status: 200, description: 'HTML', body: z.string(), example: '<!doctype html>…' }],
} as const satisfies Route;

export const openRoutes: readonly Route[] = [health, healthDb, ready, openApi, apiDocs];
