import type { Route } from '../../api/route.ts';
import { required } from '../../domain/invariant.ts';

/** The nouns of the API. A route has the first tag whose pattern matches its path. */
const TAGS = [
  {
    name: 'Sites',
    paths: /^\/api\/v1\/product\//,
    description: 'The calls of a plugin on a customer’s site: activate, check, move and deactivate a license.',
  },
  {
    name: 'Updates',
    paths: /^\/(?:downloads|updates|changelog|composer)\//,
    description: 'The calls of clients that WordPress sites already have, and what people open.',
  },
  {
    name: 'Releases',
    paths: /\/releases(?:\/|$)/,
    description: 'A release is one version of a product that sites can update to.',
  },
  {
    name: 'Licenses',
    paths:
      /\/licenses(?:\/provision|\/count|\/\{license_id\}(?:\/(?:renew|suspend|resume|cancel|transfer|explain))?)?$/,
    description: 'A license is the right to use one product.',
  },
  {
    name: 'Analytics',
    paths: /\/analytics$/,
    description: 'Analytics are the numbers of a brand over time.',
  },
  {
    name: 'License keys',
    paths: /\/license-keys\//,
    description: 'A license key is the text that a customer enters. It carries one or more licenses.',
  },
  {
    name: 'Activations',
    paths: /\/activations(?:\/|$)/,
    description: 'An activation is the use of a license on one instance: a site, a hostname or a machine.',
  },
  {
    name: 'Customers',
    paths: /\/customers(?:\/|$)/,
    description: 'A customer is a person who has licenses of the brand, known by e-mail address.',
  },
  {
    name: 'Products',
    paths: /\/products(?:\/|$)/,
    description: 'A product is what a brand sells, with the default terms of its licenses.',
  },
  {
    name: 'Bundles',
    paths: /\/bundles(?:\/|$)/,
    description: 'A bundle is a named set of products that are sold together.',
  },
  {
    name: 'API keys',
    paths: /\/api-keys(?:\/|$)/,
    description: 'An API key identifies a caller, with scopes and limits of its own.',
  },
  {
    name: 'Webhook deliveries',
    paths: /\/deliveries(?:\/|$)/,
    description: 'A delivery is the sending of one event to one webhook endpoint.',
  },
  {
    name: 'Webhook endpoints',
    paths: /\/webhook-endpoints(?:\/|$)/,
    description: 'A webhook endpoint is an address that receives the events of a brand.',
  },
  {
    name: 'Imports',
    paths: /\/imports(?:\/|$)/,
    description: 'An import brings the licenses of another system, from a file, and can be taken back.',
  },
  {
    name: 'Exports',
    paths: /\/exports(?:\/|$)/,
    description: 'An export is a file of a brand’s licenses or events, which an import reads.',
  },
  {
    name: 'Events',
    paths: /\/events$/,
    description: 'An event is the record of one change.',
  },
  {
    name: 'Brands',
    paths: /^\/api\/v1\/admin\/brands/,
    description: 'A brand is a tenant of the service. Only the platform team manages brands.',
  },
  {
    name: 'Settings',
    paths: /^\/api\/v1\/admin\/settings$/,
    description: 'Settings apply to the whole stage. Only the platform team changes them.',
  },
  {
    name: 'Easy Digital Downloads',
    paths: /^\/edd\//,
    description: 'The protocol of Easy Digital Downloads’ clients, for plugins that speak it already.',
  },
  { name: 'Tokens', paths: /^\/oauth\//, description: 'Access tokens for API keys, by OAuth 2.0.' },
  { name: 'Service', paths: /^\//, description: 'Health and documentation. These operations need no credentials.' },
] as const;

export type TagName = (typeof TAGS)[number]['name'];

export function findTag({ path }: Pick<Route, 'path'>): TagName {
  const tag = TAGS.find(({ paths }) => paths.test(path));
  return required(tag, `no tag of the API covers ${path}`).name;
}

/** The tags that these routes use, in the order of the document. */
export function listTags(routes: readonly Route[]): { name: string; description: string }[] {
  const used = new Set(routes.map(findTag));
  return TAGS.filter(({ name }) => used.has(name)).map(({ name, description }) => ({ name, description }));
}
