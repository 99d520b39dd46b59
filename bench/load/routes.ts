import type autocannon from 'autocannon';

/** The latencies and failures of one route. */
export type Measured = { latenciesMs: number[]; errors: Record<string, number> };

/** A license that is checked and activated, as a plugin and a shop name it. */
export type Target = { id: string; key: string; product: string };

export type Load = { targets: readonly Target[]; apiKey: string; measured: Map<string, Measured> };

/** Forty requests of one connection: 90 % checks, 5 % activations and deactivations, 5 % brand routes. */
const CHECKS = 36;
/** Sites that come and go; few enough that an engine does not fill up. */
const SITES = 500;

type Context = { start?: number; target?: Target; site?: string };
type Sent = Pick<autocannon.Request, 'path' | 'body'>;

const fields = ({ key, product }: Target, site: string): Record<string, string> => ({
  license_key: key,
  product,
  instance_identifier: site,
});

/** The requests of a connection, each of which measures its own answer. */
export function buildRequests({ targets, apiKey, measured }: Load): autocannon.Request[] {
  let count = 0;
  const next = (): { target: Target; site: string } => {
    count += 1;
    const target = targets[count % targets.length];
    if (target === undefined) throw new Error('there is nothing to check');
    return { target, site: `https://site-${count % SITES}.example` };
  };
  const request = (name: string, method: 'GET' | 'POST', send: (context: Context) => Sent): autocannon.Request => ({
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    setupRequest: (sent, context: Context) => {
      const filled = { ...sent, ...send(context) };
      context.start = performance.now();
      return filled;
    },
    onResponse: (status, _body, context: Context) => {
      note(measured, name, status, performance.now() - (context.start ?? 0));
    },
  });
  const check = request('check', 'GET', () => {
    const { target, site } = next();
    return { path: `/api/v1/product/licenses/check?${new URLSearchParams(fields(target, site)).toString()}` };
  });
  const activate = request('activate', 'POST', (context) => {
    Object.assign(context, next());
    return { path: '/api/v1/product/licenses/activate', body: bodyOf(context) };
  });
  const deactivate = request('deactivate', 'POST', (context) => ({
    path: '/api/v1/product/licenses/deactivate',
    body: bodyOf(context),
  }));
  const get = request('get license', 'GET', () => ({ path: `/api/v1/brand/licenses/${next().target.id}` }));
  const list = request('list licenses', 'GET', () => ({ path: '/api/v1/brand/licenses?email=load-0@example.com' }));
  const checks = Array.from({ length: CHECKS / 4 }, () => check);
  return [activate, ...checks, get, ...checks, deactivate, ...checks, list, ...checks];
}

function bodyOf({ target, site }: Context): string {
  if (target === undefined || site === undefined) throw new Error('a site is freed that was not activated');
  return JSON.stringify(fields(target, site));
}

function note(measured: Map<string, Measured>, name: string, status: number, ms: number): void {
  const route = measured.get(name) ?? { latenciesMs: [], errors: {} };
  measured.set(name, route);
  route.latenciesMs.push(ms);
  if (status >= 300) route.errors[status] = (route.errors[status] ?? 0) + 1;
}
