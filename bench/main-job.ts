import { randomUUID } from 'node:crypto';
import { activateLicense } from '../lib/api/activate.ts';
import { checkLicense } from '../lib/api/check.ts';
import { deactivateLicense } from '../lib/api/deactivate.ts';
import { listLicenses, provisionLicenses } from '../lib/api/licenses.ts';
import type { Route } from '../lib/api/route.ts';
import { byOperation, type Call } from '../test/support/service/service.ts';
import type { BenchService, Shop } from './service.ts';

const PRODUCT = 'wp-rocket';
const INSTANCE = 'https://one.example.com';
const CUSTOMER = 'ann@example.com';

/** Makes the requests of the next calls. It writes what they need, so it runs outside of what is measured. */
export type MakeCalls = (count: number) => Promise<Call[]>;
/** A measurement may have no goal. */
type Goals = Partial<Record<'cpuMs' | 'kilobytes' | 'coldStart', number>>;

/** A function of the main job, with its goals and the request that stands for its calls. */
export type MainFunction = {
  name: string;
  route: Route;
  goals: Goals;
  open: (service: BenchService, shop: Shop) => Promise<MakeCalls>;
};

const goals = (cpuMs: number, kilobytes: number, coldStart: number): Goals => ({ cpuMs, kilobytes, coldStart });

/** The functions that sites and shops call most. Every measurement of them reads this table. */
export const MAIN_JOB: readonly MainFunction[] = [
  { name: 'check', route: checkLicense, goals: goals(0.3, 64, 2.4), open: openChecks },
  { name: 'activate', route: activateLicense, goals: goals(0.8, 100, 3), open: openActivations },
  { name: 'deactivate', route: deactivateLicense, goals: goals(0.8, 100, 3), open: openDeactivations },
  { name: 'provision', route: provisionLicenses, goals: goals(1.3, 180, 4), open: openPurchases },
  { name: 'list', route: listLicenses, goals: goals(1.1, 180, 4), open: openLists },
  { name: 'check with a proof', route: checkLicense, goals: {}, open: openProvenChecks },
  { name: 'EDD check', route: byOperation('edd'), goals: { kilobytes: 120, coldStart: 3 }, open: openEddChecks },
];

/** A brand that sells the one product of these calls. */
export const openMainShop = (service: BenchService): Promise<Shop> => service.newShop([PRODUCT]);

const repeat = (call: Call): MakeCalls => {
  return (count) => Promise.resolve(Array.from({ length: count }, () => call));
};

/** A site of one license, active from the start. */
async function openChecks(service: BenchService, shop: Shop, proof?: 'proof'): Promise<MakeCalls> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [PRODUCT] });
  await service.activate(license_key, PRODUCT, INSTANCE);
  const asked = proof === undefined ? {} : { proof: '1' };
  const site = { query: { license_key, product: PRODUCT, instance_identifier: INSTANCE, ...asked } };
  // The first check of the day writes, and is not one of those measured.
  await service.call(checkLicense, site);
  return repeat(site);
}

/** The same with a signed answer. A cold container loads the signing keys for it. */
function openProvenChecks(service: BenchService, shop: Shop): Promise<MakeCalls> {
  return openChecks(service, shop, 'proof');
}

/** The same question in the protocol of Easy Digital Downloads. */
async function openEddChecks(service: BenchService, shop: Shop): Promise<MakeCalls> {
  const { licenseKey: license } = await service.buy(shop, { products: [PRODUCT] });
  await service.activate(license, PRODUCT, INSTANCE);
  const query = { edd_action: 'check_license', license, item_name: PRODUCT, url: INSTANCE };
  return repeat({ params: { brand: shop.slug }, query });
}

/** New sites of a license without a limit of seats. */
async function openActivations(service: BenchService, shop: Shop): Promise<MakeCalls> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [PRODUCT], max_seats: null });
  return (count) =>
    Promise.resolve(
      Array.from({ length: count }, () => ({
        body: { license_key, product: PRODUCT, instance_identifier: `https://${randomUUID()}.example.com` },
      })),
    );
}

/** Sites that were activated just before. */
async function openDeactivations(service: BenchService, shop: Shop): Promise<MakeCalls> {
  const makeActivations = await openActivations(service, shop);
  return async (count) => {
    const sites = await makeActivations(count);
    for (const site of sites) await service.call(activateLicense, site);
    return sites;
  };
}

/** Purchases of one product by new customers. */
function openPurchases(_: BenchService, { apiKey }: Shop): Promise<MakeCalls> {
  return Promise.resolve((count) =>
    Promise.resolve(
      Array.from({ length: count }, () => ({
        apiKey,
        body: { customer_email: `${randomUUID()}@example.com`, expiration_date: '2099-12-31', products: [PRODUCT] },
      })),
    ),
  );
}

/** The one license of a customer, by e-mail. */
async function openLists(service: BenchService, shop: Shop): Promise<MakeCalls> {
  await service.buy(shop, { customer_email: CUSTOMER, products: [PRODUCT] });
  return repeat({ apiKey: shop.apiKey, query: { email: CUSTOMER } });
}
