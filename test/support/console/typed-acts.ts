import { randomUUID } from 'node:crypto';
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

const LEAVING = 'leaving@example.com';

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
    fields: () => ({ product: 'wp-rocket' }),
  });
  const importJob = (operation: string) => ({
    at: async () => `brands/${world.shop.slug}/imports/${await fresh(operation, 'import_id')}`,
  });

  return {
    'licenses/free': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
    'licenses/restore': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
    'licenses/renew': { ...license({ policy: { duration: 'P1Y' } }), fields: () => ({ extend_by: 'P1Y' }) },
    'licenses/seats': { ...license(), fields: () => ({ max_seats: '4' }) },
    'licenses/expiry': { ...license(), fields: () => ({ expiration_date: '2199-12-31' }) },
    'licenses/product': { ...license(), fields: () => ({ product: 'imagify' }) },
    'licenses/policy': {
      ...license(),
      fields: () => ({ policy: 'grace_days = 30\nstaging_hosts = ["*.stage.example"]' }),
    },
    'licenses/metadata': {
      ...license({ metadata: { old: 'x' } }),
      fields: () => ({ metadata: 'plan = 2\nold = null' }),
    },
    'licenses/suspend': license(),
    'licenses/resume': {
      at: async () => {
        const { id } = await buy();
        await act(people.admin, `licenses/${id}/suspend`);
        return `licenses/${id}`;
      },
    },
    'licenses/transfer': { ...license(), fields: () => ({ customer_email: 'taker@example.com' }) },
    'licenses/cancel': license(),
    'license-keys/reveal': { at: () => `license-keys/${idOf('license_key_id')}` },
    'license-keys/rotate': {
      at: async () => `license-keys/${(await buy()).keyId}`,
      fields: () => ({ overlap_hours: '1' }),
    },
    'customers/email': { at: () => `customers/${idOf('customer_id')}`, fields: () => ({ email: 'other@example.com' }) },
    'customers/erase': {
      at: async () => {
        const { id } = await buy({ customer_email: LEAVING, metadata: { note: 'Leah' } });
        await act(people.admin, `licenses/${id}/suspend`, { once: randomUUID() });
        const { body } = await openBackOffice(world, world.shop).get(id);
        return `customers/${String(body['customer_id'])}`;
      },
      fields: () => ({ email: LEAVING }),
    },
    'sales/sell': {
      ...list('sales'),
      fields: () => ({ customer_email: 'by-hand@example.com', products: 'wp-rocket, imagify', external_id: 'hand-1' }),
    },
    'products/create': { ...list('products'), fields: () => ({ name: 'New one', slug: 'new-one' }) },
    'products/rename': { ...product, fields: () => ({ name: 'Renamed' }) },
    'products/policy': { ...product, fields: () => ({ policy: 'seat_limit = 3\nduration = P1Y\noverage = 1.5x' }) },
    'products/links': { ...product, fields: () => ({ links: 'renew_url = https://shop.example/renew' }) },
    'products/presentation': {
      ...product,
      fields: () => ({ author: 'Ann', icons: '1x = https://shop.example/icon.png' }),
    },
    'releases/create': { ...list('releases'), fields: () => ({ product: 'wp-rocket', version: '9.0', tested: '6.8' }) },
    'releases/upload': release('draft'),
    'releases/publish': release('uploaded'),
    'releases/rollout': { ...release('published'), fields: () => ({ product: 'wp-rocket', rollout_percent: '40' }) },
    'releases/texts': {
      ...release('published'),
      fields: () => ({ product: 'wp-rocket', tested: '6.9', sections: 'changelog = <p>Faster = better.</p>' }),
    },
    'releases/yank': release('published'),
    'bundles/create': {
      ...list('bundles'),
      fields: () => ({ name: 'Pair', slug: 'pair', products: 'wp-rocket imagify' }),
    },
    'bundles/change': {
      at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}`,
      fields: () => ({ name: 'Two', products: 'wp-rocket' }),
    },
    'bundles/delete': { at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}` },
    'webhook-endpoints/create': { ...list('webhook-endpoints'), fields: () => ({ url: 'http://127.0.0.1:9/new' }) },
    'webhook-endpoints/change': { ...endpoint, fields: () => ({ event_types: 'license.*, seat.deactivated' }) },
    'webhook-endpoints/pause': endpoint,
    'webhook-endpoints/resume': endpoint,
    'webhook-endpoints/test': endpoint,
    'webhook-endpoints/replay': { ...endpoint, fields: () => ({ from: inMs(-HOUR_MS) }) },
    'webhook-endpoints/rotate': { ...endpoint, fields: () => ({ overlap_hours: '2' }) },
    'webhook-endpoints/send': { ...endpoint, fields: () => ({ delivery_id: idOf('delivery_id') }) },
    'webhook-endpoints/delete': endpoint,
    'api-keys/create': { ...list('api-keys'), fields: () => ({ name: 'Shop', scopes: 'licenses:read, events:read' }) },
    'api-keys/rotate': { ...apiKey, fields: () => ({ overlap_hours: '1' }) },
    'api-keys/revoke': apiKey,
    'imports/create': {
      ...list('imports'),
      fields: () => ({ name: 'By hand', mode: 'dry_run', format: 'csv', file: 'license_key\nA-1\n' }),
    },
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
}
