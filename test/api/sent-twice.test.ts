import { expect, test } from '@jest/globals';
import { eraseCustomer } from '../../lib/api/customers.ts';
import { useFaultyOffice } from '../support/table/faulty-back-office.ts';
import type { FaultProxy } from '../support/table/fault-proxy.ts';
import { splitRead } from '../support/table/delayed-reads.ts';
import { typesOf, type BackOffice } from '../support/service/back-office.ts';
import { requestPurchase } from '../support/service/purchases.ts';
import type { Reply, Service, TestBrand } from '../support/service/service.ts';

/** Repeated requests of these tests do not read the record of the first one, but all of its other changes. */
let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
useFaultyOffice((opened) => {
  ({ proxy, service, brand, backOffice } = opened);
});

async function expectOneAnswer(status: number, send: () => Promise<Reply>): Promise<void> {
  let first: Reply | undefined;
  splitRead(proxy, 'once', async () => {
    first = await send();
  });
  const second = await send();
  expect(first?.status).toBe(status);
  expect(second).toMatchObject({ status, headers: { 'idempotent-replayed': 'true' } });
  expect(second.text).toBe(first?.text);
}

test('a repeated change gets the first answer, although its If-Match is stale by then', async () => {
  const { id } = await backOffice.buy();
  const headers = { 'idempotency-key': `suspend-${id}`, 'if-match': '"1"' };
  await expectOneAnswer(200, () => backOffice.suspend(id, {}, headers));
  expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.suspended']);
});

test('a repeated purchase gets the first answer, although its external id is taken by then', async () => {
  const headers = { 'idempotency-key': 'order-twice' };
  const body = { customer_email: 'twice@example.com', external_id: 'order-twice' };
  await expectOneAnswer(201, () => requestPurchase(service, brand, body, headers));
  expect(await backOffice.found('twice@example.com')).toHaveLength(1);
});

test('a repeated erasure gets the first answer, although its customer is erased by then', async () => {
  const { email } = await backOffice.buy();
  const headers = { 'idempotency-key': `erase-${email}` };
  await expectOneAnswer(200, () => service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email }, headers }));
});

test('a request without a stored answer is refused if its If-Match is stale', async () => {
  const { id } = await backOffice.buy();
  const headers = { 'idempotency-key': `late-${id}`, 'if-match': '"1"' };
  splitRead(proxy, 'once', () => backOffice.change(id, { max_seats: 2 }));
  expect(await backOffice.suspend(id, {}, headers)).toMatchObject({ status: 412, body: { code: 'stale_version' } });
  expect((await backOffice.get(id)).body['status']).toBe('valid');
});
