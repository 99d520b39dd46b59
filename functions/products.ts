import { createProduct } from '../lib/commands/create-product.ts';
import { updateProduct } from '../lib/commands/update-product.ts';
import { bindBrand, bindPlatformForBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/products.ts';
import { getProduct } from '../lib/queries/get-product.ts';
import { listProducts } from '../lib/queries/list-products.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.createProduct, createProduct),
  bindPlatformForBrand(routes.adminCreateProduct, createProduct),
  bindBrand(routes.updateProduct, updateProduct),
  bindPlatformForBrand(routes.adminUpdateProduct, updateProduct),
  bindBrand(routes.getProduct, getProduct),
  bindPlatformForBrand(routes.adminGetProduct, getProduct),
  bindBrand(routes.listProducts, listProducts),
  bindPlatformForBrand(routes.adminListProducts, listProducts),
]);
