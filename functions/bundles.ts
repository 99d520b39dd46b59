import { createBundle } from '../lib/commands/create-bundle.ts';
import { deleteBundle } from '../lib/commands/delete-bundle.ts';
import { updateBundle } from '../lib/commands/update-bundle.ts';
import { bindBrand, bindPlatformForBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/bundles.ts';
import { listBundles } from '../lib/queries/list-bundles.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.createBundle, createBundle),
  bindPlatformForBrand(routes.adminCreateBundle, createBundle),
  bindBrand(routes.deleteBundle, deleteBundle),
  bindPlatformForBrand(routes.adminDeleteBundle, deleteBundle),
  bindBrand(routes.updateBundle, updateBundle),
  bindPlatformForBrand(routes.adminUpdateBundle, updateBundle),
  bindBrand(routes.listBundles, listBundles),
  bindPlatformForBrand(routes.adminListBundles, listBundles),
]);
