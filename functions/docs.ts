import * as routes from '../lib/api/service.ts';
import { bindFile } from '../lib/http/api-page/bind-file.ts';
import { redirectToPage, serveAsset, serveDocument, servePage } from '../lib/http/documents.ts';
import { serve } from '../lib/http/handler.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindFile(routes.openApi, serveDocument),
  bindFile(routes.apiDocs, servePage),
  bindFile(routes.apiDocsAsset, serveAsset),
  bindFile(routes.root, redirectToPage),
]);
