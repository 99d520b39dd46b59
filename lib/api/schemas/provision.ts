import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { Duration, Policy, SeatLimit } from '../../domain/policy.ts';
import { email, externalId, idempotency_key, instant, metadata, pastedLicenseKey, slugOrId } from './fields.ts';

const terms = {
  max_seats: describe(
    z.optional(SeatLimit),
    'The seat limit; null means unlimited. The default is that of the product’s policy, else 1',
  ),
  expiration_date: describe(z.optional(z.nullable(instant)), 'The expiry; null means for life'),
  duration: describe(z.optional(Duration), 'How long the license lasts. It is used instead of `expiration_date`'),
  policy: describe(z.optional(Policy), 'Terms that differ from the product’s policy'),
};
const oneExpiry = (value: { expiration_date?: unknown; duration?: unknown }): boolean =>
  value.expiration_date === undefined || value.duration === undefined;
const ONE_EXPIRY = { message: 'must not be given together with expiration_date', path: ['duration'] };

const ProductTerms = describe(z.strictObject({ product: slugOrId, ...terms }).check(z.refine(oneExpiry, ONE_EXPIRY)), {
  id: 'ProductWithTerms',
  description: 'A product with terms of its own',
});
const ProductWanted = describe(z.union([slugOrId, ProductTerms]), {
  id: 'ProductToProvision',
  description: 'The slug or id of a product, or an object with terms of its own',
});

export const ProvisionInput = z
  .strictObject({
    customer_email: email,
    products: describe(
      z.optional(z.array(ProductWanted).check(z.minLength(1), z.maxLength(20))),
      'The products to provision',
    ),
    bundle: describe(z.optional(slugOrId), 'The slug or id of a bundle. All of its products are provisioned'),
    license_key: describe(
      z._default(pastedLicenseKey, ''),
      'The key to use: `per_customer`, `new`, or the text of an existing key. The default is the setting of ' +
        'the brand, which is `per_customer` unless changed',
    ),
    if_held: describe(
      z._default(z.enum(['new_key', 'renew', 'refuse']), 'new_key'),
      'With `per_customer`: the action for a product that is already on the customer’s key',
    ),
    ...terms,
    external_id: z.optional(externalId),
    metadata: z.optional(metadata),
    idempotency_key,
  })
  .check(
    z.refine(oneExpiry, ONE_EXPIRY),
    z.refine((value) => value.products !== undefined || value.bundle !== undefined, {
      message: 'is required unless bundle is given',
      path: ['products'],
    }),
  );
export type ProvisionInput = z.infer<typeof ProvisionInput>;
