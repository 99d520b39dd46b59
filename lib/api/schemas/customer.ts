import * as z from 'zod';
import { ActivationEntry } from './activation.ts';
import { EventList } from './event.ts';
import { id, nextCursor, time } from './fields.ts';
import { LicenseList } from './license.ts';
import { KeyOfCustomer } from './license-key.ts';

export const Customer = z
  .object({
    id,
    email: z.string().meta({ description: 'As it was given; for an erased customer a meaningless pseudonym' }),
    created_at: time,
    updated_at: time,
    erased_at: time.nullable().meta({ description: 'Null unless the customer’s data has been erased' }),
  })
  .meta({ id: 'Customer', description: 'A person who has license keys, known by an e-mail' });
export type CustomerView = z.infer<typeof Customer>;

export const CustomerWithLicenses = Customer.extend({
  license_keys: z.array(KeyOfCustomer).meta({ description: 'The keys of the licenses on this page' }),
  licenses: LicenseList.shape.licenses,
  next_cursor: nextCursor,
}).meta({ id: 'CustomerWithLicenses', description: 'A customer with a page of licenses' });
export type CustomerWithLicenses = z.infer<typeof CustomerWithLicenses>;

export const CustomerList = z
  .object({ customers: z.array(Customer).meta({ description: 'The customers of this page' }), next_cursor: nextCursor })
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
      .object({
        licenses: count.meta({ description: 'The licenses whose metadata was overwritten' }),
        activations: count.meta({ description: 'The activations whose instance and metadata were overwritten' }),
        journal_entries: count.meta({ description: 'The history entries whose texts were overwritten' }),
      })
      .meta({ id: 'OverwrittenCounts', description: 'The items that this call has overwritten' }),
    answers_dropped: count.meta({
      description: 'The stored answers of idempotency keys that this call has deleted',
    }),
  })
  .meta({ id: 'Erasure', description: 'The progress of an erasure' });
export type Erasure = z.infer<typeof Erasure>;

export const CustomerExport = z
  .object({
    customer: Customer,
    license_keys: z.array(KeyOfCustomer).meta({ description: 'The license keys on this page' }),
    licenses: LicenseList.shape.licenses,
    activations: z
      .array(
        ActivationEntry.extend({ license_id: id }).meta({
          id: 'CustomerActivation',
          description: 'An activation of one of the customer’s licenses',
        }),
      )
      .meta({ description: 'The activations on this page' }),
    events: EventList.shape.events,
    next_cursor: nextCursor,
  })
  .meta({ id: 'CustomerExport', description: 'A page of all data about a customer' });
export type CustomerExport = z.infer<typeof CustomerExport>;
