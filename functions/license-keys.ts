import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/license-keys.ts';
import { getLicenseKey } from '../lib/queries/get-license-key.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindBrand(routes.getLicenseKey, getLicenseKey)]);
