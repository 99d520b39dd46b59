import { openRuntime } from '../lib/runtime.ts';
import { serveDeliveries } from '../lib/webhooks/serve.ts';

export const handler = serveDeliveries(openRuntime);
