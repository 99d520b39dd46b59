import type { Route } from '../lib/api/route.ts';
import type { ItemClass } from '../lib/table/item-classes.ts';
import type { Grant } from './grant.ts';

/**
 * Every function whose callers have an API key reads who calls, and notes how often, that the key is in use, and how
 * often a source sends keys that do not exist. A key of the wrong kind is known before it is refused.
 */
const CALLERS: Grant = {
  read: ['api-key', 'brand', '@api-key'],
  update: ['api-key', 'rate', '@api-key', '@rate', '@failed'],
};

/**
 * Every function that may read the data key compares it with the one that the table is written under, and the very
 * first one writes that down.
 */
const VAULT: Grant = { read: ['@data-key'], update: ['@data-key'] };

/**
 * The change of one license by its id, as all lifecycle routes make it; `put` of a customer lists an answer about that
 * person; an answer that changes nothing is guarded by the customer and the license that it shows.
 */
const changeOfLicense = {
  read: ['id', 'seats', 'key', 'customer', 'once'],
  put: ['seats', 'id', 'customer', 'once'],
  check: ['customer', 'seats'],
} as const satisfies Grant;

/** A catalog's nouns, each by a brand's own routes and by the platform team's. */
const catalog = { read: ['@id', 'brand'], query: ['brand'], put: ['brand', 'id', 'once'] } as const satisfies Grant;

/** The verbs of our own product routes, and what the address of Easy Digital Downloads' clients reads beside them. */
const edd = {
  readAcross: ['key', 'seats', 'brand', 'product', '@brands', '@settings', 'releases', 'imports'],
  query: ['brand', 'seats'],
  put: ['seats', 'id'],
  update: ['seats', '@failed'],
} as const satisfies Grant;

/** Grants by the function's file. A test runs every function on these alone, and finds those that none needs. */
const grants: Readonly<Record<string, Grant>> = {
  edd,
  'activate-license': {
    // One batch brings the stage's settings and the items of the brand, and a proof names the brand's slug.
    readAcross: ['key', 'seats', 'once', 'product', 'brand', '@settings', '@brands'],
    query: ['seats'],
    put: ['seats', 'id', 'once'],
    update: ['seats', '@failed'],
  },
  'move-license': {
    readAcross: ['key', 'seats', 'once', 'product', 'brand', '@settings', '@brands'],
    query: ['seats'],
    put: ['seats', 'id', 'once'],
    update: ['seats', '@failed'],
  },
  'list-seats': { read: ['key', 'seats', 'brand', '@brands'], query: ['seats'], update: ['@failed'] },
  'check-license': {
    readAcross: ['key', 'seats', 'product', 'brand', '@settings', '@brands'],
    query: ['seats'],
    update: ['seats', '@failed'],
  },
  'deactivate-license': {
    read: ['key', 'seats', 'once', '@brands'],
    query: ['seats'],
    put: ['seats', 'id', 'once'],
    update: ['seats', '@failed'],
  },

  'latest-release': { read: ['key', 'seats', 'releases', '@brands'], update: ['@failed'] },
  updates: { read: ['key', 'seats', 'releases', '@brands'], update: ['@failed'] },
  composer: { read: ['key', 'seats', 'releases', '@brands'], update: ['@failed'] },
  downloads: { read: ['seats', 'releases'] },

  'provision-license': {
    read: ['customer', 'key', 'seats', 'external', 'once'],
    put: ['customer', 'key', 'seats', 'id', 'external', 'once'],
    update: ['customer', 'key'],
    check: ['customer', 'key'],
  },
  'list-licenses': {
    read: ['customer', 'key', 'seats', 'external', '@prefix'],
    query: ['customer', 'key', '@brands'],
    find: ['host', 'tail', 'product'],
  },
  'search-licenses': {
    read: ['customer', 'key', 'seats', 'external', 'id', '@prefix'],
    query: ['customer', 'key', '@brands'],
    find: ['host', 'tail'],
  },
  licenses: { read: ['id', 'seats', 'key', 'customer'], query: ['id', 'seats'] },
  'license-keys': { read: ['id', 'customer', 'seats'], query: ['key'] },
  events: {
    read: ['customer', 'key', 'seats', 'external', '@prefix'],
    readAcross: ['id', '@id'],
    query: ['customer', 'key', 'id', '@brands'],
    find: ['day', 'host', 'tail'],
  },
  activations: { read: ['id', 'seats'], query: ['seats'], put: ['seats', 'id'], update: ['seats'] },
  customers: {
    read: ['id', 'customer', 'key', 'seats', 'once'],
    query: ['customer', 'id', 'seats'],
    put: ['customer', 'seats', 'id', 'once'],
    update: ['customer', 'seats', 'id'],
    remove: ['customer', 'seats', 'id'],
  },

  'renew-license': { ...changeOfLicense, put: [...changeOfLicense.put, 'external'] },
  'suspend-license': changeOfLicense,
  'resume-license': changeOfLicense,
  'cancel-license': {
    ...changeOfLicense,
    put: [...changeOfLicense.put, 'key'],
    update: ['key', 'customer'],
  },
  'update-license': {
    read: ['id', 'seats', 'key', 'customer'],
    query: ['seats'],
    put: ['seats', 'id'],
    update: ['key', 'customer', 'seats'],
  },
  'transfer-license': {
    ...changeOfLicense,
    put: [...changeOfLicense.put, 'key'],
    update: ['key', 'customer'],
    remove: ['customer'],
  },
  'rotate-license-key': {
    read: ['id', 'key', 'customer', 'once'],
    put: ['key', 'id', 'customer', 'once'],
    update: ['key', 'customer'],
    check: ['customer', 'api-key'],
  },

  brands: {
    read: ['@id', 'brand'],
    query: ['@brands'],
    putAcross: ['@slug', '@prefix', '@brands', '@id', '@once', 'brand', 'id'],
  },
  products: { ...catalog, update: ['product', 'releases'], remove: ['brand'] },
  releases: {
    read: ['brand', 'releases', 'once'],
    query: ['releases'],
    put: ['releases', 'id', 'once'],
    update: ['releases'],
  },
  bundles: { ...catalog, remove: ['brand'] },
  // The platform team's own keys too.
  'api-keys': {
    read: ['@id', 'brand', 'api-key', 'once', '@brand', '@api-key', '@once'],
    query: ['brand', '@brand'],
    put: ['brand', 'id', 'once', 'api-key', '@brand', '@id', '@once', '@api-key'],
    check: ['api-key', '@api-key'],
  },
  'webhook-endpoints': {
    read: ['webhooks', 'webhook', 'brand', 'once'],
    query: ['webhooks', 'webhook'],
    put: ['webhooks', 'webhook', 'id', 'once'],
    update: ['webhook'],
    remove: ['webhooks', 'webhook'],
    check: ['api-key', 'webhooks'],
  },
  imports: {
    read: ['imports', 'once'],
    query: ['imports', 'import'],
    put: ['imports', 'once'],
  },
  analytics: { read: ['brand', 'count', 'webhook'], query: ['count', 'webhooks'] },
  settings: { read: ['@settings'], put: ['@settings', '@id'] },
  'issue-token': CALLERS,
  'key-set': { read: ['@key-set'] },
  health: { read: ['@slug'] },
  docs: {},
  // It calls the API as a site does.
  canary: {},
  // It serves that address too, where no key of the gateway can end in a slash.
  'not-found': edd,

  console: {
    read: [
      ...['@session', '@brands', 'brand', 'id', 'seats', 'key', 'customer', 'external', 'once', 'count', 'request'],
      ...['api-key', 'webhooks', 'webhook', 'imports', 'releases', '@id'],
    ] as ItemClass[],
    query: [
      ...['@brands', 'brand', 'seats', 'id', 'key', 'customer', 'count'],
      ...['webhooks', 'webhook', 'imports', 'import', 'releases'],
    ] as ItemClass[],
    find: ['host', 'tail', 'product', 'day'],
    putAcross: ['@slug', '@prefix', '@brands', '@id', '@once', 'brand', 'id'],
    put: [
      ...['@session', 'brand', 'seats', 'id', 'key', 'customer', 'external', 'once'],
      ...['api-key', 'webhooks', 'webhook', 'releases', 'imports'],
    ] as ItemClass[],
    update: ['@session', 'seats', 'key', 'customer', 'product', 'releases', 'api-key', 'id'],
    remove: ['@session', 'customer', 'brand', 'webhooks', 'webhook', 'seats', 'id'],
    check: ['customer', 'seats', 'webhooks'],
  },

  'run-import': {
    read: ['imports', 'import', 'brand', 'key', 'customer', 'external', 'seats', 'id', '@data-key'],
    query: ['imports', 'import', 'brand', 'key', 'customer', 'id', 'seats'],
    find: ['product', 'day'],
    put: ['imports', 'import', 'key', 'customer', 'external', 'seats', 'id'],
    update: ['import', 'key', 'customer', '@data-key'],
    remove: ['key', 'customer', 'external', 'seats', 'id'],
    check: ['customer', 'seats'],
  },
  'audit-segment': { readAll: true },
  'relay-journal': { read: ['brand'] },
  'fan-out-event': {
    read: ['@brands', 'webhook-cursor', 'webhook', 'id'],
    query: ['webhooks', 'id'],
    update: ['webhook', 'webhook-cursor'],
  },
  'count-events': {
    read: ['@brands', 'id', 'count', 'counted'],
    put: ['counted', 'request'],
    update: ['count', 'request'],
  },
  'deliver-webhook': {
    read: ['brand', 'webhooks', 'webhook', 'id', '@data-key'],
    query: ['webhook'],
    put: ['webhooks', 'id'],
    update: ['webhook', '@data-key'],
    remove: ['webhook'],
  },
  'sweep-webhooks': {
    read: ['webhooks', 'webhook', 'id'],
    query: ['webhook'],
    find: ['@retry', 'day'],
    put: ['webhook'],
    update: ['webhook'],
    remove: ['webhook'],
  },
  'archive-licenses': {
    read: ['@sweep', 'id', 'seats'],
    query: ['@brands', 'id'],
    find: ['day'],
    put: ['@sweep', 'id'],
    update: ['id'],
    remove: ['id'],
    check: ['id', 'seats'],
  },
  'renew-signing-keys': { read: ['@key-set'], put: ['@key-set'] },
  // Powertools notes here which uploads it has handled.
  'inspect-package': {
    read: ['releases', '@consumed'],
    put: ['releases', '@consumed'],
    update: ['@consumed'],
    remove: ['@consumed'],
  },
  'sweep-due': {
    read: ['@sweep', 'brand', 'seats'],
    query: ['@brands', 'seats'],
    find: ['@due'],
    put: ['@sweep', 'seats', 'id'],
    update: ['seats'],
  },
};

/** The function of the console has no routes of the API; it shows what is encrypted. */
const CONSOLE = 'console';

/** All that a function may do to the table. `routes` are those it serves: a job has none. */
export function findGrant(name: string, routes: readonly Pick<Route, 'auth' | 'vault'>[] = []): Grant {
  const own = grants[name];
  if (own === undefined) throw new Error(`infra/grants.ts does not say what the function ${name} asks of the table`);
  const hasCallers = routes.some(({ auth }) => auth === 'brand' || auth === 'platform');
  const hasVault = name === CONSOLE || routes.some(({ vault }) => vault !== false);
  return [...(hasCallers ? [CALLERS] : []), ...(hasVault ? [VAULT] : [])].reduce(together, own);
}

function together(one: Grant, other: Grant): Grant {
  return {
    ...one,
    read: [...new Set([...(one.read ?? []), ...(other.read ?? [])])],
    update: [...new Set([...(one.update ?? []), ...(other.update ?? [])])],
  };
}

/** The part of a grant that a second region has: it never writes. */
export const keepReads = ({ read = [], readAcross = [], query = [], find = [] }: Grant): Grant => ({
  read,
  readAcross,
  query,
  find,
});

export const grantedFunctions: readonly string[] = Object.keys(grants);
