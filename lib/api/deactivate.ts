import * as z from 'zod/mini';
import { isUuid } from '../domain/ids.ts';
import { productCall } from './examples/product.ts';
import type { Route } from './route.ts';
import { seats } from './schemas/product-answer.ts';
import { anyInstance, credentials, keylessInstance, realInstance, instanceType } from './schemas/product-call.ts';
import { anyInstanceTexts, credentialTexts } from './schemas/product-call-texts.ts';

const activationId = z
  .string()
  .check(
    z.toLowerCase(),
    z.refine(isUuid, 'must be a UUID'),
    z.describe('The id of the activation, from the answer to `activate`. It replaces the instance and the product'),
  );
type OneNamed = { instance_identifier?: string | undefined; activation_id?: string | undefined };
const somethingNamed = z.refine<OneNamed>(
  ({ instance_identifier, activation_id }) => instance_identifier !== undefined || activation_id !== undefined,
  { path: ['instance_identifier'], message: 'is required unless activation_id is given' },
);
export const DeactivateInput = z
  .object({ ...credentials, ...anyInstance, activation_id: z.optional(activationId) })
  .check(realInstance, keylessInstance, instanceType, somethingNamed);
export type DeactivateInput = z.infer<typeof DeactivateInput>;

export const DeactivateAnswer = z
  .object({ status: z.literal('deactivated').check(z.describe('The state of the activation')), ...seats })
  .check(z.meta({ id: 'DeactivatedLicense', description: 'A license that is not active on the instance' }));
export type DeactivateAnswer = z.infer<typeof DeactivateAnswer>;

export const deactivateLicense = {
  operation: 'deactivate_license',
  method: 'POST',
  path: '/api/v1/product/licenses/deactivate',
  function: 'deactivate-license',
  auth: 'license_key',
  access: 'write',
  vault: 'on_demand',
  summary: 'Deactivate a license',
  description:
    'Frees the seat of this instance, in every status of the license. A second call changes nothing. The ' +
    'request names the instance, the `activation_id`, or both; both must then belong to the same activation.',
  input: DeactivateInput,
  example: productCall,
  fieldTexts: { ...credentialTexts, ...anyInstanceTexts },
  success: [
    {
      status: 200,
      description: 'The license is not active on this instance',
      body: DeactivateAnswer,
      example: { status: 'deactivated', seats_used: 1, seats_remaining: 4 },
    },
  ],
  refusals: [
    'license_key_not_found',
    'license_key_replaced',
    'rate_limited',
    'product_required',
    'product_not_on_key',
    'activation_not_found',
    'idempotency_key_reused',
  ],
  once: true,
} as const satisfies Route;
