import { beforeAll, expect } from '@jest/globals';
import { DAY_MS, isoSeconds } from '../../../lib/domain/time.ts';
import { post, type EddReply, type Fields } from './edd-client.ts';
import { byOperation, type Reply, type Service, type TestBrand } from '../service/service.ts';
import { firstOf, newEmail, purchase } from '../service/purchases.ts';

const PRODUCTS = {
  'wp-rocket': { edd_item_id: 85, edd_item_name: 'Rocket Pro', policy: { seat_limit: 2 } },
  imagify: { edd_item_id: 86 },
  maintained: { edd_item_id: 87, policy: { seat_limit: 1, expiration_strategy: 'maintain' } },
  graced: { edd_item_id: 88, policy: { seat_limit: 1, grace_days: 30 } },
  development: { edd_item_id: 89, policy: { seat_limit: 1, development_sites_free: true } },
  moved: { edd_item_id: 90, policy: { seat_limit: 2, seat_moves_per_30_days: 0 } },
  begun: { edd_item_id: 91, policy: { duration: 'P1Y', expiry_basis: 'first_activation' } },
};

export const inDays = (days: number): string => isoSeconds(Date.now() + days * DAY_MS);

export type Ask = (license: string, fields?: Fields) => Promise<EddReply>;

/** A brand that sells to clients of Easy Digital Downloads; `ofAnother` is a license key of another brand. */
export type EddShop = TestBrand & { ofAnother: string };

export const KNOWN = { payment_id: expect.any(Number), customer_name: '', customer_email: '', price_id: false };
export const UNKNOWN_FIELDS = ['success', 'license', 'item_id', 'item_name', 'checksum'];

export function useEddShop(service: Service): EddShop {
  const shop = {} as EddShop;
  beforeAll(async () => {
    const [own, other] = await Promise.all([service.brand({ products: PRODUCTS }), service.brand()]);
    const foreign = await purchase(service, other, { customer_email: newEmail(), products: ['wp-rocket'] });
    Object.assign(shop, own, { ofAnother: foreign.license_key.key });
  });
  return shop;
}

export function openEddShop(service: Service, shop: EddShop) {
  const asking =
    (edd_action: string): Ask =>
    (license, fields = {}) =>
      post(shop.slug, { edd_action, license, item_id: 85, url: 'https://one.example', ...fields });
  return {
    activating: asking('activate_license'),
    deactivating: asking('deactivate_license'),
    checking: asking('check_license'),
    asking: asking('get_version'),
    change: (operation: string, license_id: string, body: object = {}): Promise<Reply> =>
      service.call(byOperation(operation), { apiKey: shop.apiKey, params: { license_id }, body }),
    buy: async (product: string, more: object = {}): Promise<{ key: string; id: string }> => {
      const order = { customer_email: newEmail(), products: [product], license_key: 'new', ...more };
      const bought = await purchase(service, shop, order);
      return { key: bought.license_key.key, id: firstOf(bought.licenses).id };
    },
  };
}
