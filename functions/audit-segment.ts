import { serveNight } from '../lib/audit/serve-night.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serveNight(openRuntime);
