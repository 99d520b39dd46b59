import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { ActivationEntry } from './activation.ts';
import { EventList } from './event.ts';
import { id, nextCursor, time } from './fields.ts';
import { LicenseList } from './license.ts';
import { KeyOfCustomer } from './license-key.ts';

export const Customer = describe(
  z.object({
    id,
    email: describe(z.string(), 'As it was given; for an erased customer a meaningless pseudonym'),
    created_at: time,
    updated_at: time,
    erased_at: describe(z.nullable(time), 'Null unless the customer’s data has been erased'),
  }),
  { id: 'Customer', description: 'A person who has license keys, known by an e-mail' },
);
export type CustomerView = z.infer<typeof Customer>;

export const CustomerWithLicenses = describe(
  z.extend(Customer, {
    license_keys: describe(z.array(KeyOfCustomer), 'The keys of the licenses on this page'),
    licenses: LicenseList.shape.licenses,
    next_cursor: nextCursor,
  }),
  { id: 'CustomerWithLicenses', description: 'A customer with a page of licenses' },
);
export type CustomerWithLicenses = z.infer<typeof CustomerWithLicenses>;

export const CustomerList = describe(
  z.object({ customers: describe(z.array(Customer), 'The customers of this page'), next_cursor: nextCursor }),
  { id: 'CustomerList' },
);
export type CustomerList = z.infer<typeof CustomerList>;

const count = z.int();
export const Erasure = describe(
  z.object({
    id,
    email: describe(z.string(), 'The pseudonym that is shown from now on'),
    erased_at: time,
    complete: describe(z.boolean(), 'False when one call was not enough: send the same request again'),
    overwritten: describe(
      z.object({
        licenses: describe(count, 'The licenses whose metadata was overwritten'),
        activations: describe(count, 'The activations whose instance and metadata were overwritten'),
        journal_entries: describe(count, 'The history entries whose texts were overwritten'),
      }),
      { id: 'OverwrittenCounts', description: 'The items that this call has overwritten' },
    ),
    answers_dropped: describe(count, 'The stored answers of idempotency keys that this call has deleted'),
  }),
  { id: 'Erasure', description: 'The progress of an erasure' },
);
export type Erasure = z.infer<typeof Erasure>;

export const CustomerExport = describe(
  z.object({
    customer: Customer,
    license_keys: describe(z.array(KeyOfCustomer), 'The license keys on this page'),
    licenses: LicenseList.shape.licenses,
    activations: describe(
      z.array(
        describe(z.extend(ActivationEntry, { license_id: id }), {
          id: 'CustomerActivation',
          description: 'An activation of one of the customer’s licenses',
        }),
      ),
      'The activations on this page',
    ),
    events: EventList.shape.events,
    next_cursor: nextCursor,
  }),
  { id: 'CustomerExport', description: 'A page of all data about a customer' },
);
export type CustomerExport = z.infer<typeof CustomerExport>;
