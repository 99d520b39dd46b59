import { bind } from '../lib/http/binding.ts';
import { apiDocument, apiPage } from '../lib/http/documents.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/service.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bind(routes.openApi, apiDocument), bind(routes.apiDocs, apiPage)]);
