import { lifecycleRoutes, transferLicense } from '../lib/api/license-lifecycle.ts';
import { rotateLicenseKey } from '../lib/api/license-keys.ts';
import { updateLicense } from '../lib/api/licenses.ts';
import { checkLicense } from '../lib/api/check.ts';
import type { Count } from './count.ts';
import { atMost, type Row } from './rows.ts';
import type { BenchService, Shop } from './service.ts';

const LIFECYCLE_GOAL = 3;
const CHECK_GOAL = 2;

/**
 * Measures changes of a license by its id, and a check of a license after its product, customer or key has changed.
 */
export async function ofMoves(
  group: string,
  service: BenchService,
  shop: Shop,
  [first = '', second = '']: readonly string[],
  count: Count,
): Promise<Row[]> {
  const { apiKey } = shop;
  const bought = () => service.buy(shop, { products: [first], max_seats: 5, license_key: 'new' });
  const rows: Row[] = [];
  const { licenseId } = await bought();
  for (const route of lifecycleRoutes.filter(({ operation }) => operation !== transferLicense.operation)) {
    const body = route.operation === 'renew_license' ? { extend_by: 'P1M' } : {};
    const trips = await count(route, { apiKey, params: { license_id: licenseId }, body });
    rows.push(atMost(group, `${route.operation.replace('_license', '')} by license id`, LIFECYCLE_GOAL, trips));
  }
  const license = (licenseId: string) => ({ apiKey, params: { license_id: licenseId } });
  const moves: [string, string, (licenseId: string, keyId: string) => Parameters<Count>][] = [
    ['a product change', second, (id) => [updateLicense, { ...license(id), body: { product: second } }]],
    [
      'a transfer',
      first,
      (id) => [
        transferLicense,
        { ...license(id), body: { customer_email: 'new-owner@example.com', keep_activations: true } },
      ],
    ],
    ['a rotation', first, (_, license_key_id) => [rotateLicenseKey, { apiKey, params: { license_key_id }, body: {} }]],
  ];
  for (const [what, product, call] of moves) {
    const one = await bought();
    await service.activate(one.licenseKey, first, 'one.example.com');
    const key = await service.keyOf(shop, one.licenseId);
    const trips = await count(...call(one.licenseId, key.id));
    rows.push(atMost(group, what, LIFECYCLE_GOAL, trips));
    const site = {
      license_key: (await service.keyOf(shop, one.licenseId)).key,
      product,
      instance_identifier: 'one.example.com',
    };
    rows.push(atMost(group, `check after ${what}`, CHECK_GOAL, await count(checkLicense, { query: site })));
  }
  return rows;
}
