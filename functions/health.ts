import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/service.ts';
import { health, healthDb } from '../lib/queries/health.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bind(routes.health, health),
  bind(routes.healthDb, healthDb),
  bind(routes.ready, healthDb),
]);
