import { change, changeSite, expectSite, siteCall, SITES_EACH, type Act, type Client, type Shared } from './acts.ts';
import { callUntilAnswered, type ClientReply } from './world/calls.ts';

/** A site of this client that has a seat, and one that is not known to have one. */
function pickSites({ name }: Client, of: Shared): { from: string; to: string } | undefined {
  const sites = Array.from({ length: SITES_EACH }, (_, i) => `https://${name}-${i}.example.com`);
  const from = sites.find((site) => of.sites.get(site) === true);
  const to = sites.find((site) => of.sites.get(site) !== true);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Keeps what an answered change of two sites made of them. */
async function settleSites(
  client: Client,
  of: Shared,
  { from, to }: { from: string; to: string },
  { status, wasLost }: ClientReply & { wasLost: boolean },
): Promise<void> {
  if (status < 300) {
    of.sites.set(from, false);
    of.sites.set(to, true);
  } else if (wasLost) for (const site of [from, to]) of.sites.delete(site);
  for (const site of [from, to]) await expectSite(client, of, site);
}

/** A site changes its address, and takes its seat along. */
export const moveSite: Act = async (client, of) => {
  const sites = pickSites(client, of);
  if (sites === undefined) return;
  const { key, product, forgotten } = of;
  const body = { license_key: key, product, from_instance: sites.from, instance_identifier: sites.to };
  const moved = await change(client, 'move_license', { body });
  if (key === of.key && forgotten === of.forgotten) await settleSites(client, of, sites, moved);
};

/** Answers that are under way may be older than what is forgotten. */
function forgetSites(of: Shared): void {
  of.sites.clear();
  of.forgotten += 1;
}

/** A new site takes the seat of one of those that the list shows, with their addresses masked: any site may lose it. */
export const swapSite: Act = async (client, of) => {
  const { world, name, chance } = client;
  const { key, product } = of;
  const to = `https://${name}-${chance.below(SITES_EACH)}.example.com`;
  const list = { query: { license_key: key, product } };
  const { body: listed } = await callUntilAnswered(world, name, 'list_seats', list);
  const seats = (listed['seats'] ?? []) as { activation_id: string }[];
  if (seats.length === 0 || of.sites.get(to) === true) return;
  forgetSites(of);
  const { forgotten } = of;
  const body = { ...(siteCall(of, to).body as object), replace: chance.pick(seats).activation_id };
  const { status } = await change(client, 'activate_license', { body });
  // Another swap meanwhile may have given this seat away before its answer came.
  const isLast = forgotten === of.forgotten;
  forgetSites(of);
  if (status < 300 && isLast) of.sites.set(to, true);
  if (key === of.key) await expectSite(client, of, to);
};

/** A copy of a site for its developers, of which a policy may say that it takes no seat. */
export const changeStagingSite: Act = (client, of) =>
  changeSite(client, of, `https://staging.${client.name}.example.com`);

/** Says that staging sites take no seats, or that they do. */
export const changePolicy: Act = async (client, of) => {
  const { apiKey } = client.things;
  const policy = { development_sites_free: client.chance.below(2) === 0 };
  await change(client, 'update_license', { apiKey, params: { license_id: of.id }, body: { policy } });
};

/** Has a webhook endpoint for a while, which is paused and resumed, and gets another secret. */
export async function useEndpoint(client: Client): Promise<void> {
  const { things, world, name, chance } = client;
  const { apiKey } = things;
  const made = await change(client, 'create_webhook_endpoint', { apiKey, body: { url: `http://127.0.0.1:9/${name}` } });
  if (made.status >= 300) return;
  const call = { apiKey, params: { endpoint_id: String(made.body['id']) }, body: {} };
  if (chance.below(2) === 0) {
    await change(client, 'pause_webhook_endpoint', call);
    await change(client, 'resume_webhook_endpoint', call);
  }
  if (chance.below(2) === 0) await change(client, 'rotate_webhook_secret', { ...call, body: { overlap_hours: 1 } });
  if (chance.below(4) > 0) await callUntilAnswered(world, name, 'delete_webhook_endpoint', call);
}

const BUNDLES = 2;

/** Makes a bundle that others may want to make too, sells it, and deletes it sometimes. */
export async function useBundle(client: Client): Promise<void> {
  const { things, chance } = client;
  const { platformKey: apiKey, brandId: brand_id } = things;
  const slug = `bundle-${chance.below(BUNDLES)}`;
  const body = { name: slug, slug, products: ['basic', 'pro'] };
  await change(client, 'admin_create_bundle', { apiKey, params: { brand_id }, body });
  const order = { customer_email: 'dan@example.com', bundle: slug };
  await change(client, 'provision_licenses', { apiKey: things.apiKey, body: order });
  if (chance.below(2) === 0)
    await callUntilAnswered(client.world, client.name, 'admin_delete_bundle', {
      apiKey,
      params: { brand_id, bundle: slug },
    });
}
