import { serveUploads } from '../lib/packages/serve.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serveUploads(openRuntime);
