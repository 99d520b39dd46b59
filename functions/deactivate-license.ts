import { deactivateLicense } from '../lib/commands/deactivate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/deactivate.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bind(routes.deactivateLicense, deactivateLicense)]);
