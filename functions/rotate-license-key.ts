import { rotateLicenseKey } from '../lib/commands/rotate-license-key.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/license-keys.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindBrand(routes.rotateLicenseKey, rotateLicenseKey)]);
