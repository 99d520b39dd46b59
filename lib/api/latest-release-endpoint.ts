import * as z from 'zod/mini';
import { RELEASE_CHANNELS } from '../domain/release.ts';
import type { Endpoint } from './route.ts';
import { plainText } from './schemas/plain-text.ts';
import { anyInstance, credentials, instanceType, keylessInstance, realInstance } from './schemas/product-call.ts';

const short = z.optional(plainText(64));

/** The part of the routes that their function needs. It has no descriptions, so that the function starts fast. */
export const LatestReleaseInput = z
  .object({
    ...credentials,
    license_key: z.optional(credentials.license_key),
    ...anyInstance,
    channel: z._default(z.enum(RELEASE_CHANNELS), 'stable'),
    installed_version: short,
    php_version: short,
    wp_version: short,
    older_than: short,
    locale: short,
  })
  .check(
    realInstance,
    keylessInstance,
    instanceType,
    z.refine<{ license_key?: string | undefined; brand?: string | undefined }>(
      ({ license_key, brand }) => license_key !== undefined || brand !== undefined,
      { path: ['brand'], message: 'is required without a license key' },
    ),
    z.refine<{ license_key?: string | undefined; product?: string | undefined }>(
      ({ license_key, product }) => license_key !== undefined || product !== undefined,
      { path: ['product'], message: 'is required without a license key' },
    ),
  );
export type LatestReleaseInput = z.infer<typeof LatestReleaseInput>;

const latest = {
  auth: 'license_key',
  access: 'note',
  vault: 'on_demand',
  input: LatestReleaseInput,
  signsPackages: true,
} as const;

export const latestReleaseEndpoint = {
  ...latest,
  operation: 'latest_release',
  method: 'GET',
  path: '/api/v1/product/releases/latest',
} as const satisfies Endpoint;
export const latestReleaseByPostEndpoint = {
  ...latest,
  operation: 'latest_release_by_post',
  method: 'POST',
  path: '/api/v1/product/releases/latest',
} as const satisfies Endpoint;
