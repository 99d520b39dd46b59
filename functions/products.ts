import { createProduct } from '../lib/commands/create-product.ts';
import { updateProduct } from '../lib/commands/update-product.ts';
import { bindBrand, bindPlatformForBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { ofBrand, ofPlatform } from '../lib/api/catalog.ts';
import { getProduct } from '../lib/queries/get-product.ts';
import { listProducts } from '../lib/queries/list-products.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(ofBrand.createProduct, createProduct),
  bindPlatformForBrand(ofPlatform.createProduct, createProduct),
  bindBrand(ofBrand.updateProduct, updateProduct),
  bindPlatformForBrand(ofPlatform.updateProduct, updateProduct),
  bindBrand(ofBrand.getProduct, getProduct),
  bindPlatformForBrand(ofPlatform.getProduct, getProduct),
  bindBrand(ofBrand.listProducts, listProducts),
  bindPlatformForBrand(ofPlatform.listProducts, listProducts),
]);
