import { createBundle } from '../lib/commands/create-bundle.ts';
import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/http/routes/admin.ts';
import { listBundles } from '../lib/queries/list-bundles.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindPlatform(routes.createBundle, createBundle), bindPlatform(routes.listBundles, listBundles)]);
