import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import { inMs } from '../run/clock.ts';
import { openBackOffice, type Bought } from '../service/back-office.ts';
import { furnishReleases } from '../service/furnishings.ts';
import { byOperation } from '../service/service.ts';
import type { useWorld } from '../service/started-service.ts';
import { freshCall } from '../service/world.ts';
import { act, type People } from './people.ts';

type StartedWorld = ReturnType<typeof useWorld>;

/** The address of an act's form and what is typed, on things that allow it. */
export type Typed = { at: () => Promise<string> | string; fields?: () => Record<string, string> };

/** The values that need nothing of the world; the drive of a browser types them too (test/browser/every-act.mjs). */
const VALUES = JSON.parse(readFileSync('test/support/console/act-values.json', 'utf8')) as Record<
  string,
  Record<string, string>
>;
const LEAVING = VALUES['customers/erase']?.['email'];

/** A way to do each act of the console once, by its kind of thing and its name. */
export function typeActs(
  world: StartedWorld,
  people: Pick<People, 'admin'>,
  seat: { license: string; activation: string },
): Record<string, Typed> {
  const idOf = (name: string): string => world.ids[name] ?? '';
  const buy = (body: object = {}): Promise<Bought> => openBackOffice(world, world.shop).buy(body);
  /** A thing of its own for an act that ends something. */
  async function fresh(operation: string, name: string): Promise<string> {
    const { params = {} } = await freshCall(byOperation(operation), world);
    return params[name] ?? '';
  }

  const endpoint = { at: () => `brands/${world.shop.slug}/webhook-endpoints/${idOf('endpoint_id')}` };
  const list = (noun: string) => ({ at: () => `brands/${world.shop.slug}/${noun}` });
  const product = { at: () => `brands/${world.shop.slug}/products/wp-rocket` };
  const license = (body: object = {}) => ({ at: async () => `licenses/${(await buy(body)).id}` });
  /** A person can replace only the text of a key whose scopes that person has. */
  const apiKey = {
    at: async () => {
      const body = { name: 'spare', scopes: ['licenses:read'] };
      const made = await world.call(byOperation('create_api_key'), { apiKey: world.shop.apiKey, body });
      return `brands/${world.shop.slug}/api-keys/${String(made.body['id'])}`;
    },
  };
  const release = (status: 'draft' | 'uploaded' | 'published') => ({
    at: async () => {
      const { releaseOf } = await furnishReleases(world, world.shop);
      return `brands/${world.shop.slug}/releases/${await releaseOf(status)}`;
    },
  });
  const importJob = (operation: string) => ({
    at: async () => `brands/${world.shop.slug}/imports/${await fresh(operation, 'import_id')}`,
  });

  const acts: Record<string, Typed> = {
    'licenses/free': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
    'licenses/restore': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
    'licenses/renew': license({ policy: { duration: 'P1Y' } }),
    'licenses/seats': license(),
    'licenses/expiry': license(),
    'licenses/product': license(),
    'licenses/policy': license(),
    'licenses/metadata': license({ metadata: { old: 'x' } }),
    'licenses/suspend': license(),
    'licenses/resume': {
      at: async () => {
        const { id } = await buy();
        await act(people.admin, `licenses/${id}/suspend`);
        return `licenses/${id}`;
      },
    },
    'licenses/transfer': license(),
    'licenses/cancel': license(),
    'license-keys/reveal': { at: () => `license-keys/${idOf('license_key_id')}` },
    'license-keys/rotate': { at: async () => `license-keys/${(await buy()).keyId}` },
    'customers/email': { at: () => `customers/${idOf('customer_id')}` },
    'customers/erase': {
      at: async () => {
        const { id } = await buy({ customer_email: LEAVING, metadata: { note: 'Leah' } });
        await act(people.admin, `licenses/${id}/suspend`, { once: randomUUID() });
        const { body } = await openBackOffice(world, world.shop).get(id);
        return `customers/${String(body['customer_id'])}`;
      },
    },
    'sales/sell': list('sales'),
    'products/create': list('products'),
    'products/rename': product,
    'products/policy': product,
    'products/links': product,
    'products/presentation': product,
    'releases/create': list('releases'),
    'releases/upload': release('draft'),
    'releases/publish': release('uploaded'),
    'releases/rollout': release('published'),
    'releases/texts': release('published'),
    'releases/yank': release('published'),
    'bundles/create': list('bundles'),
    'bundles/change': { at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}` },
    'bundles/delete': { at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}` },
    'webhook-endpoints/create': list('webhook-endpoints'),
    'webhook-endpoints/change': endpoint,
    'webhook-endpoints/pause': endpoint,
    'webhook-endpoints/resume': endpoint,
    'webhook-endpoints/test': endpoint,
    'webhook-endpoints/replay': { ...endpoint, fields: () => ({ from: inMs(-HOUR_MS) }) },
    'webhook-endpoints/rotate': endpoint,
    'webhook-endpoints/send': { ...endpoint, fields: () => ({ delivery_id: idOf('delivery_id') }) },
    'webhook-endpoints/delete': endpoint,
    'api-keys/create': list('api-keys'),
    'api-keys/rotate': apiKey,
    'api-keys/revoke': apiKey,
    'imports/create': list('imports'),
    'imports/run': {
      at: async () => {
        const made = await fresh('run_import', 'import_id');
        await act(people.admin, `brands/${world.shop.slug}/imports/${made}/cancel`);
        return `brands/${world.shop.slug}/imports/${made}`;
      },
    },
    'imports/cancel': importJob('cancel_import'),
    'imports/undo': importJob('undo_import'),
    'exports/create': list('exports'),
  };
  return Object.fromEntries(
    Object.entries(acts).map(([name, { at, fields }]) => [
      name,
      { at, fields: () => ({ ...VALUES[name], ...fields?.() }) },
    ]),
  );
}
