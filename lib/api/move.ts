import { ActivateAnswer } from './activate.ts';
import { activated, productCall } from './examples/product.ts';
import { moveEndpoint } from './move-endpoint.ts';
import type { Route } from './route.ts';
import { credentialTexts, instanceTexts, provableTexts } from './schemas/product-call-texts.ts';

export const moveLicense = {
  ...moveEndpoint,
  function: 'move-license',
  summary: 'Move a seat to another instance',
  description:
    'Gives the seat of one instance to another in one transaction, for a site that has changed its address: no other ' +
    'site can take the seat in between. The old instance is named by `from_instance` or `activation_id`. A second ' +
    'call changes nothing. If the new instance is active already, the old seat is freed. If the old seat was freed ' +
    'before, the new instance takes a free one. A move counts as one by `seat_moves_per_30_days`.',
  example: {
    ...productCall,
    from_instance: productCall.instance_identifier,
    instance_identifier: 'https://new-shop.example.com',
  },
  fieldTexts: { ...credentialTexts, ...instanceTexts, ...provableTexts },
  success: [
    { status: 201, description: 'The new instance now has the seat', body: ActivateAnswer, example: activated },
    { status: 200, description: 'The new instance was active already', body: ActivateAnswer, example: activated },
  ],
  refusals: [
    'license_key_not_found',
    'license_key_replaced',
    'rate_limited',
    'product_required',
    'product_not_on_key',
    'activation_not_found',
    'license_cancelled',
    'license_suspended',
    'license_expired',
    'seat_limit_reached',
    'seat_moves_exhausted',
    'idempotency_key_reused',
  ],
} as const satisfies Route;
