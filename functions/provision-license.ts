import { provisionLicense } from '../lib/commands/provision-license.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/licenses.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serve(openLeanRuntime, [bindBrand(routes.provisionLicenses, provisionLicense)]);
