import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { productCall, seatList } from './examples/product.ts';
import { listSeatsEndpoint } from './list-seats-endpoint.ts';
import type { Route } from './route.ts';
import { answeredTime, answeredUuid, ProductReference, seats } from './schemas/product-answer.ts';
import { credentialTexts } from './schemas/product-call-texts.ts';

const SeatEntry = describe(
  z.object({
    activation_id: describe(answeredUuid, 'The id of the activation, for `replace`, `move` and `deactivate`'),
    instance: describe(
      z.nullable(z.string()),
      'The instance as the brand’s setting `seats_shown_to_key` says: in full, masked (`sh••.example`) or null',
    ),
    kind: describe(z.enum(['production', 'staging', 'local']), 'The kind of site, by its name and the policy'),
    activated_at: answeredTime,
    last_checked_at: describe(z.nullable(answeredTime), 'Updated at most once a day'),
  }),
  { id: 'Seat', description: 'A seat as the holder of the license key sees it' },
);

export const SeatList = describe(
  z.object({
    license_id: answeredUuid,
    product: ProductReference,
    seat_limit: describe(z.nullable(z.int()), 'Null means unlimited'),
    ...seats,
    seats: describe(z.array(SeatEntry), 'Up to ten active instances, those that were not seen for the longest first'),
  }),
  { id: 'SeatList', description: 'The seats of a license' },
);
export type SeatList = z.infer<typeof SeatList>;

export const listSeats = {
  ...listSeatsEndpoint,
  function: 'list-seats',
  summary: 'List the seats of a license',
  description:
    'Lists up to ten instances on which the license is active, so that its holder can choose one to replace or to ' +
    'deactivate. Each license key can ask 30 times a minute.',
  example: { license_key: productCall.license_key, product: productCall.product },
  fieldTexts: credentialTexts,
  success: [
    {
      status: 200,
      description: 'The seats',
      body: SeatList,
      example: seatList,
    },
  ],
  refusals: ['license_key_not_found', 'license_key_replaced', 'rate_limited', 'product_required', 'product_not_on_key'],
} as const satisfies Route;
