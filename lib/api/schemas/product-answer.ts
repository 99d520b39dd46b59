import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';

/** Fields that the answers of the product routes share. */
export const answeredUuid = describe(describe(z.string(), 'A UUIDv7'), { format: 'uuid' });
export const answeredTime = describe(describe(z.string(), 'ISO 8601 in UTC'), { format: 'date-time' });
export const seats = {
  seats_used: describe(z.int(), 'The active instances that take a seat'),
  seats_remaining: describe(z.nullable(z.int()), 'Never below 0; null means unlimited'),
};

export const ProductReference = describe(
  z.object({
    id: answeredUuid,
    slug: describe(z.string(), 'The public name in URLs and requests; it never changes'),
    name: describe(z.string(), 'The name that people read'),
  }),
  { id: 'ProductReference', description: 'The product that the license is for' },
);

export const copiedSeat = describe(
  z.optional(
    describe(
      z.object({
        activation_id: answeredUuid,
        instance: describe(z.nullable(z.string()), 'The instance of that seat, masked; null if nothing is known of it'),
      }),
      { id: 'CopyOf', description: 'The seat of another instance, whose activation the caller holds' },
    ),
  ),
  'Only if the `activation_id` of the request is that of another instance: move the seat here, or activate a seat of ' +
    'its own',
);
