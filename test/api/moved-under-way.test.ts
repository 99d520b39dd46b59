import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { splitRead } from '../support/table/delayed-reads.ts';
import { openBackOffice, type Bought, type BackOffice } from '../support/service/back-office.ts';
import { activate, check, deactivate, newEmail, verdict } from '../support/service/purchases.ts';
import { startService, type Reply, type Service } from '../support/service/service.ts';

/** A batch read is not a snapshot: these tests move a license between the read of its key and its own read. */
let proxy: FaultProxy;
let service: Service;
let backOffice: BackOffice;
const engine = engineEndpoint();
beforeAll(async () => {
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  backOffice = openBackOffice(service, await service.brand());
});
afterAll(async () => {
  announceEngineEndpoint(engine);
  await proxy.stop();
});

const moveDuring = (sk: string, move: () => Promise<unknown>): void => splitRead(proxy, sk, move);

const MOVES: [string, (bought: Bought) => Promise<Reply>][] = [
  [
    'transferred with its seats',
    ({ id }) => backOffice.transfer(id, { customer_email: newEmail(), keep_activations: true }),
  ],
  ['transferred without its seats', ({ id }) => backOffice.transfer(id, { customer_email: newEmail() })],
  ['changed to another product', ({ id }) => backOffice.change(id, { product: 'imagify' })],
];

describe.each(MOVES)('a license that is %s during a read', (_, move) => {
  test('takes no seat for its old key', async () => {
    const bought = await backOffice.buy({ max_seats: 5 });
    moveDuring('key', () => move(bought));
    expect(await activate(service, bought.site('one'))).toMatchObject({
      status: 422,
      body: { code: 'product_not_on_key' },
    });
    expect((await backOffice.get(bought.id)).body['seats_used']).toBe(0);
  });

  test('gives no verdict and frees no seat for its old key', async () => {
    const bought = await backOffice.buy({ max_seats: 5 });
    await activate(service, bought.site('one'));
    moveDuring('key', () => move(bought));
    expect((await verdict(service, bought.site('one'))).code).toBe('product_not_on_key');

    const other = await backOffice.buy({ max_seats: 5 });
    await activate(service, other.site('one'));
    moveDuring('key', () => move(other));
    expect((await deactivate(service, other.site('one'))).body['code']).toBe('product_not_on_key');
  });
});

test('a license that was transferred away and back during a read is not checked by its old seats', async () => {
  const bought = await backOffice.buy({ max_seats: 5 });
  await activate(service, bought.site('one'));
  moveDuring('key', async () => {
    await backOffice.transfer(bought.id, { customer_email: newEmail() });
    await backOffice.transfer(bought.id, { customer_email: bought.email });
  });
  expect((await check(service, bought.site('one'))).body).toMatchObject({
    code: 'not_activated',
    license: { seats_used: 0 },
  });
});

test('an answer shows the new key and customer if the license is transferred during the request', async () => {
  const { id, keyId } = await backOffice.buy();
  for (const ask of [
    () => backOffice.get(id),
    () => backOffice.suspend(id),
    () => backOffice.change(id, { metadata: { seen: 'yes' } }),
  ]) {
    const buyer = newEmail();
    moveDuring('address', () => backOffice.transfer(id, { customer_email: buyer }));
    const { license_key } = (await ask()).body as LicenseEntry;
    expect(license_key.customer_email).toBe(buyer);
    expect(license_key.id).not.toBe(keyId);
    if (ask.toString().includes('suspend')) await backOffice.resume(id);
  }
});
