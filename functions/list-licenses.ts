import { bindBrandAcross } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/licenses.ts';
import { listLicenses } from '../lib/queries/list-licenses.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindBrandAcross(routes.listLicenses, listLicenses)]);
