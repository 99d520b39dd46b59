import { createBrand } from '../lib/commands/create-brand.ts';
import { updateBrand } from '../lib/commands/update-brand.ts';
import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/brands.ts';
import { getBrand } from '../lib/queries/get-brand.ts';
import { listBrands } from '../lib/queries/list-brands.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindPlatform(routes.createBrand, createBrand),
  bindPlatform(routes.listBrands, listBrands),
  bindPlatform(routes.getBrand, getBrand),
  bindPlatform(routes.updateBrand, updateBrand),
]);
