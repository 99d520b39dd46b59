import * as z from 'zod';
import { Duration, Policy, SeatLimit } from '../../domain/policy.ts';
import { email, externalId, idempotency_key, instant, metadata, pastedLicenseKey, slugOrId } from './fields.ts';

const terms = {
  max_seats: SeatLimit.optional().meta({
    description: 'The seat limit; null means unlimited. The default is that of the product’s policy, else 1',
  }),
  expiration_date: instant.nullable().optional().meta({ description: 'The expiry; null means for life' }),
  duration: Duration.optional().meta({
    description: 'How long the license lasts. It is used instead of `expiration_date`',
  }),
  policy: Policy.optional().meta({ description: 'Terms that differ from the product’s policy' }),
};
const oneExpiry = (value: { expiration_date?: unknown; duration?: unknown }): boolean =>
  value.expiration_date === undefined || value.duration === undefined;
const ONE_EXPIRY = { message: 'must not be given together with expiration_date', path: ['duration'] };

const ProductTerms = z
  .strictObject({ product: slugOrId, ...terms })
  .refine(oneExpiry, ONE_EXPIRY)
  .meta({ id: 'ProductWithTerms', description: 'A product with terms of its own' });
const ProductWanted = z
  .union([slugOrId, ProductTerms])
  .meta({ id: 'ProductToProvision', description: 'The slug or id of a product, or an object with terms of its own' });

export const ProvisionInput = z
  .strictObject({
    customer_email: email,
    products: z.array(ProductWanted).min(1).max(20).optional().meta({ description: 'The products to provision' }),
    bundle: slugOrId
      .optional()
      .meta({ description: 'The slug or id of a bundle. All of its products are provisioned' }),
    license_key: pastedLicenseKey.default('').meta({
      description:
        'The key to use: `per_customer`, `new`, or the text of an existing key. The default is the setting of ' +
        'the brand, which is `per_customer` unless changed',
    }),
    if_held: z
      .enum(['new_key', 'renew', 'refuse'])
      .default('new_key')
      .meta({ description: 'With `per_customer`: the action for a product that is already on the customer’s key' }),
    ...terms,
    external_id: externalId.optional(),
    metadata: metadata.optional(),
    idempotency_key,
  })
  .refine(oneExpiry, ONE_EXPIRY)
  .refine((value) => value.products !== undefined || value.bundle !== undefined, {
    message: 'is required unless bundle is given',
    path: ['products'],
  });
export type ProvisionInput = z.infer<typeof ProvisionInput>;
