import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as licenses from '../lib/api/licenses.ts';
import * as activations from '../lib/api/activations.ts';
import * as explain from '../lib/api/explain.ts';
import * as events from '../lib/api/events.ts';
import { explainLicense } from '../lib/queries/explain-license.ts';
import { getLicense } from '../lib/queries/get-license.ts';
import { listActivations } from '../lib/queries/list-activations.ts';
import { listLicenseEvents } from '../lib/queries/list-license-events.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(licenses.getLicense, getLicense),
  bindBrand(activations.listActivations, listActivations),
  bindBrand(explain.explainLicense, explainLicense),
  bindBrand(events.listLicenseEvents, listLicenseEvents),
]);
