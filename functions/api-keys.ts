import { createApiKey } from '../lib/commands/create-api-key.ts';
import { revokeApiKey } from '../lib/commands/revoke-api-key.ts';
import { rotateApiKey } from '../lib/commands/rotate-api-key.ts';
import { bindBrand, bindPlatformForBrand, bindPlatformItself } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/api-keys.ts';
import { listApiKeys } from '../lib/queries/list-api-keys.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.createApiKey, createApiKey),
  bindPlatformForBrand(routes.adminCreateApiKey, createApiKey),
  bindBrand(routes.revokeApiKey, revokeApiKey),
  bindPlatformForBrand(routes.adminRevokeApiKey, revokeApiKey),
  bindBrand(routes.rotateApiKey, rotateApiKey),
  bindPlatformForBrand(routes.adminRotateApiKey, rotateApiKey),
  bindBrand(routes.listApiKeys, listApiKeys),
  bindPlatformForBrand(routes.adminListApiKeys, listApiKeys),
  bindPlatformItself(routes.createPlatformKey, createApiKey),
  bindPlatformItself(routes.listPlatformKeys, listApiKeys),
  bindPlatformItself(routes.rotatePlatformKey, rotateApiKey),
  bindPlatformItself(routes.revokePlatformKey, revokeApiKey),
]);
