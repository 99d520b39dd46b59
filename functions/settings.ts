import { updateSettings } from '../lib/commands/update-settings.ts';
import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/settings.ts';
import { getSettings } from '../lib/queries/get-settings.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindPlatform(routes.getSettings, getSettings),
  bindPlatform(routes.updateSettings, updateSettings),
]);
