import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/brand.ts';
import { getLicense } from '../lib/queries/get-license.ts';
import { listActivations } from '../lib/queries/list-activations.ts';
import { listLicenseEvents } from '../lib/queries/list-license-events.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.getLicense, getLicense),
  bindBrand(routes.listActivations, listActivations),
  bindBrand(routes.listLicenseEvents, listLicenseEvents),
]);
