import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { productCall } from './examples/product.ts';
import type { Route } from './route.ts';
import { seats } from './schemas/product-answer.ts';
import { anyInstanceTexts, credentialTexts } from './schemas/product-call-texts.ts';
import { deactivateEndpoint } from './deactivate-endpoint.ts';

export const DeactivateAnswer = describe(
  z.object({ status: describe(z.literal('deactivated'), 'The state of the activation'), ...seats }),
  { id: 'DeactivatedLicense', description: 'A license that is not active on the instance' },
);
export type DeactivateAnswer = z.infer<typeof DeactivateAnswer>;

export const deactivateLicense = {
  ...deactivateEndpoint,
  function: 'deactivate-license',
  summary: 'Deactivate a license',
  description:
    'Frees the seat of this instance, in every status of the license. A second call changes nothing. The ' +
    'request names the instance, the `activation_id`, or both; both must then belong to the same activation.',
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
} as const satisfies Route;
