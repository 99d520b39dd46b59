import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { unknownRoute, refuseUnknown } from '../lib/http/unknown-route.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bind(unknownRoute, refuseUnknown)]);
