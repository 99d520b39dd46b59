import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { isUuid } from '../domain/ids.ts';
import { isWithinLimit } from '../domain/merge.ts';
import { repeatsCredential } from '../domain/secret-text.ts';
import {
  activationId,
  credentials,
  instance,
  keylessInstance,
  provable,
  realInstance,
} from './schemas/product-call.ts';
import { metadataName, metadataValue } from './schemas/metadata-pair.ts';
import { NO_CREDENTIALS } from './schemas/text-rules.ts';
import type { Endpoint } from './route.ts';

const replace = describe(
  z.optional(
    z.string().check(
      z.toLowerCase(),
      z.refine((value) => value === 'idle' || isUuid(value), 'must be idle or the id of an activation'),
    ),
  ),
  'The id of an activation whose seat is freed for this instance, or `idle`: the seat that was not seen for the ' +
    'longest time, if that is as long ago as the policy asks (`swap_after_days`) and no seat is free',
);

export const ActivateInput = z
  .object({
    ...credentials,
    ...instance,
    ...provable,
    replace,
    activation_id: z.optional(activationId),
    metadata: describe(
      z._default(z.record(metadataName, metadataValue), {}).check(
        z.refine(isWithinLimit, {
          message: 'must be at most 2 KB',
          abort: true,
        }),
      ),
      'Up to 2 KB of text values that are shown with the activation',
    ),
  })
  .check(
    realInstance,
    keylessInstance,
    z.refine<{ license_key: string; metadata: Record<string, string> }>(
      ({ license_key, metadata }) => !repeatsCredential(Object.entries(metadata).flat(), license_key),
      { path: ['metadata'], message: NO_CREDENTIALS },
    ),
  );
export type ActivateInput = z.infer<typeof ActivateInput>;

/** The part of the route that its function needs. */
export const activateEndpoint = {
  operation: 'activate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/activate',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  input: ActivateInput,
  once: true,
  fresh: true,
} as const satisfies Endpoint;
