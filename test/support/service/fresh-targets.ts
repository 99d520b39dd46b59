import { randomBytes } from 'node:crypto';
import { putSampleDelivery } from '../webhooks/sample-delivery.ts';
import { furnishReleases, newEndpoint, newExport, newImport } from './furnishings.ts';
import { byOperation, type Service, type TestBrand } from './service.ts';

type Ids = Record<string, string>;
/** A service with a brand whose license is in use. */
export type FurnishedShop = Service & { shop: TestBrand; licenseKey: string; ids: Ids };

export const SITE = 'https://shop.example.com';
export const unique = (): string => randomBytes(5).toString('hex');

const inShop = async (
  world: FurnishedShop,
  operation: string,
  body: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const reply = await world.call(byOperation(operation), {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id },
    body,
  });
  return reply.body;
};

async function newLicense(world: FurnishedShop): Promise<Ids> {
  const body = {
    customer_email: `${unique()}@example.com`,
    products: ['wp-rocket'],
    expiration_date: '2099-12-31',
    license_key: 'new',
  };
  const provisioned = await world.call(byOperation('provision_licenses'), { apiKey: world.shop.apiKey, body });
  const { license_key, licenses } = provisioned.body as { license_key: { id: string }; licenses: { id: string }[] };
  return { license_id: licenses[0]?.id ?? '', license_key_id: license_key.id };
}

async function newCustomerId(world: FurnishedShop): Promise<Ids> {
  const { license_id = '' } = await newLicense(world);
  const license = await world.call(byOperation('get_license'), { apiKey: world.shop.apiKey, params: { license_id } });
  return { customer_id: String(license.body['customer_id']) };
}

/** The e-mail of a customer who can be erased. */
async function newCustomer(world: FurnishedShop): Promise<string> {
  const customer_email = `${unique()}@example.com`;
  await world.call(byOperation('provision_licenses'), {
    apiKey: world.shop.apiKey,
    body: { customer_email, products: ['wp-rocket'] },
  });
  return customer_email;
}

async function newActivation(world: FurnishedShop): Promise<Ids> {
  const body = { customer_email: `${unique()}@example.com`, products: ['wp-rocket'], license_key: 'new' };
  const provisioned = await world.call(byOperation('provision_licenses'), { apiKey: world.shop.apiKey, body });
  const { license_key, licenses } = provisioned.body as { license_key: { key: string }; licenses: { id: string }[] };
  const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: SITE };
  const activated = await world.call(byOperation('activate_license'), { body: site });
  return { license_id: licenses[0]?.id ?? '', activation_id: String(activated.body['activation_id']) };
}

/** A site that is active, and one that is not. */
async function newSite(world: FurnishedShop): Promise<Ids> {
  const [from_instance, instance_identifier] = [unique(), unique()].map((name) => `https://${name}.example.com`);
  const site = { license_key: world.licenseKey, product: 'wp-rocket', instance_identifier: from_instance };
  await world.call(byOperation('activate_license'), { body: site });
  return { from_instance: String(from_instance), instance_identifier: String(instance_identifier) };
}

/** Replaces the previous webhook endpoint by a new one, because a brand may have only 50. */
async function nextEndpoint(world: FurnishedShop): Promise<string> {
  const { apiKey } = world.shop;
  const page = await world.call(byOperation('list_webhook_endpoints'), { apiKey, query: { limit: '100' } });
  const [newest] = page.body['webhook_endpoints'] as { id: string }[];
  if (newest && newest.id !== world.ids['endpoint_id'])
    await world.call(byOperation('delete_webhook_endpoint'), { apiKey, params: { endpoint_id: newest.id } });
  return (await newEndpoint(world, world.shop)).endpoint_id;
}

/** Creates the thing that a path names, if a change of it would affect the next call. */
export const TARGET_MAKERS: Record<string, (world: FurnishedShop) => Promise<Ids>> = {
  license_id: newLicense,
  license_key_id: newLicense,
  activation_id: newActivation,
  customer_id: newCustomerId,
  from_instance: newSite,
  erasable: async (world) => ({ erasable: await newCustomer(world) }),
  api_key_id: async (world) => ({
    api_key_id: String((await inShop(world, 'admin_create_api_key', { name: 'fresh' }))['id']),
  }),
  platform_key_id: async ({ call, platformKey: apiKey }) => ({
    platform_key_id: String(
      (await call(byOperation('create_platform_key'), { apiKey, body: { name: 'fresh' } })).body['id'],
    ),
  }),
  endpoint_id: async (world) => ({ endpoint_id: await nextEndpoint(world) }),
  import_id: newImport,
  undoable_import: async (world) => {
    const made = await newImport(world);
    await world.call(byOperation('cancel_import'), { apiKey: world.shop.apiKey, params: made, body: {} });
    return made;
  },
  export_id: newExport,
  delivery_id: async (world) => {
    const endpoint_id = await nextEndpoint(world);
    return { endpoint_id, delivery_id: await putSampleDelivery(world, world.shop, endpoint_id) };
  },
  release_id: async (world) => {
    const { releaseOf } = await furnishReleases(world, world.shop);
    return { release_id: await releaseOf(world.ids['wanted_release'] === 'draft' ? 'draft' : 'published') };
  },
  bundle: async (world) => ({
    bundle: String(
      (await inShop(world, 'admin_create_bundle', { name: 'Fresh', slug: `fresh-${unique()}`, products: ['imagify'] }))[
        'slug'
      ],
    ),
  }),
};
