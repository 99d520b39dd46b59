import { createBundle } from '../lib/commands/create-bundle.ts';
import { deleteBundle } from '../lib/commands/delete-bundle.ts';
import { updateBundle } from '../lib/commands/update-bundle.ts';
import { bindBrand, bindPlatformForBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { ofBrand, ofPlatform } from '../lib/api/catalog.ts';
import { listBundles } from '../lib/queries/list-bundles.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(ofBrand.createBundle, createBundle),
  bindPlatformForBrand(ofPlatform.createBundle, createBundle),
  bindBrand(ofBrand.deleteBundle, deleteBundle),
  bindPlatformForBrand(ofPlatform.deleteBundle, deleteBundle),
  bindBrand(ofBrand.updateBundle, updateBundle),
  bindPlatformForBrand(ofPlatform.updateBundle, updateBundle),
  bindBrand(ofBrand.listBundles, listBundles),
  bindPlatformForBrand(ofPlatform.listBundles, listBundles),
]);
