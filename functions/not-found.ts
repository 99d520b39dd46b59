import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { unknownRoute, refuseUnknown } from '../lib/http/unknown-route.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { handler as edd } from './edd.ts';

const unknown = serve(openLeanRuntime, [bind(unknownRoute, refuseUnknown)]);
type Call = Parameters<typeof unknown>;

/** No key of the gateway can end in a slash, where most clients of Easy Digital Downloads send their requests. */
export const handler = (event: Call[0], context: Call[1]): ReturnType<typeof unknown> =>
  event.rawPath.startsWith('/edd/') ? edd(event, context) : unknown(event, context);
