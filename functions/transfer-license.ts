import { transferLicense } from '../lib/commands/transfer-license.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/license-lifecycle.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindBrand(routes.transferLicense, transferLicense)]);
