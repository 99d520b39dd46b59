import { beforeAll, expect, test } from '@jest/globals';
import { parseInstance } from '../../lib/domain/instance.ts';
import { hashLicenseKey } from '../../lib/domain/license-key.ts';
import { isRefusal } from '../../lib/domain/refusal.ts';
import { PRODUCT_SHARDS } from '../../lib/table/keys.ts';
import { findLicenses, type Sought } from '../../lib/queries/search/license-search.ts';
import { byOperation } from '../support/service/service.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();
beforeAll(async () => {
  const body = { customer_email: 'anna@example.com', products: ['wp-rocket', 'imagify'], external_id: 'order-1' };
  await world.call(byOperation('provision_licenses'), { apiKey: world.shop.apiKey, body });
});

const instance = parseInstance('url', SITE);
const searches: [string, number, number, () => Sought | undefined][] = [
  [
    'a license key',
    2,
    1,
    () => ({
      by: 'license_key',
      brand: world.shop.key_prefix,
      hash: hashLicenseKey(world.licenseKey),
      importedHash: hashLicenseKey('imported'),
    }),
  ],
  ['an order number', 3, 2, () => ({ by: 'external_id', externalId: 'order-1' })],
  ['an instance', 3, 1, () => instance && { by: 'instance', instance }],
  ['a product', 18, 2, () => ({ by: 'product', product: 'wp-rocket', expiresBefore: undefined })],
  [
    'the last four of a key',
    6,
    1,
    () => ({ by: 'ending', brand: world.shop.key_prefix, lastFour: world.licenseKey.slice(-4) }),
  ],
  ['an id', 3, 1, () => ({ by: 'license_id', id: world.ids['license_id'] ?? '' })],
];

test.each(searches)('a search by %s sends %d requests', async (_, trips, found, soughtNow) => {
  const table = world.table(world.shop.key_prefix);
  let sent = 0;
  const counted: typeof table.wire = (operation, input, signal) => {
    sent += 1;
    return table.wire(operation, input, signal);
  };
  const sought = soughtNow();
  if (sought === undefined) throw new Error('nothing to search by');
  const page = await findLicenses({ brand: world.shop, table: { ...table, wire: counted } }, sought, {
    limit: 50,
    after: undefined,
  });
  expect([isRefusal(page) ? page : page.views.length, sent]).toEqual([found, trips]);
});

test.each(searches)(
  'a search by %s without a match sends at most one request, or one per shard',
  async (name, _trips, _found, soughtNow) => {
    const shop = await world.brand();
    const table = world.table(shop.key_prefix);
    let sent = 0;
    const counted: typeof table.wire = (operation, input, signal) => {
      sent += 1;
      return table.wire(operation, input, signal);
    };
    const sought = soughtNow();
    if (sought === undefined) throw new Error('nothing to search by');
    const page = await findLicenses({ brand: shop, table: { ...table, wire: counted } }, sought, {
      limit: 50,
      after: undefined,
    });
    expect(page).toEqual({ views: [], last: undefined });
    // An ending with another brand's prefix needs no request. A whole key may be there as an imported one.
    const shards = name === 'a product' ? PRODUCT_SHARDS : 1;
    expect(sent).toBe(name.includes('last four') ? 0 : shards);
  },
);
