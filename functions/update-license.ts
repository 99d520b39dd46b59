import { updateLicense } from '../lib/commands/update-license.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/licenses.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindBrand(routes.updateLicense, updateLicense)]);
