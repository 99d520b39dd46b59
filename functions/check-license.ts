import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/http/routes/product.ts';
import { checkLicense } from '../lib/queries/check-license.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serve(openLeanRuntime, [bind(routes.checkLicense, checkLicense), bind(routes.checkLicenseByPost, checkLicense)]);
