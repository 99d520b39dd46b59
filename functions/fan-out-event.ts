import { openRuntime } from '../lib/runtime.ts';
import { serveEvents } from '../lib/webhooks/serve.ts';

export const handler = serveEvents(openRuntime);
