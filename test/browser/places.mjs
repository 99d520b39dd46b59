// The page on which each act of the console stands, on a thing of its own that allows it.
import { buildZip } from '../../local/zip.ts';

const READY_WITHIN_MS = 30_000;

/** By the kind of thing and the name of an act: the address of its page below /console, and fields that a world has. */
export function openPlaces({ credentials, send }, { slug, endpointId }) {
  const [{ api_key: apiKey }] = credentials.brands;
  const api = (method, path, body) => send(method, `/api/v1/brand${path}`, { apiKey, body });
  let made = 0;
  const next = () => {
    made += 1;
    return made;
  };

  async function buy(body = {}) {
    const buyer = { customer_email: `act-${next()}@example.com`, products: ['wp-rocket'], license_key: 'new', ...body };
    const { licenses, license_key } = await api('POST', '/licenses/provision', buyer);
    const { customer_id } = await api('GET', `/licenses/${licenses[0].id}`);
    return { id: licenses[0].id, key: license_key.key, keyId: license_key.id, customer_id };
  }
  async function activate({ id, key }) {
    const site = { license_key: key, instance_identifier: `https://act-${next()}.example` };
    const { activation_id } = await send('POST', '/api/v1/product/licenses/activate', { body: site });
    return { id, activation_id };
  }
  async function until(path, states) {
    for (let waited = 0; waited < READY_WITHIN_MS; waited += 200) {
      const { state } = await api('GET', path);
      if (states.includes(state)) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${path} was in none of ${states.join(', ')}`);
  }

  const license = (body) => async () => ({ page: `licenses/${(await buy(body)).id}` });
  const inBrand = (path) => () => ({ page: `brands/${slug}/${path}` });
  const list = (noun) => inBrand(`${noun}?product=wp-rocket`);
  const product = inBrand('products/wp-rocket');

  const release = (status) => async () => {
    const path = '/products/wp-rocket/releases';
    const version = `50.0.${next()}`;
    const { id, upload } = await api('POST', path, { version });
    if (status === 'draft') return { page: `brands/${slug}/releases/${id}` };
    const header = `<?php\n/**\n * Plugin Name: Rocket\n * Version: ${version}\n */\n`;
    const body = buildZip([{ path: 'wp-rocket/wp-rocket.php', content: header }]);
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body });
    if (status === 'published') await api('POST', `${path}/${id}/publish`, {});
    return { page: `brands/${slug}/releases/${id}` };
  };
  const bundle = async () => {
    const body = { name: 'Spare', slug: `spare-${next()}`, products: ['wp-rocket'] };
    return { page: `brands/${slug}/bundles/${(await api('POST', '/bundles', body)).id}` };
  };
  const endpoint = (isPaused) => async () => {
    const body = { url: `http://127.0.0.1:9/${next()}`, event_types: ['product.*'] };
    const { id } = await api('POST', '/webhook-endpoints', body);
    if (isPaused) await api('POST', `/webhook-endpoints/${id}/pause`, {});
    return { page: `brands/${slug}/webhook-endpoints/${id}` };
  };
  const apiKeyOf = async () => {
    const { id } = await api('POST', '/api-keys', { name: 'spare', scopes: ['licenses:read'] });
    return { page: `brands/${slug}/api-keys/${id}` };
  };
  /** An import that waits for its file, was tried, or has run. */
  const importIn = (state) => async () => {
    const row = { license_key: `ACT-${next()}-1111-2222`, customer_email: 'moved@example.com' };
    const file = JSON.stringify({ ...row, licenses: [{ product: 'wp-rocket' }] });
    const mode = state === 'done' ? 'run' : 'dry_run';
    const body = { name: 'Act', format: 'ndjson', mode, ...(state === 'waiting' ? {} : { file }) };
    const { id } = await api('POST', '/imports', body);
    if (state !== 'waiting') await until(`/imports/${id}`, [state]);
    return { page: `brands/${slug}/imports/${id}` };
  };

  return {
    'licenses/free': async () => ({ page: `licenses/${(await activate(await buy())).id}` }),
    'licenses/restore': async () => {
      const { id, activation_id } = await activate(await buy());
      await api('DELETE', `/licenses/${id}/activations/${activation_id}`, { reason: 'act' });
      return { page: `licenses/${id}?done=free&activation=${activation_id}` };
    },
    'licenses/renew': license(),
    'licenses/seats': license(),
    'licenses/expiry': license(),
    'licenses/product': license(),
    'licenses/policy': license(),
    'licenses/metadata': license({ metadata: { old: 'x' } }),
    'licenses/suspend': license(),
    'licenses/resume': async () => {
      const { id } = await buy();
      await api('POST', `/licenses/${id}/suspend`, { reason: 'act' });
      return { page: `licenses/${id}` };
    },
    'licenses/transfer': license(),
    'licenses/cancel': license(),
    'license-keys/reveal': async () => ({ page: `license-keys/${(await buy()).keyId}` }),
    'license-keys/rotate': async () => ({ page: `license-keys/${(await buy()).keyId}` }),
    'customers/email': async () => ({ page: `customers/${(await buy()).customer_id}` }),
    'customers/erase': async () => ({ page: `customers/${(await buy()).customer_id}` }),
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
    'bundles/change': bundle,
    'bundles/delete': bundle,
    'webhook-endpoints/create': list('webhook-endpoints'),
    'webhook-endpoints/change': endpoint(),
    'webhook-endpoints/pause': endpoint(),
    'webhook-endpoints/resume': endpoint(true),
    'webhook-endpoints/test': inBrand(`webhook-endpoints/${endpointId}`),
    'webhook-endpoints/replay': async () => {
      const from = new Date(Date.now() - 60 * 60_000).toISOString();
      return { ...(await endpoint()()), values: { from: `${from.slice(0, 19)}Z` } };
    },
    'webhook-endpoints/rotate': endpoint(),
    'webhook-endpoints/send': inBrand(`webhook-endpoints/${endpointId}`),
    'webhook-endpoints/delete': endpoint(),
    'api-keys/create': list('api-keys'),
    'api-keys/rotate': apiKeyOf,
    'api-keys/revoke': apiKeyOf,
    'imports/create': list('imports'),
    'imports/run': importIn('tried'),
    'imports/cancel': importIn('waiting'),
    'imports/undo': importIn('done'),
    'exports/create': list('exports'),
  };
}
