import { createApiKey } from '../lib/commands/create-api-key.ts';
import { revokeApiKey } from '../lib/commands/revoke-api-key.ts';
import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/http/routes/admin.ts';
import { listApiKeys } from '../lib/queries/list-api-keys.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindPlatform(routes.createApiKey, createApiKey),
  bindPlatform(routes.listApiKeys, listApiKeys),
  bindPlatform(routes.revokeApiKey, revokeApiKey),
]);
