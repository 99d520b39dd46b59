import { bindBrandAcross } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/licenses.ts';
import { listLicenses } from '../lib/queries/list-licenses.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serve(openLeanRuntime, [bindBrandAcross(routes.listLicenses, listLicenses)]);
