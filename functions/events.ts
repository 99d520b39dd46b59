import { bindBrand, bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/events.ts';
import { listEvents } from '../lib/queries/list-events.ts';
import { searchEvents } from '../lib/queries/search-events.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.listEvents, listEvents),
  bindPlatform(routes.searchEvents, searchEvents),
]);
