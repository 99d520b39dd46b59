import { expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { eraseCustomer, getCustomer, listCustomers, updateCustomer } from '../../lib/api/customers.ts';
import { newEmail } from '../support/service/purchases.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { pointersOf } from '../support/service/world.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);

const NOBODY = { customers: [], next_cursor: null };
const find = (query: Record<string, string>, apiKey = shop.apiKey): Promise<Reply> =>
  service.call(listCustomers, { apiKey, query });

async function newCustomer(customer_email: string): Promise<string> {
  const { id } = await backOffice.buy({ customer_email });
  return ((await backOffice.get(id)).body as LicenseEntry).customer_id;
}

test('a customer is found by e-mail in any spelling, and shown as on the customer route', async () => {
  const id = await newCustomer('Zoë.Example@Bücher.example');
  const { body: shown } = await service.call(getCustomer, { apiKey: shop.apiKey, params: { customer_id: id } });
  const { license_keys: _keys, licenses: _licenses, next_cursor: _next, ...person } = shown;
  for (const email of ['Zoë.Example@Bücher.example', ' zoe\u0308.EXAMPLE@xn--bcher-kva.example '])
    expect((await find({ email })).body).toEqual({ customers: [person], next_cursor: null });
  expect(person).toMatchObject({ id, email: 'Zoë.Example@Bücher.example', erased_at: null });
});

test('no customer is found by an e-mail that is unknown, another brand’s, replaced or erased', async () => {
  const other = await service.brand();
  const [before, after] = [newEmail(), newEmail()];
  const id = await newCustomer(before);
  expect((await find({ email: 'nobody@example.com' })).body).toEqual(NOBODY);
  expect((await find({ email: before }, other.apiKey)).body).toEqual(NOBODY);
  const change = { apiKey: shop.apiKey, params: { customer_id: id }, body: { email: after } };
  expect((await service.call(updateCustomer, change)).status).toBe(200);
  expect((await find({ email: before })).body).toEqual(NOBODY);
  expect((await find({ email: after })).body).toMatchObject({ customers: [{ id, email: after }] });
  const next = await newCustomer(before);
  expect((await find({ email: before })).body).toMatchObject({ customers: [{ id: next, email: before }] });
  await service.call(eraseCustomer, { apiKey: shop.apiKey, body: { email: after } });
  expect((await find({ email: after })).body).toEqual(NOBODY);
});

test('the list of customers requires an e-mail and refuses the cursor of another list', async () => {
  expect(await find({})).toMatchObject({ status: 400, body: { errors: [{ pointer: '?email' }] } });
  expect(pointersOf(await find({ email: 'no e-mail' }))).toEqual(['?email']);
  const email = newEmail();
  await backOffice.buy({ customer_email: email });
  await backOffice.buy({ customer_email: email });
  const list = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query: { email, limit: '1' } });
  const cursor = String(list.body['next_cursor']);
  expect(await find({ email, cursor })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
});

test('the list of customers requires the scope customers:read', async () => {
  const { apiKey } = await service.brand({ scopes: ['licenses:read'] });
  expect(await find({ email: newEmail() }, apiKey)).toMatchObject({
    status: 403,
    body: { code: 'scope_missing', required_scope: 'customers:read' },
  });
});
