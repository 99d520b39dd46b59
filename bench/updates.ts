import { publish } from '../test/support/edd/edd-releases.ts';
import { byOperation } from '../test/support/service/service.ts';
import type { Count } from './count.ts';
import { atMost, figure, type Row } from './rows.ts';
import type { BenchService, Body, Shop } from './service.ts';

const BATCH = 20;
const HOST = { host: 'licenses.example.com', 'x-forwarded-proto': 'https' };

/** A call by which a site asks for an update, or speaks as a client of Easy Digital Downloads. */
type UpdateCall = { what: string; goal: number; mistyped?: true; call: Parameters<Count> };

/** Publishes a release of each product and sells a license; returns the calls of a site with it, in their order. */
async function openUpdateCalls(service: BenchService, shop: Shop, products: readonly string[]): Promise<UpdateCall[]> {
  const [product = ''] = products;
  for (const one of products) await publish(service, { key_prefix: shop.prefix }, one, { version: '2.0.0' });
  const { licenseKey } = await service.buy(shop, { products: [...products], license_key: 'new', max_seats: 5 });
  const wrongLetter = licenseKey.slice(0, -1) + (licenseKey.endsWith('A') ? 'B' : 'A');
  const url = 'https://edd.example.com';
  const edd = (fields: Record<string, string>): Parameters<Count> => {
    const query = { item_name: product, license: licenseKey, url, version: '1.0.0', ...fields };
    return [byOperation('edd'), { params: { brand: shop.slug }, query, headers: HOST }];
  };
  const batch = Object.fromEntries(
    products.slice(0, BATCH).flatMap((name): [string, string][] => [
      [`products[${name}][item_name]`, name],
      [`products[${name}][license]`, licenseKey],
      [`products[${name}][url]`, url],
    ]),
  );
  const latest = (body: Body = {}, status = 200): Parameters<Count> => [
    byOperation('latest_release_by_post'),
    { body: { license_key: licenseKey, product, instance_identifier: url, ...body }, headers: HOST },
    [status],
  ];
  return [
    { what: 'EDD activate_license, a new site', goal: 3, call: edd({ edd_action: 'activate_license' }) },
    { what: 'EDD activate_license, an active site', goal: 3, call: edd({ edd_action: 'activate_license' }) },
    { what: 'EDD check_license', goal: 1, call: edd({ edd_action: 'check_license' }) },
    {
      what: 'EDD check_license, a mistyped key',
      goal: 0,
      mistyped: true,
      call: edd({ edd_action: 'check_license', license: wrongLetter }),
    },
    { what: 'EDD get_version', goal: 1, call: edd({ edd_action: 'get_version' }) },
    {
      what: `EDD get_version, ${products.length} products at once`,
      goal: 1,
      call: edd({ edd_action: 'get_version', ...batch }),
    },
    { what: 'latest release', goal: 1, call: latest() },
    {
      what: 'latest release, a mistyped key',
      goal: 0,
      mistyped: true,
      call: latest({ license_key: wrongLetter }, 404),
    },
    { what: 'EDD deactivate_license', goal: 3, call: edd({ edd_action: 'deactivate_license' }) },
  ];
}

/** A container reads the products and releases that it remembers before the calls that repeat. */
const warmed = ({ what, mistyped }: UpdateCall): boolean =>
  mistyped === undefined && !what.includes('activate_license');

/** Measures the round trips of updates, beside what the container remembers. */
export async function ofUpdates(
  group: string,
  service: BenchService,
  shop: Shop,
  products: readonly string[],
  count: Count,
): Promise<Row[]> {
  const rows: Row[] = [];
  const remembering = byOperation('edd');
  await service.call(remembering, {
    params: { brand: shop.slug },
    query: { edd_action: 'get_version' },
    headers: HOST,
  });
  for (const one of await openUpdateCalls(service, shop, products)) {
    const first = warmed(one) ? await count(...one.call) : undefined;
    rows.push(atMost(group, one.what, one.goal, await count(...one.call)));
    if (one.what === 'latest release' && first !== undefined)
      rows.push(atMost(group, `${one.what}, the first of a container`, 3, first));
  }
  return rows;
}

/** Measures the capacity units of the same calls. */
export async function ofUpdateUnits(
  group: string,
  service: BenchService,
  shop: Shop,
  products: readonly string[],
  unitsOf: (action: () => Promise<unknown>) => Promise<number>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of await openUpdateCalls(service, shop, products)) {
    if (one.mistyped) continue;
    if (warmed(one)) await service.call(...one.call);
    const units = await unitsOf(() => service.call(...one.call));
    rows.push(figure(group, `${one.what}, read and write units`, String(units)));
  }
  return rows;
}
