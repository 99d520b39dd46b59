import * as z from 'zod';
import { ActivationEntry } from './activation.ts';
import { BrandEventEntry } from './event.ts';
import { id, nextCursor, time } from './fields.ts';
import { LicenseEntry } from './license.ts';
import { KeyOfCustomer } from './license-key.ts';

export const Customer = z
  .object({
    id,
    email: z.string().meta({ description: 'As it was given; for an erased customer a meaningless pseudonym' }),
    created_at: time,
    updated_at: time,
    erased_at: time.nullable(),
  })
  .meta({ id: 'Customer' });
export type CustomerView = z.infer<typeof Customer>;

export const CustomerWithLicenses = Customer.extend({
  license_keys: z.array(KeyOfCustomer),
  licenses: z.array(LicenseEntry),
  next_cursor: nextCursor,
}).meta({ id: 'CustomerWithLicenses' });
export type CustomerWithLicenses = z.infer<typeof CustomerWithLicenses>;

export const CustomerList = z
  .object({ customers: z.array(Customer), next_cursor: nextCursor })
  .meta({ id: 'CustomerList' });
export type CustomerList = z.infer<typeof CustomerList>;

const count = z.number().int();
export const Erasure = z
  .object({
    id,
    email: z.string().meta({ description: 'The pseudonym that is shown from now on' }),
    erased_at: time,
    complete: z.boolean().meta({ description: 'False when one call was not enough: send the same request again' }),
    overwritten: z
      .object({ licenses: count, activations: count, journal_entries: count })
      .meta({ id: 'OverwrittenCounts', description: 'The items that this call has overwritten' }),
    answers_dropped: count.meta({
      description: 'The stored answers of idempotency keys that this call has deleted',
    }),
  })
  .meta({ id: 'Erasure' });
export type Erasure = z.infer<typeof Erasure>;

export const CustomerExport = z
  .object({
    customer: Customer,
    license_keys: z.array(KeyOfCustomer),
    licenses: z.array(LicenseEntry),
    activations: z.array(ActivationEntry.extend({ license_id: id }).meta({ id: 'CustomerActivation' })),
    events: z.array(BrandEventEntry),
    next_cursor: nextCursor,
  })
  .meta({ id: 'CustomerExport' });
export type CustomerExport = z.infer<typeof CustomerExport>;
