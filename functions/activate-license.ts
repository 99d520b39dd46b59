import { activateLicense } from '../lib/commands/activate-license.ts';
import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/activate.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';

export const handler = serve(openLeanRuntime, [bind(routes.activateLicense, activateLicense)]);
