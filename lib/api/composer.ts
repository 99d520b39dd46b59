import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import type { Route } from './route.ts';
import { plainText } from './schemas/plain-text.ts';

const brand = describe(plainText(64), 'The slug of the brand');
const faults = ['busy', 'unavailable', 'internal_error'] as const;
const served = { method: 'GET', function: 'composer', auth: 'none' } as const;

const ComposerRoot = describe(
  z.object({
    packages: describe(z.record(z.string(), z.unknown()), 'Empty: each package has an address of its own'),
    'metadata-url': describe(z.string(), 'The address of a package'),
    'available-package-patterns': describe(z.array(z.string()), 'The names of packages'),
  }),
  { id: 'ComposerRepository', description: 'The root of a Composer repository' },
);
export const composerRoot = {
  ...served,
  access: 'none',
  vault: false,
  operation: 'composer_repository',
  path: '/composer/{brand}/packages.json',
  summary: 'Read the root of the Composer repository',
  description: 'Tells Composer 2 where the packages of the brand are.',
  input: z.object({ brand }),
  example: { brand: 'wp-rocket' },
  success: [
    {
      status: 200,
      description: 'The root',
      body: ComposerRoot,
      example: {
        packages: {},
        'metadata-url': 'https://licenses.example.com/composer/wp-rocket/p2/%package%.json',
        'available-package-patterns': ['wp-rocket/*'],
      },
    },
  ],
  refusals: ['bad_request', 'body_too_large', 'internal_error'],
} as const satisfies Route;

const ComposerVersion = describe(
  z.object({
    name: describe(z.string(), 'The name of the package'),
    version: describe(z.string(), 'The version'),
    type: describe(z.string(), '`wordpress-plugin` or `wordpress-theme`'),
    time: describe(z.string(), 'The time of publishing'),
    homepage: z.optional(describe(z.string(), 'The page of the product')),
    require: describe(z.record(z.string(), z.string()), 'The lowest version of PHP'),
    dist: describe(
      z.object({
        type: describe(z.literal('zip'), 'The kind of package'),
        url: describe(z.string(), 'The address of the package'),
        reference: describe(z.string(), 'The id of the release'),
        shasum: describe(z.string(), 'The SHA-1 of the package'),
      }),
      {
        id: 'ComposerDist',
        description: 'The package. `shasum` is its SHA-1, which is what Composer checks',
      },
    ),
  }),
  { id: 'ComposerVersion', description: 'One version of a package' },
);
export const ComposerPackage = describe(
  z.object({
    packages: describe(z.record(z.string(), z.array(ComposerVersion)), 'The versions that the license may have'),
  }),
  { id: 'ComposerPackage', description: 'The versions of a Composer package' },
);
export type ComposerPackage = z.infer<typeof ComposerPackage>;

const ComposerPackageInput = z.object({
  brand,
  vendor: describe(plainText(64), 'The slug of the brand again'),
  file: describe(plainText(80), 'The slug of the product, and `.json`'),
  license_key: describe(z.optional(plainText(255)), 'Taken from the password of HTTP basic authentication'),
});
export type ComposerPackageInput = z.infer<typeof ComposerPackageInput>;
export const composerPackage = {
  ...served,
  access: 'note',
  vault: true,
  operation: 'composer_package',
  path: '/composer/{brand}/p2/{vendor}/{file}',
  summary: 'Read the versions of a Composer package',
  description:
    'Answers the versions that a license may have. The license key is the password of HTTP basic authentication; the ' +
    'user name is ignored. The rights are those of a check without an instance.',
  input: ComposerPackageInput,
  example: { brand: 'wp-rocket', vendor: 'wp-rocket', file: 'wp-rocket.json', license_key: 'WPR-7K2M-9QXT-4HVD-B3N1' },
  success: [
    {
      status: 200,
      description: 'The versions',
      body: ComposerPackage,
      example: {
        packages: {
          'wp-rocket/wp-rocket': [
            {
              name: 'wp-rocket/wp-rocket',
              version: '3.17.1',
              type: 'wordpress-plugin',
              time: '2026-11-23T10:15:00Z',
              require: { php: '>=7.4' },
              dist: {
                type: 'zip',
                url: 'https://licenses.example.com/downloads/v1-…',
                reference: '01938c61-4000-7b3c-9d4e-5f6071829a11',
                shasum: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
              },
            },
          ],
        },
      },
    },
  ],
  refusals: ['license_key_required', 'product_not_found', 'rate_limited', 'route_not_found', ...faults],
} as const satisfies Route;

export const composerRoutes: readonly Route[] = [composerRoot, composerPackage];
