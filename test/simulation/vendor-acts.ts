import { HOUR_MS } from '../../lib/domain/time.ts';
import { change, expectSite, SITES_EACH, type Act, type Client } from './acts.ts';
import { findStanding } from './views.ts';
import { callUntilAnswered } from './world/calls.ts';
import { importOf, objectKeyOf, packageOf, PRODUCT, type Things } from './world/furnish.ts';
import type { SimulatedWorld } from './world/parts.ts';
import { putObject } from './world/storage.ts';

/** Activates or frees a site as a client of Easy Digital Downloads does, whose answers are all 200. */
export const changeSiteByEdd: Act = async (client, of) => {
  const { world, name, chance } = client;
  const url = `https://${name}-${chance.below(SITES_EACH)}.example.com`;
  const isActive = of.sites.get(url);
  const edd_action = isActive === true ? 'deactivate_license' : 'activate_license';
  const { key, forgotten } = of;
  const query = { edd_action, license: key, item_name: of.product, url };
  of.sites.delete(url);
  const { body } = await callUntilAnswered(world, name, 'edd', { params: { brand: 'rocket' }, query });
  if (body['success'] !== true || key !== of.key || forgotten !== of.forgotten) return;
  of.sites.set(url, isActive !== true);
  await expectSite(client, of, url);
};

const KEYS = 3;

/** Imports two keys that other imports may have too, and sometimes takes them back. */
export async function importKeys(client: Client): Promise<void> {
  const { world, name, chance, things } = client;
  const { apiKey } = things;
  const body = importOf('run', `old-key-1${chance.below(KEYS)}`);
  const made = await change(client, 'create_import', { apiKey, body });
  if (made.status >= 300 || chance.below(2) === 0) return;
  await new Promise<void>((resolve) => {
    world.scheduler.after(chance.below(HOUR_MS), resolve);
  });
  await callUntilAnswered(world, name, 'undo_import', {
    apiKey,
    params: { import_id: String(made.body['id']) },
    body: {},
  });
}

const VERSIONS = 4;

/** Publishes a version that others may want to publish too, and sometimes withdraws it. */
export async function publishVersion(client: Client): Promise<void> {
  const { world, name, chance, things } = client;
  const { apiKey } = things;
  const version = `2.0.${chance.below(VERSIONS)}`;
  const made = await change(client, 'create_release', { apiKey, params: { product: PRODUCT }, body: { version } });
  if (made.status >= 300) return;
  putObject(world, objectKeyOf((made.body['upload'] as { url: string }).url), packageOf(version));
  const params = { product: PRODUCT, release_id: String(made.body['id']) };
  const published = await callUntilAnswered(world, name, 'publish_release', { apiKey, params, body: {} });
  if (published.status >= 300 || chance.below(2) === 0) return;
  await callUntilAnswered(world, name, 'yank_release', { apiKey, params, body: { reason: 'broken' } });
}

/** A call that died may have lost its message: then its client asks for a worker again, as the documents say. */
export async function askForWorkers(world: SimulatedWorld, { apiKey }: Things): Promise<void> {
  for (const { id, state } of findStanding(world))
    await callUntilAnswered(world, 'set-up', state === 'undoing' ? 'undo_import' : 'run_import', {
      ...{ apiKey, params: { import_id: id }, body: {} },
    });
}
