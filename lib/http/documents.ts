import type { Answer } from '../table/once.ts';
import type { Page } from './respond.ts';
import { docsPage, docsPagePolicy } from './docs-page.ts';
import { buildOpenApi } from './openapi.ts';
import { routes } from '../api/routes.ts';

const api = buildOpenApi(routes);

/** The API as OpenAPI 3.1. */
export function apiDocument(): Promise<Answer> {
  return Promise.resolve({ body: api });
}

/** The API as a page. */
export function apiPage(): Promise<Page> {
  return Promise.resolve({ page: docsPage(api), contentType: 'text/html; charset=utf-8', policy: docsPagePolicy });
}
