import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { RELEASE_ID } from './examples/licensing.ts';
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
        url: describe(z.string(), 'The address of the package. It stays the same, and asks for the license key'),
        reference: describe(z.string(), 'The id of the release'),
        shasum: describe(z.string(), 'The SHA-1 of the package'),
      }),
      {
        id: 'ComposerDist',
        description: 'The package. `shasum` is its SHA-1, which is what Composer checks',
      },
    ),
    extra: describe(
      z.object({
        'license-service': describe(
          z.object({
            sha256: describe(z.string(), 'The SHA-256 of the package, in lower-case hex'),
            size: describe(z.int(), 'The size of the package in bytes'),
            signature: describe(
              z.nullable(z.string()),
              'The signature of the package; null while no signing key can be had',
            ),
            kid: describe(z.nullable(z.string()), 'The key of the signature'),
          }),
          { id: 'ComposerSignature', description: 'What tells the package from one that was not published here' },
        ),
      }),
      { id: 'ComposerExtra', description: 'Composer keeps it in the lock file and does not read it' },
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
  signsPackages: true,
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
                url: `https://licenses.example.com/composer/wp-rocket/dist/wp-rocket/${RELEASE_ID}.zip`,
                reference: RELEASE_ID,
                shasum: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
              },
              extra: {
                'license-service': {
                  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
                  size: 48213,
                  signature: 'mSxv…',
                  kid: 'Hq3W…',
                },
              },
            },
          ],
        },
      },
    },
  ],
  refusals: ['license_key_required', 'product_not_found', 'rate_limited', 'route_not_found', ...faults],
} as const satisfies Route;

const ComposerDistInput = z.object({
  brand,
  product: describe(plainText(64), 'The slug of the product'),
  file: describe(plainText(64), 'The id of the release, and `.zip`'),
  license_key: describe(z.optional(plainText(255)), 'Taken from the password of HTTP basic authentication'),
});
export type ComposerDistInput = z.infer<typeof ComposerDistInput>;
export const composerDist = {
  ...served,
  access: 'note',
  vault: true,
  operation: 'composer_dist',
  path: '/composer/{brand}/dist/{product}/{file}',
  summary: 'Download a Composer package',
  description:
    'Leads to a link to the package, for as long as the license may have updates. The address never changes, so a ' +
    'lock file works as long as its license. The license key is the password of HTTP basic authentication.',
  input: ComposerDistInput,
  example: {
    brand: 'wp-rocket',
    product: 'wp-rocket',
    file: `${RELEASE_ID}.zip`,
    license_key: 'WPR-7K2M-9QXT-4HVD-B3N1',
  },
  success: [
    {
      status: 302,
      description: 'The link',
      body: z.string(),
      example: '<!doctype html>…',
      contentType: 'text/html',
    },
  ],
  refusals: ['license_key_required', 'download_not_allowed', 'rate_limited', 'route_not_found', ...faults],
} as const satisfies Route;

export const composerRoutes: readonly Route[] = [composerRoot, composerPackage, composerDist];
