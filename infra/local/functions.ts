import type { Route } from '../../lib/http/route.ts';
import type { Handler } from './gateway.ts';

/** Imports what is deployed as functions into this process, each once. */
export async function importFunctions(routes: readonly Pick<Route, 'function'>[]): Promise<{ handlers: Map<string, Handler>; notFound: Handler }> {
  const names = [...new Set(routes.map((route) => route.function))];
  const handlers = new Map(await Promise.all(names.map(async (name) => [name, await importFunction(name)] as const)));
  return { handlers, notFound: await importFunction('not-found') };
}

/** The handler of a file in functions/, as a caller of its kind sees it. */
export async function importFunction<H = Handler>(name: string): Promise<H> {
  const module: unknown = await import(`../../functions/${name}.ts`);
  if (!exportsHandler<H>(module)) throw new Error(`functions/${name}.ts exports no handler.`);
  return module.handler;
}

function exportsHandler<H>(module: unknown): module is { handler: H } {
  return typeof module === 'object' && module !== null && 'handler' in module && typeof module.handler === 'function';
}
