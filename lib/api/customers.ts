import * as z from 'zod';
import { normaliseEmail } from '../domain/email.ts';
import { ActivationEntry, EventEntry, LicenseEntry } from './entries.ts';
import * as example from './examples.ts';
import { email, id, nextCursor, page, text, time, uuid } from './fields.ts';
import type { Route } from './route.ts';

/** A brand's customers as persons: what they have, their e-mail, and what the law asks for. */
const customers = { function: 'customers', auth: 'brand', vault: true } as const;

const Customer = z.object({
  id,
  email: z.string().meta({ description: 'As given; of an erased person a pseudonym that leads nowhere' }),
  created_at: time,
  updated_at: time,
  erased_at: time.nullable(),
});
export type CustomerView = z.infer<typeof Customer>;
const KeyOfCustomer = z.object({
  id,
  key: z.string().meta({
    description: 'In full for API keys with the scope `license_keys:reveal`, else masked to its last four characters',
  }),
  created_at: time,
});
export type KeyOfCustomer = z.infer<typeof KeyOfCustomer>;

const shown = {
  id: example.license.customer_id,
  email: 'customer@example.com',
  created_at: '2026-11-23T10:00:00Z',
  updated_at: '2026-11-23T10:00:00Z',
  erased_at: null,
};
const shownKey = {
  id: example.license.license_key.id,
  key: example.license.license_key.key,
  created_at: '2026-11-23T10:00:00Z',
};

const GetCustomerInput = z.strictObject({ customer_id: uuid, ...page });
export type GetCustomerInput = z.infer<typeof GetCustomerInput>;
const CustomerWithLicenses = Customer.extend({
  license_keys: z.array(KeyOfCustomer),
  licenses: z.array(LicenseEntry),
  next_cursor: nextCursor,
});
export type CustomerWithLicenses = z.infer<typeof CustomerWithLicenses>;

export const getCustomer = {
  ...customers,
  operation: 'get_customer',
  method: 'GET',
  path: '/api/v1/brand/customers/{customer_id}',
  scope: 'customers:read',
  access: 'read',
  summary: 'One customer, with keys and licenses',
  description:
    'Licenses newest first, a page at a time; `license_keys` are those that the licenses of this page are on.',
  input: GetCustomerInput,
  example: { customer_id: shown.id },
  success: [
    {
      status: 200,
      description: 'The customer and one page of licenses',
      body: CustomerWithLicenses,
      example: { ...shown, license_keys: [shownKey], licenses: [example.license], next_cursor: null },
    },
  ],
  refusals: ['customer_not_found', 'cursor_invalid'],
} as const satisfies Route;

const normalised = email.transform((value) => normaliseEmail(value)?.email ?? value);
const ListCustomersInput = z.strictObject({ email: normalised.meta({ description: 'Who has it now' }), ...page });
export type ListCustomersInput = z.infer<typeof ListCustomersInput>;
const CustomerList = z.object({ customers: z.array(Customer), next_cursor: nextCursor });
export type CustomerList = z.infer<typeof CustomerList>;

export const listCustomers = {
  ...customers,
  operation: 'list_customers',
  method: 'GET',
  path: '/api/v1/brand/customers',
  scope: 'customers:read',
  access: 'read',
  summary: 'Find a customer by e-mail',
  description:
    'Whoever has this e-mail now: one customer at most, none where nobody has it. Immediate. What the customer has is listed under the id.',
  input: ListCustomersInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'The customer, or none',
      body: CustomerList,
      example: { customers: [shown], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const UpdateCustomerInput = z.strictObject({ customer_id: uuid, email: email.meta({ description: 'The new e-mail' }) });
export type UpdateCustomerInput = z.infer<typeof UpdateCustomerInput>;

export const updateCustomer = {
  ...customers,
  operation: 'update_customer',
  method: 'PATCH',
  path: '/api/v1/brand/customers/{customer_id}',
  scope: 'customers:write',
  access: 'write',
  summary: 'Change a customer’s e-mail',
  description:
    'Keys, licenses and seats stay as they are. The old e-mail is free from then on: a purchase under it makes another customer.',
  input: UpdateCustomerInput,
  example: { customer_id: shown.id, email: 'new@example.com' },
  success: [
    {
      status: 200,
      description: 'The customer as it is now',
      body: Customer,
      example: { ...shown, email: 'new@example.com' },
    },
  ],
  refusals: ['customer_not_found', 'email_taken', 'customer_erased'],
} as const satisfies Route;

const EraseCustomerInput = z.strictObject({
  email: normalised.meta({ description: 'Whom to forget' }),
  idempotency_key: text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' }),
});
export type EraseCustomerInput = z.infer<typeof EraseCustomerInput>;
const count = z.number().int();
const Erasure = z.object({
  id,
  email: z.string().meta({ description: 'The pseudonym that is shown from now on' }),
  erased_at: time,
  complete: z.boolean().meta({ description: 'False when there is more than one call can do: send it again' }),
  overwritten: z
    .object({ licenses: count, activations: count, journal_entries: count })
    .meta({ description: 'By this call' }),
  answers_dropped: count.meta({ description: 'Answers kept for idempotency keys that this call dropped' }),
});
export type Erasure = z.infer<typeof Erasure>;

export const eraseCustomer = {
  ...customers,
  operation: 'erase_customer',
  method: 'POST',
  path: '/api/v1/brand/customers/erase',
  scope: 'customers:write',
  access: 'write',
  summary: 'Forget a person',
  description:
    'The e-mail leaves the service at once; reasons, metadata, instances and request ids of your own wording are overwritten by `[erased]` in this person’s licenses, activations and history, metadata also in licenses that were given away; and stored answers are dropped: a request repeated under its idempotency key is refused then. Licenses, keys and seats go on working under a pseudonym; what a site sends after that is new. An `external_id` stays: it is your own accounting. There is no way back.',
  input: EraseCustomerInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'What was done',
      body: Erasure,
      example: {
        id: shown.id,
        email: 'erased-4a3928170605@erased.invalid',
        erased_at: '2026-11-23T11:00:00Z',
        complete: true,
        overwritten: { licenses: 1, activations: 1, journal_entries: 2 },
        answers_dropped: 1,
      },
    },
  ],
  refusals: ['customer_not_found', 'idempotency_key_reused'],
  once: true,
} as const satisfies Route;

const ExportCustomerInput = z
  .strictObject({
    email: normalised.optional().meta({ description: 'Whose data' }),
    customer_id: uuid.optional().meta({ description: 'Instead of the e-mail' }),
    ...page,
  })
  .refine((value) => (value.email === undefined) !== (value.customer_id === undefined), {
    message: 'is required unless customer_id is given, and must not be given together with it',
    path: ['email'],
  });
export type ExportCustomerInput = z.infer<typeof ExportCustomerInput>;
const CustomerExport = z.object({
  customer: Customer,
  license_keys: z.array(KeyOfCustomer),
  licenses: z.array(LicenseEntry),
  activations: z.array(ActivationEntry.extend({ license_id: id })),
  events: z.array(EventEntry.extend({ entity: z.object({ type: z.string(), id }) })),
  next_cursor: nextCursor,
});
export type CustomerExport = z.infer<typeof CustomerExport>;

export const exportCustomer = {
  ...customers,
  operation: 'export_customer',
  method: 'GET',
  path: '/api/v1/brand/customers/export',
  scope: 'customers:read',
  access: 'read',
  summary: 'Hand out all that is held about a person',
  description:
    'Every key, license, activation and change, a page at a time. Of a license that came from or went to somebody else, only this person’s time with it.',
  input: ExportCustomerInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'One page',
      body: CustomerExport,
      example: {
        customer: shown,
        license_keys: [shownKey],
        licenses: [example.license],
        activations: [{ ...example.activation, license_id: example.LICENSE_ID }],
        events: [{ ...example.event, entity: { type: 'license', id: example.LICENSE_ID } }],
        next_cursor: null,
      },
    },
  ],
  refusals: ['customer_not_found', 'cursor_invalid'],
} as const satisfies Route;

export const customerRoutes: readonly Route[] = [
  listCustomers,
  getCustomer,
  updateCustomer,
  eraseCustomer,
  exportCustomer,
];
