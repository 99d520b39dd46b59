import type { Scope } from '../domain/scopes.ts';

/** The callers who need a scope, for its page and for OpenAPI. A scope without a text does not compile. */
export const scopeTexts: Readonly<Record<Scope, { allows: string; needed_by: string }>> = {
  'licenses:read': {
    allows: 'Read licenses, license keys, activations and histories of the brand',
    needed_by: 'back offices, support tools and account pages',
  },
  'licenses:write': {
    allows: 'Provision, update, renew, suspend, resume, cancel and transfer licenses, and rotate license keys',
    needed_by: 'shops that sell licenses, and back offices that change them',
  },
  'licenses:read:all_brands': {
    allows: 'Search the licenses of all brands with `brands=all`',
    needed_by: 'support tools that serve several brands',
  },
  'license_keys:reveal': {
    allows: 'See license keys in full instead of their last four characters',
    needed_by: 'shops and account pages that show customers their keys',
  },
  'events:read': {
    allows: 'Read the events of the brand, and send them to webhook endpoints',
    needed_by: 'audits, and people who set up or watch webhooks',
  },
  'customers:read': {
    allows: 'Find customers and export their data',
    needed_by: 'support tools, account pages, and people who answer requests for personal data',
  },
  'customers:write': {
    allows: 'Change the e-mail address of a customer, and erase a customer',
    needed_by: 'account pages, and people who handle requests for erasure',
  },
  'products:read': { allows: 'Read products and bundles', needed_by: 'shops and back offices that offer products' },
  'products:write': {
    allows: 'Create and change products and bundles',
    needed_by: 'people who maintain the catalog of the brand',
  },
  'releases:read': {
    allows: 'Read the releases of products, drafts included',
    needed_by: 'back offices and build servers that watch releases',
  },
  'releases:write': {
    allows: 'Create, publish, change and yank releases, and upload their packages',
    needed_by: 'build servers and people who publish versions',
  },
  'api_keys:read': {
    allows: 'List the API keys of the brand, without their texts',
    needed_by: 'people who review access to the brand',
  },
  'api_keys:write': {
    allows: 'Create, rotate and revoke API keys of the brand',
    needed_by: 'people who manage access to the brand',
  },
  'webhooks:write': {
    allows: 'Manage webhook endpoints and see their deliveries',
    needed_by: 'people who set up or watch webhooks',
  },
  'imports:read': {
    allows: 'See imports of licenses and what became of their rows',
    needed_by: 'people who watch a move to this service',
  },
  'imports:write': {
    allows: 'Import licenses from files, and undo an import',
    needed_by: 'people who move a brand to this service',
  },
  'platform:read': {
    allows: 'Read brands, their products, bundles and API keys, and search licenses and events of any brand',
    needed_by: 'the platform team',
  },
  'platform:write': {
    allows: 'Create and change brands, their products, bundles and API keys, and the keys of the platform',
    needed_by: 'the platform team',
  },
};
