import { createProduct } from '../lib/commands/create-product.ts';
import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/http/routes/admin.ts';
import { listProducts } from '../lib/queries/list-products.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindPlatform(routes.createProduct, createProduct), bindPlatform(routes.listProducts, listProducts)]);
