import type { Chance } from '../../bench/chaos/chance.ts';
import { byOperation } from '../support/service/service.ts';
import { beginEmail, endEmail, expectChange, expectEmail, type Emails, type Versions } from './answered.ts';
import { callRoute, callUntilAnswered, isUnknown, type Call, type ClientReply } from './world/calls.ts';
import type { Things } from './world/furnish.ts';
import type { SimulatedWorld } from './world/parts.ts';

/** A license as clients share it. Its key gets new texts, and all of them learn what others do to it. */
export type Shared = {
  id: string;
  keyId: string;
  key: string;
  product: string;
  /** The sites by name; missing while nobody knows. */
  sites: Map<string, boolean>;
  /** False once something happened after which nobody can say what a site should be. */
  isKnown: boolean;
  isBusy: boolean;
  /** The number of times that all sites became unknown. */
  forgotten: number;
  versions: Versions;
};

export const newShared = (of: Pick<Shared, 'id' | 'keyId' | 'key' | 'product'>, isKnown: boolean): Shared => ({
  ...{ ...of, sites: new Map(), isKnown, isBusy: false, forgotten: 0, versions: new Map() },
});

export type Client = {
  name: string;
  chance: Chance;
  world: SimulatedWorld;
  things: Things;
  shared: Shared[];
  emails: Emails;
  made: number;
};

export const SITES_EACH = 2;

export const siteCall = ({ key, product }: Shared, site: string): Call => ({
  body: { license_key: key, product, instance_identifier: site },
});

/** A change without stored answers: it is repeated as it is. */
const isPlain = (operation: string): boolean => byOperation(operation).method === 'PATCH';

/** Sends a change under an idempotency key of its own, until it is answered; sometimes a second time. */
export async function change(
  client: Client,
  operation: string,
  call: Call,
): Promise<ClientReply & { wasLost: boolean }> {
  client.made += 1;
  const kept = { ...call, headers: { 'idempotency-key': `${client.name}-${client.made}` } };
  const { world, name, chance } = client;
  const first = await callUntilAnswered(world, name, operation, kept);
  if (first.status >= 300 || isPlain(operation) || chance.below(4) > 0) return first;
  const second = await callRoute(world, operation, kept);
  const isSame =
    second === 'lost' ||
    isUnknown(second) ||
    (second.status === first.status && lastingPart(second) === lastingPart(first));
  if (!isSame && !isErased(second))
    world.violations.push(`${name}: ${operation} was answered differently under one idempotency key`);
  return first;
}

const isErased = (answer: ClientReply | 'lost'): boolean =>
  answer !== 'lost' && answer.body['code'] === 'answer_erased';

/** A replay computes when to ask next, how long to rely on it and what a customer reads; the rest stays the same. */
function lastingPart({ body }: ClientReply): string {
  const { next_check_at: _next, stale_ok_until: _until, grace_until: _grace, ...answer } = body;
  const { detail: _detail, links: _links, ...rest } = answer;
  return JSON.stringify(rest);
}

const changeOwnSite: Act = (client, of) =>
  changeSite(client, of, `https://${client.name}-${client.chance.below(SITES_EACH)}.example.com`);

export async function changeSite(client: Client, of: Shared, site: string): Promise<void> {
  const isActive = of.sites.get(site);
  const operation = isActive === true ? 'deactivate_license' : 'activate_license';
  const { key, forgotten } = of;
  const { status, wasLost } = await change(client, operation, siteCall(of, site));
  if (forgotten !== of.forgotten) return;
  if (status < 300) of.sites.set(site, isActive !== true);
  else if (wasLost) of.sites.delete(site);
  if (key === of.key) await expectSite(client, of, site);
}

/** A check after an answered change sees it; after a refused one it sees what was before. */
export async function expectSite(
  { world, name }: Pick<Client, 'world' | 'name'>,
  of: Shared,
  site: string,
): Promise<void> {
  const expected = of.sites.get(site);
  const query = { license_key: of.key, product: of.product, instance_identifier: site };
  const { status, body } = await callUntilAnswered(world, name, 'check_license', { query });
  if (expected === undefined || !of.isKnown || status !== 200 || body['code'] === 'license_key_not_found') return;
  if (of.sites.get(site) === expected && body['is_activated'] !== expected)
    world.violations.push(`${name}: ${site} was answered ${String(body['is_activated'])}, not ${String(expected)}`);
}

export type Act = (client: Client, of: Shared) => Promise<void>;

const onLicense =
  (operation: string, body: (chance: Chance) => object): Act =>
  async (client, of) => {
    const { apiKey } = client.things;
    const call = { apiKey, params: { license_id: of.id }, body: body(client.chance) };
    await expectChange(client, of, await change(client, operation, call));
  };

/** Whatever happens to the sites of a license without its clients: nobody can say any more what they are. */
const unsettling =
  (act: Act): Act =>
  async (client, of) => {
    of.isKnown = false;
    await act(client, of);
  };

const MAIL = ['ann@example.com', 'bob@example.com', 'cid@example.com'];

async function rotateKey(client: Client, of: Shared): Promise<void> {
  if (of.isBusy) return;
  of.isBusy = true;
  const { apiKey } = client.things;
  const call = { apiKey, params: { license_key_id: of.keyId }, body: { overlap_hours: 24 } };
  const { status } = await change(client, 'rotate_license_key', call);
  if (status < 300) await learnKey(client, of);
  of.isBusy = false;
}

async function learnKey({ world, name, things }: Client, of: Shared): Promise<void> {
  const call = { apiKey: things.apiKey, params: { license_id: of.id } };
  const { status, body } = await callUntilAnswered(world, name, 'get_license', call);
  if (status >= 300) return;
  const { license_key: key } = body as { license_key: { id: string; key: string } };
  Object.assign(of, { keyId: key.id, key: key.key });
}

async function giveAway(client: Client, of: Shared): Promise<void> {
  of.isKnown = false;
  const { chance, things } = client;
  const body = { customer_email: chance.pick(MAIL), keep_activations: chance.below(2) === 0 };
  const call = { apiKey: things.apiKey, params: { license_id: of.id }, body };
  await expectChange(client, of, await change(client, 'transfer_license', call));
  await learnKey(client, of);
}

async function sell(client: Client): Promise<void> {
  const { chance, things, shared } = client;
  const body = {
    customer_email: chance.pick(MAIL),
    products: [chance.pick(['basic', 'pro'])],
    max_seats: 1 + chance.below(3),
    // Some licenses expire while clients use them.
    duration: chance.pick(['P7D', 'P1Y']),
  };
  const { status, body: sold } = await change(client, 'provision_licenses', { apiKey: things.apiKey, body });
  if (status >= 300) return;
  const { license_key: key, licenses } = sold as {
    license_key: { id: string; key: string };
    licenses: { id: string; product_slug: string }[];
  };
  for (const { id, product_slug: product } of licenses)
    if (!shared.some((known) => known.id === id))
      shared.push(newShared({ id, keyId: key.id, key: key.key, product }, false));
}

/** Makes an API key, revokes it, and holds the service to it: nothing revoked works. */
async function useApiKey(client: Client): Promise<void> {
  const { world, name, things } = client;
  const { apiKey } = things;
  const made = await change(client, 'create_api_key', { apiKey, body: { name } });
  if (made.status >= 300) return;
  const api_key_id = String(made.body['id']);
  if (client.chance.below(2) === 0)
    await change(client, 'rotate_api_key', { apiKey, params: { api_key_id }, body: { overlap_hours: 24 } });
  const { status } = await callUntilAnswered(world, name, 'revoke_api_key', { apiKey, params: { api_key_id } });
  if (status >= 300) return;
  const used = await callUntilAnswered(world, name, 'list_products', { apiKey: String(made.body['api_key']) });
  if (used.status !== 401) world.violations.push(`${name}: a revoked API key was answered ${used.status}`);
}

async function eraseOne(client: Client): Promise<void> {
  const { things, shared, chance, world, name, emails } = client;
  for (const of of shared) of.isKnown = false;
  const customers = things.licenses.map(({ customerId }) => customerId);
  for (const customer of customers) beginEmail(emails, customer);
  const call = { apiKey: things.apiKey, body: { email: chance.pick(MAIL) } };
  // An erasure that does not end within one call says so, and the next one goes on with it.
  while ((await callUntilAnswered(world, name, 'erase_customer', call)).body['complete'] === false);
  for (const customer of customers) endEmail(emails, customer, 0);
}

async function changeEmail(client: Client): Promise<void> {
  const { things, chance, emails } = client;
  const customer_id = chance.pick(things.licenses).customerId;
  const email = chance.pick(MAIL);
  const begun = beginEmail(emails, customer_id);
  const call = { apiKey: things.apiKey, params: { customer_id }, body: { email } };
  const { status } = await change(client, 'update_customer', call);
  endEmail(emails, customer_id, begun, status < 300 ? email : undefined);
  await expectEmail(client, emails, customer_id);
}

/** What clients do, and how often each. */
export const ACTS: readonly (readonly [often: number, act: Act])[] = [
  [40, changeOwnSite],
  [6, onLicense('update_license', (chance) => ({ max_seats: 1 + chance.below(3) }))],
  [4, onLicense('renew_license', () => ({ extend_by: 'P1M' }))],
  [4, onLicense('suspend_license', () => ({}))],
  [6, onLicense('resume_license', () => ({}))],
  [1, unsettling(onLicense('cancel_license', () => ({})))],
  [4, rotateKey],
  [3, giveAway],
  [4, sell],
  [3, useApiKey],
  [1, eraseOne],
  [2, changeEmail],
];
