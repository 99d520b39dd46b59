import * as z from 'zod/mini';

/** Fields that the answers of the product routes share. */
export const answeredUuid = z.string().check(z.describe('A UUIDv7'), z.meta({ format: 'uuid' }));
export const answeredTime = z.string().check(z.describe('ISO 8601 in UTC'), z.meta({ format: 'date-time' }));
export const seats = {
  seats_used: z.int().check(z.describe('The active instances that take a seat')),
  seats_remaining: z.nullable(z.int()).check(z.describe('Never below 0; null means unlimited')),
};

export const ProductReference = z
  .object({
    id: answeredUuid,
    slug: z.string().check(z.describe('The public name in URLs and requests; it never changes')),
    name: z.string().check(z.describe('The name that people read')),
  })
  .check(z.meta({ id: 'ProductReference', description: 'The product that the license is for' }));
