import type { Route } from '../lib/api/route.ts';
import type { Handler } from './gateway.ts';

/** Imports what is deployed as functions into this process, each once. */
export async function importFunctions(
  routes: readonly Pick<Route, 'function'>[],
): Promise<{ handlers: Map<string, Handler>; notFound: Handler }> {
  const names = [...new Set(routes.map((route) => route.function))];
  const handlers = new Map(await Promise.all(names.map(async (name) => [name, await importFunction(name)] as const)));
  return { handlers, notFound: await importFunction('not-found') };
}

async function importFunction(name: string): Promise<Handler> {
  const module: unknown = await import(`../functions/${name}.ts`);
  if (!exportsHandler(module)) throw new Error(`functions/${name}.ts exports no handler.`);
  return module.handler;
}

function exportsHandler(module: unknown): module is { handler: Handler } {
  return typeof module === 'object' && module !== null && 'handler' in module && typeof module.handler === 'function';
}
