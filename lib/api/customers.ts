import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { Customer, CustomerExport, CustomerList, CustomerWithLicenses, Erasure } from './schemas/customer.ts';
import { email, idempotency_key, normalizedEmail, page, reason, uuid } from './schemas/fields.ts';

const customers = { function: 'customers', auth: 'brand', vault: true } as const;
const reads = { ...customers, method: 'GET', scope: 'customers:read', access: 'read' } as const;
const writes = { ...customers, scope: 'customers:write', access: 'write' } as const;

const ListCustomersInput = z.strictObject({
  email: describe(normalizedEmail, 'The current e-mail address of the customer'),
  ...page,
});
export type ListCustomersInput = z.infer<typeof ListCustomersInput>;

export const listCustomers = {
  ...reads,
  operation: 'list_customers',
  path: '/api/v1/brand/customers',
  summary: 'List customers',
  description:
    'Finds the customer who has this e-mail address now: one customer or none. A change shows at once. Retrieve ' +
    'the customer by id to see their license keys and licenses.',
  input: ListCustomersInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'The customer, or an empty list',
      body: CustomerList,
      example: { customers: [example.customer], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const GetCustomerInput = z.strictObject({ customer_id: uuid, ...page });
export type GetCustomerInput = z.infer<typeof GetCustomerInput>;

export const getCustomer = {
  ...reads,
  operation: 'get_customer',
  path: '/api/v1/brand/customers/{customer_id}',
  summary: 'Retrieve a customer',
  description:
    'Shows the customer with one page of licenses, newest first. `license_keys` are the keys of the licenses on ' +
    'this page.',
  input: GetCustomerInput,
  example: { customer_id: example.customer.id },
  success: [
    {
      status: 200,
      description: 'The customer and one page of licenses',
      body: CustomerWithLicenses,
      example: {
        ...example.customer,
        license_keys: [example.customerKey],
        licenses: [example.license],
        next_cursor: null,
      },
    },
  ],
  refusals: ['customer_not_found', 'cursor_invalid'],
} as const satisfies Route;

const UpdateCustomerInput = z.strictObject({
  customer_id: uuid,
  email: describe(email, 'The new e-mail address'),
  reason,
});
export type UpdateCustomerInput = z.infer<typeof UpdateCustomerInput>;

export const updateCustomer = {
  ...writes,
  operation: 'update_customer',
  method: 'PATCH',
  path: '/api/v1/brand/customers/{customer_id}',
  summary: 'Update a customer',
  description:
    'Changes the e-mail address. License keys, licenses and activations stay as they are. The old address ' +
    'becomes free: a purchase with it creates a new customer.',
  input: UpdateCustomerInput,
  example: { customer_id: example.customer.id, email: 'new@example.com' },
  success: [
    {
      status: 200,
      description: 'The customer after the change',
      body: Customer,
      example: { ...example.customer, email: 'new@example.com' },
    },
  ],
  refusals: ['customer_not_found', 'email_taken', 'customer_erased'],
} as const satisfies Route;

const EraseCustomerInput = z.strictObject({
  email: describe(normalizedEmail, 'The e-mail address of the customer'),
  idempotency_key,
});
export type EraseCustomerInput = z.infer<typeof EraseCustomerInput>;

export const eraseCustomer = {
  ...writes,
  operation: 'erase_customer',
  method: 'POST',
  path: '/api/v1/brand/customers/erase',
  summary: 'Erase a customer',
  description: `Removes the personal data of a customer. This cannot be undone.

- The e-mail address leaves the service at once. License keys, licenses and activations keep working under a pseudonym.
- Reasons, metadata, instances and request ids of your own wording become \`[erased]\` in the licenses, activations and
  history of the customer. Metadata is also overwritten in licenses that they have transferred to others.
- Stored answers are deleted, so that a repeated request with its old idempotency key is refused.
- Everything that a site sends afterwards is new data. An \`external_id\` stays, because it belongs to your own
  accounting.`,
  input: EraseCustomerInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'The result of the erasure',
      body: Erasure,
      example: {
        id: example.customer.id,
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
    email: describe(z.optional(normalizedEmail), 'The e-mail address of the customer'),
    customer_id: describe(z.optional(uuid), 'The id of the customer. It is used instead of `email`'),
    ...page,
  })
  .check(
    z.refine((value) => (value.email === undefined) !== (value.customer_id === undefined), {
      message: 'is required unless customer_id is given, and must not be given together with it',
      path: ['email'],
    }),
  );
export type ExportCustomerInput = z.infer<typeof ExportCustomerInput>;

export const exportCustomer = {
  ...reads,
  operation: 'export_customer',
  path: '/api/v1/brand/customers/export',
  summary: "Export a customer's data",
  description:
    'Returns every license key, license, activation and event of the customer, page by page. For a license that ' +
    'was transferred, it returns only the time during which this customer had it.',
  input: ExportCustomerInput,
  example: { email: 'customer@example.com' },
  success: [
    {
      status: 200,
      description: 'One page',
      body: CustomerExport,
      example: {
        customer: example.customer,
        license_keys: [example.customerKey],
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
