import { pathParameters } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';
import type { Call, Service } from './service.ts';

/** The address by which a client of a test reaches the service in this process. */
export const SERVICE_URL = 'https://licenses.example.com';

/** A `fetch` that calls the functions of the service in this process. */
export const openServiceFetch =
  (service: Service): typeof fetch =>
  async (input, init = {}) => {
    const { pathname, searchParams } = new URL(String(input instanceof Request ? input.url : input));
    for (const route of routes.filter(({ method }) => method === init.method)) {
      const match = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname);
      if (match === null) continue;
      const params = pathParameters(route.path).map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]);
      const call: Call = {
        params: Object.fromEntries(params) as Record<string, string>,
        query: Object.fromEntries(searchParams),
        headers: init.headers as Record<string, string>,
        ...(typeof init.body === 'string' ? { rawBody: init.body } : {}),
      };
      const { status, headers, text } = await service.call(route, call);
      return new Response(text, { status, headers });
    }
    throw new Error(`no route for ${String(init.method)} ${pathname}`);
  };
