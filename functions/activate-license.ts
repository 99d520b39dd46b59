import { activateLicense } from '../lib/commands/activate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/activate.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bind(routes.activateLicense, activateLicense)]);
