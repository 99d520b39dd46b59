import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { eddByPostEndpoint, eddEndpoint } from './edd-endpoint.ts';
import type { Route } from './route.ts';

const optional = {
  success: describe(z.optional(z.boolean()), 'False for a refusal, and where the service cannot tell'),
  license: describe(z.optional(z.string()), 'The status of the license; absent where the service cannot tell'),
  item_id: z.optional(
    describe(z.union([z.int(), z.literal(false)]), {
      id: 'EddItemId',
      description: 'The item id that was sent; false if none was',
    }),
  ),
  item_name: describe(z.optional(z.string()), 'The name that was sent, or that of the product'),
  checksum: describe(z.optional(z.string()), 'The same for the same key, site and product'),
  error: describe(z.optional(z.string()), 'Why a license was not activated'),
  expires: describe(z.optional(z.string()), 'The expiry in UTC, or `lifetime`'),
  license_limit: describe(z.optional(z.int()), 'The seat limit; 0 means unlimited'),
  site_count: describe(z.optional(z.int()), 'The seats that are used'),
  activations_left: z.optional(
    describe(z.union([z.int(), z.literal('unlimited')]), {
      id: 'EddActivationsLeft',
      description: 'The seats that are left, or `unlimited`',
    }),
  ),
  new_version: describe(z.optional(z.string()), 'The newest version that the site may be offered'),
  package: describe(z.optional(z.string()), 'A link to the package; empty for a site that may not download it'),
  sections: describe(z.optional(z.string()), 'The texts about the release, serialized by PHP’s rules'),
  sha256: describe(z.optional(z.string()), 'The SHA-256 of the package, in lower-case hex'),
  size: describe(z.optional(z.string()), 'The size of the package in bytes, in digits'),
  signature: describe(z.optional(z.string()), 'The signature of the package; empty while no signing key can be had'),
  kid: describe(z.optional(z.string()), 'The key of the signature'),
  msg: describe(z.optional(z.string()), 'What there is to say to a person'),
};
const EddAnswer = describe(z.looseObject(optional), {
  id: 'EddAnswer',
  description: 'An answer in the protocol of Easy Digital Downloads',
});

const route = {
  function: 'edd',
  example: {
    brand: 'wp-rocket',
    edd_action: 'check_license',
    license: 'WPR-7K2M-9QXT-4HVD-B3N1',
    item_id: '85',
    url: 'https://shop.example.com',
  },
  fieldTexts: {
    brand: 'The slug of the brand',
    edd_action: '`activate_license`, `deactivate_license`, `check_license` or `get_version`',
    license: 'The license key',
    item_id: 'The `edd_item_id` of the product',
    item_name: 'The `edd_item_name` of the product, or its name, instead of `item_id`',
    url: 'The address of the site. The default is the one in the User-Agent of WordPress',
    environment: 'The WordPress environment type of the site; the default is `production`',
    version: 'The version that the site has',
    slug: 'The name under which the site keeps the product; it is sent back',
    beta: '`1` to be offered beta releases',
    php_version: 'The version of PHP on the site',
    wp_version: 'The version of WordPress on the site',
  },
  success: [
    {
      status: 200,
      description: 'Every answer, refusals included. A client would ask no more for an hour after any other status',
      body: EddAnswer,
      example: {
        success: true,
        license: 'valid',
        item_id: 85,
        item_name: 'WP Rocket',
        checksum: '8d1e7bb3bc1be0d1a3f0f64f1c4c4e57',
        expires: '2027-12-31 23:59:59',
        license_limit: 5,
        site_count: 2,
        activations_left: 3,
      },
    },
    {
      status: 302,
      description: 'To the renewal page of the brand, for a browser',
      body: z.string(),
      example: '',
      contentType: 'text/html',
    },
  ],
  refusals: [],
} as const;

const DESCRIPTION =
  'Answers the clients of Easy Digital Downloads’ Software Licensing, unchanged: activate, deactivate and check a ' +
  'license, and ask for the newest version. Parameters are read as PHP reads them, from the query and from a form, ' +
  'and the address works with and without a slash at its end.';

const edd = {
  ...eddEndpoint,
  ...route,
  summary: 'Answer a client of Easy Digital Downloads',
  description: DESCRIPTION,
} as const satisfies Route;
const eddByPost = {
  ...eddByPostEndpoint,
  ...route,
  summary: 'Answer a client of Easy Digital Downloads by POST',
  description: DESCRIPTION,
} as const satisfies Route;

export const eddRoutes: readonly Route[] = [edd, eddByPost];
