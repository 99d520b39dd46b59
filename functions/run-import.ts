import { serveImports } from '../lib/imports/serve.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serveImports(openRuntime);
