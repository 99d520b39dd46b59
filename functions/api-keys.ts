import { createApiKey } from '../lib/commands/create-api-key.ts';
import { revokeApiKey } from '../lib/commands/revoke-api-key.ts';
import { rotateApiKey } from '../lib/commands/rotate-api-key.ts';
import { bindBrand, bindPlatformForBrand, bindPlatformItself } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { ofBrand, ofPlatform, platformKeys } from '../lib/api/catalog.ts';
import { listApiKeys } from '../lib/queries/list-api-keys.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(ofBrand.createApiKey, createApiKey),
  bindPlatformForBrand(ofPlatform.createApiKey, createApiKey),
  bindBrand(ofBrand.revokeApiKey, revokeApiKey),
  bindPlatformForBrand(ofPlatform.revokeApiKey, revokeApiKey),
  bindBrand(ofBrand.rotateApiKey, rotateApiKey),
  bindPlatformForBrand(ofPlatform.rotateApiKey, rotateApiKey),
  bindBrand(ofBrand.listApiKeys, listApiKeys),
  bindPlatformForBrand(ofPlatform.listApiKeys, listApiKeys),
  bindPlatformItself(platformKeys.createApiKey, createApiKey),
  bindPlatformItself(platformKeys.listApiKeys, listApiKeys),
  bindPlatformItself(platformKeys.rotateApiKey, rotateApiKey),
  bindPlatformItself(platformKeys.revokeApiKey, revokeApiKey),
]);
