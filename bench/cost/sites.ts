import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import type { Route } from '../../lib/api/route.ts';
import { publish } from '../../test/support/edd/edd-releases.ts';
import { byOperation, type Call } from '../../test/support/service/service.ts';
import type { BenchService, Shop } from '../service.ts';
import { forgetContacts, licenseAddress } from '../stored.ts';

/** One operation: `prepare` makes the request of the next call, and what that needs. */
export type Operation = {
  name: string;
  route: Route;
  prepare: (nth: number) => Promise<Call>;
  /** Some calls are counted by the minute, and refused beyond a few. */
  fewCalls?: true;
};

const HOST = { host: 'licenses.example.com', 'x-forwarded-proto': 'https' };
const same = (call: Call) => (): Promise<Call> => Promise.resolve(call);

/** Checks whose answer is signed, and what sites do with their seats. */
export async function listProofCalls(service: BenchService, shop: Shop, product: string): Promise<Operation[]> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [product], max_seats: null });
  const site = (instance_identifier: string) => ({ license_key, product, instance_identifier });
  await service.activate(license_key, product, 'proven.example.com');
  const checked: Call = { query: { ...site('proven.example.com'), proof: '1' } };
  const checkToday = async (): Promise<Call> => {
    await forgetContacts(service, licenseAddress(shop.prefix, license_key, product));
    return checked;
  };
  const swap = async (nth: number): Promise<Call> => {
    const { body } = await service.call(activateLicense, { body: site(`old-${nth}.example.com`) });
    return { body: { ...site(`swapped-${nth}.example.com`), replace: String(body['activation_id']) } };
  };
  const move = async (nth: number): Promise<Call> => {
    await service.activate(license_key, product, `from-${nth}.example.com`);
    return { body: { ...site(`to-${nth}.example.com`), from_instance: `from-${nth}.example.com` } };
  };
  return [
    { name: 'check with a proof', route: checkLicense, prepare: same(checked) },
    { name: 'check with a proof, the first of the day', route: checkLicense, prepare: checkToday },
    { name: 'swap of a seat', route: activateLicense, prepare: swap },
    { name: 'move of a seat', route: byOperation('move_license'), prepare: move },
    {
      name: 'seats of a key',
      route: byOperation('list_seats'),
      prepare: same({ query: { license_key, product } }),
      fewCalls: true,
    },
  ];
}

/** Every way in which a site asks for an update, and the other calls of old clients. */
export async function listUpdateCalls(service: BenchService, shop: Shop, product: string): Promise<Operation[]> {
  await publish(service, { key_prefix: shop.prefix }, product, { version: '2.0.0' });
  const bought = await service.buy(shop, { products: [product], license_key: 'new', max_seats: null });
  const license = bought.licenseKey;
  const params = { brand: shop.slug };
  const old = (edd_action: string, url = 'https://edd.example.com'): Call => ({
    params,
    query: { edd_action, item_name: product, license, url, version: '1.0.0' },
    headers: HOST,
  });
  const edd: Route = byOperation('edd');
  await service.call(edd, old('activate_license'));
  const leave = async (nth: number): Promise<Call> => {
    await service.call(edd, old('activate_license', `https://left-${nth}.example.com`));
    return old('deactivate_license', `https://left-${nth}.example.com`);
  };
  const basic = { ...HOST, authorization: `Basic ${Buffer.from(`any:${license}`).toString('base64')}` };
  const site = { license_key: license, product, instance_identifier: 'https://edd.example.com' };
  return [
    {
      name: 'latest release',
      route: byOperation('latest_release_by_post'),
      prepare: same({ body: site, headers: HOST }),
    },
    { name: 'EDD check_license', route: edd, prepare: same(old('check_license')) },
    { name: 'EDD get_version', route: edd, prepare: same(old('get_version')) },
    {
      name: 'EDD activate_license, a new site',
      route: edd,
      prepare: (nth) => Promise.resolve(old('activate_license', `https://edd-${nth}.example.com`)),
    },
    { name: 'EDD deactivate_license', route: edd, prepare: leave },
    {
      name: 'plugin-update-checker',
      route: byOperation('plugin_update'),
      prepare: same({ params: { ...params, file: `${product}.json` }, query: { license_key: license }, headers: HOST }),
    },
    {
      name: 'Composer, packages.json',
      route: byOperation('composer_repository'),
      prepare: same({ params, headers: basic }),
    },
    {
      name: 'Composer, one package',
      route: byOperation('composer_package'),
      prepare: same({ params: { ...params, vendor: shop.slug, file: `${product}.json` }, headers: basic }),
    },
  ];
}
