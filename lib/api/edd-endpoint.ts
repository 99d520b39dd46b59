import * as z from 'zod/mini';
import type { Endpoint } from './route.ts';

/** Read as PHP reads it (`lib/http/edd.ts`), never by this schema: what a client gets wrong is not refused. */
const EddInput = z.object({
  brand: z.string(),
  edd_action: z.optional(z.string()),
  license: z.optional(z.string()),
  item_id: z.optional(z.string()),
  item_name: z.optional(z.string()),
  url: z.optional(z.string()),
  environment: z.optional(z.string()),
  version: z.optional(z.string()),
  slug: z.optional(z.string()),
  beta: z.optional(z.string()),
  php_version: z.optional(z.string()),
  wp_version: z.optional(z.string()),
});

const edd = {
  path: '/edd/{brand}',
  auth: 'none',
  access: 'write',
  // The links to packages are sealed with the data key.
  vault: 'on_demand',
  signsPackages: true,
  input: EddInput,
  edd: true,
  below: true,
  deadlineMs: 2000,
} as const;

/** The part of the route that its functions need. */
export const eddEndpoint = { ...edd, operation: 'edd', method: 'GET' } as const satisfies Endpoint;
export const eddByPostEndpoint = { ...edd, operation: 'edd_by_post', method: 'POST' } as const satisfies Endpoint;
