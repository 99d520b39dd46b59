import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { unprintable } from '../domain/unicode-pattern.ts';
import { signedPackage } from './examples/releases.ts';
import type { Route } from './route.ts';
import { plainText } from './schemas/plain-text.ts';
import { PluginUpdate } from './schemas/plugin-update.ts';

const brand = describe(plainText(64), 'The slug of the brand');
const served = { method: 'GET', function: 'updates', auth: 'none', access: 'note', vault: 'on_demand' } as const;
const faults = ['bad_request', 'body_too_large', 'busy', 'unavailable', 'internal_error'] as const;

/** A text that is cut and cleaned instead of refused: whatever a site sends, plugin-update-checker gets an answer. */
const anyText = (maximum: number) =>
  z.pipe(
    z.string(),
    z.transform((text: string) => text.replaceAll(unprintable(), '').slice(0, maximum)),
  );

const PluginUpdateInput = z.object({
  brand,
  file: describe(plainText(80), 'The slug of the product, and `.json`'),
  license_key: describe(z.optional(anyText(256)), 'The license key of the site'),
  site: describe(z.optional(anyText(1_025)), 'The URL of the site; without it there is no link'),
  installed_version: describe(z.optional(anyText(64)), 'The version that the site has'),
  php: describe(z.optional(anyText(64)), 'The version of PHP on the site'),
});
export type PluginUpdateInput = z.infer<typeof PluginUpdateInput>;

export const pluginUpdate = {
  ...served,
  signsPackages: true,
  operation: 'plugin_update',
  path: '/updates/{brand}/{file}',
  summary: 'Read the metadata of plugin-update-checker',
  description:
    'Answers what plugin-update-checker 5 reads, for a product that exists, whatever the license key and the site ' +
    'are. `download_url` is there when the license of the site may update.',
  input: PluginUpdateInput,
  example: { brand: 'wp-rocket', file: 'wp-rocket.json', installed_version: '3.16.0' },
  success: [
    {
      status: 200,
      description: 'The metadata',
      body: PluginUpdate,
      example: {
        name: 'WP Rocket',
        slug: 'wp-rocket',
        version: '3.17.1',
        homepage: 'https://wp-rocket.example.com',
        requires: '6.0',
        tested: '6.8',
        requires_php: '7.4',
        last_updated: '2026-11-23 10:15:00',
        upgrade_notice: '',
        author: 'WP Rocket',
        author_homepage: 'https://wp-rocket.example.com',
        sections: { changelog: '<h4>3.17.1</h4>' },
        icons: {},
        banners: {},
        ...signedPackage,
      },
    },
  ],
  refusals: ['product_not_found', 'route_not_found', ...faults],
} as const satisfies Route;

const ChangelogInput = z.object({ brand, product: describe(plainText(64), 'The slug of the product') });
export type ChangelogInput = z.infer<typeof ChangelogInput>;

export const changelog = {
  ...served,
  operation: 'changelog',
  path: '/changelog/{brand}/{product}',
  summary: 'Open the changelog of a product',
  description: 'Shows the changelog of the newest stable version as a page, to everybody.',
  input: ChangelogInput,
  example: { brand: 'wp-rocket', product: 'wp-rocket' },
  success: [
    {
      status: 200,
      description: 'The page',
      body: z.string(),
      example: '<!doctype html>…',
      contentType: 'text/html',
    },
  ],
  refusals: ['product_not_found', ...faults],
} as const satisfies Route;

export const updateRoutes: readonly Route[] = [pluginUpdate, changelog];
