import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { activated, productCall } from './examples/product.ts';
import type { Route } from './route.ts';
import { copiedSeat, ProductReference, seats, answeredTime, answeredUuid } from './schemas/product-answer.ts';
import { complement } from './schemas/complement.ts';
import { credentialTexts, instanceTexts, heldActivation, provableTexts } from './schemas/product-call-texts.ts';
import { activateEndpoint } from './activate-endpoint.ts';

const activatedLicense = z.object({
  activation_id: answeredUuid,
  license_id: answeredUuid,
  product: ProductReference,
  status: describe(z.literal('active'), 'The state of the activation'),
  ...seats,
  activated_at: answeredTime,
  copy_of: copiedSeat,
});
/** The answer as it is stored for an idempotency key. Each time it is sent, it is completed again. */
export type ActivatedLicense = z.infer<typeof activatedLicense>;

export const ActivateAnswer = describe(z.extend(activatedLicense, complement), {
  id: 'ActivatedLicense',
  description: 'A license that is active on the instance',
});
export type ActivateAnswer = z.infer<typeof ActivateAnswer>;

export const activateLicense = {
  ...activateEndpoint,
  function: 'activate-license',
  summary: 'Activate a license',
  description:
    'Takes a seat of the license for this instance. An instance that is already active keeps its activation and ' +
    'takes no second seat. An instance that returns after a deactivation gets its earlier activation id. When no ' +
    'seat is free, the refusal lists up to ten seats, and `replace` gives one of them to this instance in one ' +
    'transaction.',
  example: productCall,
  fieldTexts: { ...credentialTexts, ...instanceTexts, ...provableTexts, activation_id: heldActivation },
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
    'activation_not_found',
    'idempotency_key_reused',
  ],
} as const satisfies Route;
