import type autocannon from 'autocannon';

/** The latencies and failures of one route. */
export type Measured = { latenciesMs: number[]; errors: Record<string, number> };

/** A license that is checked and activated, as a plugin and a shop name it. */
export type Target = { id: string; key: string; product: string };

export type Load = {
  targets: readonly Target[];
  /** The slug of the brand. */
  brand: string;
  apiKey: string;
  measured: Map<string, Measured>;
};

/** Checks between two other requests. Twice as many are 90 % of all requests. */
const CHECKS = 9;
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
export function buildRequests({ targets, brand, apiKey, measured }: Load): autocannon.Request[] {
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
  const read: Read = (name, path, query) =>
    request(name, 'GET', () => ({ path: `${path}?${new URLSearchParams(query()).toString()}` }));
  const site = (): Record<string, string> => {
    const sought = next();
    return fields(sought.target, sought.site);
  };
  const checkPath = '/api/v1/product/licenses/check';
  const check = read('check', checkPath, site);
  const proof = read('check with a proof', checkPath, () => ({ ...site(), proof: '1' }));
  const compatible = buildCompatible(read, site, { brand, product: targets[0]?.product ?? '' });
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
  const checks = Array.from({ length: CHECKS }, (_, i) => (i % 2 === 0 ? check : proof));
  const others = Array.from({ length: CHECKS }, (_, i) => (i % 2 === 0 ? proof : check));
  // 200 requests are 180 checks, 10 activations and deactivations, 6 brand routes, and 4 compatible routes.
  const between = [get, list, ...compatible.slice(0, 2), get, list, ...compatible.slice(2), get, list];
  return between.flatMap((one, i) => [i % 2 === 0 ? activate : deactivate, ...checks, one, ...others]);
}

type Read = (name: string, path: string, query: () => Record<string, string>) => autocannon.Request;

/** The requests of clients of other systems, and of the ways by which WordPress learns of updates. */
function buildCompatible(
  read: Read,
  site: () => Record<string, string>,
  { brand, product }: { brand: string; product: string },
): autocannon.Request[] {
  const byEddClient = (edd_action: string) => (): Record<string, string> => {
    const { license_key: license = '', instance_identifier: url = '' } = site();
    return { edd_action, license, url, version: '1.0.0' };
  };
  return [
    read('check by an EDD client', `/edd/${brand}`, byEddClient('check_license')),
    read('version for an EDD client', `/edd/${brand}`, byEddClient('get_version')),
    read('latest release', '/api/v1/product/releases/latest', () => ({ ...site(), installed_version: '1.0.0' })),
    read('plugin-update-checker', `/updates/${brand}/${product}.json`, () => ({ installed_version: '1.0.0' })),
  ];
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
