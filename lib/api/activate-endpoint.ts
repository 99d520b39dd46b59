import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { repeatsCredential } from '../domain/secret-text.ts';
import { credentials, instance, keylessInstance, realInstance } from './schemas/product-call.ts';
import {
  METADATA_VALUE,
  NO_CONTROL_CHARACTERS,
  NO_CREDENTIALS,
  ONLY_LINE_BREAKS,
  VISIBLE_TEXT,
} from './schemas/text-rules.ts';
import type { Endpoint } from './route.ts';

const METADATA_BYTES = 2048;
const metadataName = z
  .string()
  .check(z.minLength(1), z.maxLength(64, { abort: true }), z.regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS));
const metadataValue = z
  .string()
  .check(z.maxLength(METADATA_BYTES, { abort: true }), z.regex(METADATA_VALUE, ONLY_LINE_BREAKS));
export const ActivateInput = z
  .object({
    ...credentials,
    ...instance,
    metadata: describe(
      z._default(z.record(metadataName, metadataValue), {}).check(
        z.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES, {
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
} as const satisfies Endpoint;
