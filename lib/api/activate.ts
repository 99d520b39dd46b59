import * as z from 'zod/mini';
import { repeatsCredential } from '../domain/secret-text.ts';
import { activated, productCall } from './examples/product.ts';
import type { Route } from './route.ts';
import { ProductReference, seats, answeredTime, answeredUuid } from './schemas/product-answer.ts';
import { credentials, instance, keylessInstance, realInstance } from './schemas/product-call.ts';
import { credentialTexts, instanceTexts } from './schemas/product-call-texts.ts';
import {
  METADATA_VALUE,
  NO_CONTROL_CHARACTERS,
  NO_CREDENTIALS,
  ONLY_LINE_BREAKS,
  VISIBLE_TEXT,
} from './schemas/text-rules.ts';

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
    metadata: z
      ._default(z.record(metadataName, metadataValue), {})
      .check(
        z.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES, {
          message: 'must be at most 2 KB',
          abort: true,
        }),
      )
      .check(z.describe('Up to 2 KB of text values that are shown with the activation')),
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

export const ActivateAnswer = z
  .object({
    activation_id: answeredUuid,
    license_id: answeredUuid,
    product: ProductReference,
    status: z.literal('active').check(z.describe('The state of the activation')),
    ...seats,
    activated_at: answeredTime,
  })
  .check(z.meta({ id: 'ActivatedLicense', description: 'A license that is active on the instance' }));
export type ActivateAnswer = z.infer<typeof ActivateAnswer>;

export const activateLicense = {
  operation: 'activate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/activate',
  function: 'activate-license',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  summary: 'Activate a license',
  description:
    'Takes a seat of the license for this instance. An instance that is already active keeps its activation and ' +
    'takes no second seat. An instance that returns after a deactivation gets its earlier activation id.',
  input: ActivateInput,
  example: productCall,
  fieldTexts: { ...credentialTexts, ...instanceTexts },
  success: [
    {
      status: 201,
      description: 'The license is now active on this instance',
      body: ActivateAnswer,
      example: activated,
    },
    {
      status: 200,
      description: 'The license was already active on this instance; nothing has changed',
      body: ActivateAnswer,
      example: activated,
    },
  ],
  refusals: [
    'license_key_not_found',
    'license_key_replaced',
    'rate_limited',
    'product_required',
    'product_not_on_key',
    'license_cancelled',
    'license_suspended',
    'license_expired',
    'seat_limit_reached',
    'seat_moves_exhausted',
    'idempotency_key_reused',
  ],
  once: true,
} as const satisfies Route;
