import { apiDocs } from '../api/service.ts';
import { routes } from '../api/routes.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { openAssets } from './api-page/assets.ts';
import type { AssetRequest } from './api-page/bind-file.ts';
import { serveFile, type FileRequest } from './api-page/encoded-file.ts';
import { apiPage, apiPagePolicy } from './api-page/page.ts';
import { makeOnce } from '../process/make-once.ts';
import { buildOpenApi } from './openapi.ts';
import { jsonText, type Page } from './respond.ts';

// A container makes each document at its first request.
const assets = makeOnce(openAssets);
const document = makeOnce(() =>
  serveFile({ bytes: Buffer.from(jsonText(buildOpenApi(routes))), contentType: 'application/json' }),
);
const page = makeOnce(() =>
  serveFile({ bytes: Buffer.from(apiPage(assets())), contentType: 'text/html; charset=utf-8', policy: apiPagePolicy }),
);

/** The API as OpenAPI 3.1. */
export const serveDocument = (request: FileRequest): Page => document()(request);

/** The API as a page. */
export const servePage = (request: FileRequest): Page => page()(request);

/** A file of the page. */
export function serveAsset(request: AssetRequest): Page | Refusal {
  const found = Object.values(assets()).find(({ path }) => path === `${apiDocs.path}/${request.asset ?? ''}`);
  return found ? found.serve(request) : refuse('route_not_found');
}

/** Leads from the address of the service to the API page. */
export const redirectToPage = (): Page => ({
  kind: 'page',
  status: 302,
  page: `<!doctype html><title>API</title><a href="${apiDocs.path}">API</a>\n`,
  contentType: 'text/html; charset=utf-8',
  headers: { location: apiDocs.path },
});
