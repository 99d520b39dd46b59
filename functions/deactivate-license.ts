import { deactivateLicense } from '../lib/commands/deactivate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/deactivate.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serve(openLeanRuntime, [bind(routes.deactivateLicense, deactivateLicense)]);
