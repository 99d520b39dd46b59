import { openRuntime } from '../lib/runtime.ts';
import { serveSweep } from '../lib/webhooks/serve.ts';

export const handler = serveSweep(openRuntime);
