import { removeActivation } from '../lib/commands/remove-activation.ts';
import { restoreActivation } from '../lib/commands/restore-activation.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/activations.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.deactivateActivation, removeActivation),
  bindBrand(routes.restoreActivation, restoreActivation),
]);
