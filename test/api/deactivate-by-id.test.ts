import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { listActivations } from '../../lib/api/activations.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { barrier } from '../support/run/barrier.ts';
import { activate, firstOf, purchase, verdict } from '../support/service/purchases.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { seatsTaken, storedLicense } from '../support/table/whole-table.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { bytesOf, formOf } from '../support/service/world.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const SITE = 'https://old-domain.example';
type Bought = { license_key: string; ids: string[] };
async function buy(products = ['wp-rocket'], max_seats = 3): Promise<Bought> {
  const { license_key, licenses } = await purchase(service, brand, { products, max_seats, license_key: 'new' });
  return { license_key: license_key.key, ids: licenses.map(({ id }) => id) };
}
async function seatOn({ license_key }: Bought, instance_identifier = SITE, product?: string): Promise<string> {
  const more = product === undefined ? {} : { product };
  const reply = await activate(service, { license_key, instance_identifier, ...more });
  return String(reply.body['activation_id']);
}
const free = (body: object, more: Call = {}): Promise<Reply> => service.call(deactivateLicense, { body, ...more });

async function activeSeats({ ids }: Bought, which = 0): Promise<[number, number]> {
  const { license, activations } = await storedLicense(service, ids[which] ?? '');
  return [license.seats_used, seatsTaken(activations)];
}

describe('a deactivation by activation id', () => {
  test('frees the seat, can be repeated, and lets the site return under the same id', async () => {
    const bought = await buy();
    const { license_key } = bought;
    const activation_id = await seatOn(bought);
    await seatOn(bought, 'https://other.example');
    for (let time = 0; time < 2; time += 1) {
      const reply = await free({ license_key, activation_id });
      expect(reply).toMatchObject({ status: 200, body: { status: 'deactivated', seats_used: 1, seats_remaining: 2 } });
    }
    expect(await activeSeats(bought)).toEqual([1, 1]);
    expect(await verdict(service, { license_key, instance_identifier: SITE })).toMatchObject({ code: 'not_activated' });
    expect(await seatOn(bought)).toBe(activation_id);
    expect(await activeSeats(bought)).toEqual([2, 2]);
  });

  test('is journaled once, with its instance and the license key as actor', async () => {
    const bought = await buy();
    const activation_id = await seatOn(bought);
    for (let time = 0; time < 2; time += 1) await free({ license_key: bought.license_key, activation_id });
    const params = { license_id: firstOf(bought.ids) };
    const { body } = await service.call(listLicenseEvents, { apiKey: brand.apiKey, params });
    const freed = (body['events'] as { type: string }[]).filter(({ type }) => type === 'seat.deactivated');
    expect(freed).toEqual([
      expect.objectContaining({
        actor: expect.objectContaining({ type: 'license_key' }),
        before: expect.objectContaining({ seats_used: 1, activation: expect.objectContaining({ status: 'active' }) }),
        after: expect.objectContaining({
          seats_used: 0,
          activation: expect.objectContaining({ id: activation_id, status: 'deactivated', instance_identifier: SITE }),
        }),
      }),
    ]);
  });

  test('accepts a form, an upper-case id, and an optional product on a key with several licenses', async () => {
    const bought = await buy(['wp-rocket', 'imagify']);
    const { license_key } = bought;
    const rocket = await seatOn(bought, SITE, 'wp-rocket');
    const imagify = await seatOn(bought, SITE, 'imagify');
    expect(await free({ license_key, activation_id: rocket.toUpperCase() })).toMatchObject({ status: 200 });
    expect([await activeSeats(bought, 0), await activeSeats(bought, 1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const form = formOf({ license_key, activation_id: imagify, product: 'imagify' });
    expect(await service.call(deactivateLicense, form)).toMatchObject({ status: 200 });
    expect(await activeSeats(bought, 1)).toEqual([0, 0]);
  });

  test('works on a suspended license, after a rotation, and after a transfer that keeps activations', async () => {
    const bought = await buy();
    const [one, two, three] = [
      await seatOn(bought, 'a.example'),
      await seatOn(bought, 'b.example'),
      await seatOn(bought),
    ];
    const params = { license_id: firstOf(bought.ids) };
    const brandCall = (operation: string, body: object, more: Call = {}) =>
      service.call(byOperation(operation), { apiKey: brand.apiKey, params, body, ...more });
    await brandCall('suspend_license', {});
    expect((await free({ license_key: bought.license_key, activation_id: one })).status).toBe(200);
    const license = await service.call(byOperation('get_license'), { apiKey: brand.apiKey, params });
    const license_key_id = (license.body['license_key'] as { id: string }).id;
    const rotated = await brandCall('rotate_license_key', {}, { params: { license_key_id } });
    const key = (rotated.body['license_key'] as { key: string } | undefined)?.key ?? String(rotated.body['key']);
    expect((await free({ license_key: key, activation_id: two })).status).toBe(200);
    const moved = await brandCall('transfer_license', { customer_email: 'heir@example.com', keep_activations: true });
    const newKey = (moved.body['license_key'] as { key: string }).key;
    expect((await free({ license_key: newKey, activation_id: three, product: 'wp-rocket' })).status).toBe(200);
    expect(await activeSeats(bought)).toEqual([0, 0]);
  });

  test('happens once under an idempotency key, and is replayed with the same body', async () => {
    const bought = await buy();
    const body = { license_key: bought.license_key, activation_id: await seatOn(bought) };
    const headers = { 'idempotency-key': 'free-1' };
    const first = await free(body, { headers });
    await seatOn(bought);
    const again = await free(body, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await activeSeats(bought)).toEqual([1, 1]);
    const other = await free({ ...body, activation_id: body.activation_id.replace(/^./, 'f') }, { headers });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('costs two reads at once and one transaction if the product is named', async () => {
    const bought = await buy();
    const activation_id = await seatOn(bought);
    proxy.asked.length = 0;
    const bothArrived = barrier(2);
    proxy.tamper = ({ operation }, forward) =>
      operation === 'TransactWriteItems' ? forward() : bothArrived().then(() => forward());
    const reply = await free({ license_key: bought.license_key, activation_id, product: 'wp-rocket' });
    expect(reply).toMatchObject({ status: 200, body: { seats_used: 0 } });
    const asked = proxy.asked.map(({ operation }) => operation);
    expect([asked.slice(0, 2).toSorted(), asked.slice(2)]).toEqual([['BatchGetItem', 'Query'], ['TransactWriteItems']]);
  });

  test('keeps the seat counter exact during parallel activations and deactivations', async () => {
    const bought = await buy();
    const { license_key } = bought;
    for (let round = 0; round < 5; round += 1) {
      const activation_id = await seatOn(bought);
      await Promise.all([
        free({ license_key, activation_id }),
        free({ license_key, activation_id, product: 'wp-rocket' }),
        free({ license_key, instance_identifier: SITE }),
        activate(service, { license_key, instance_identifier: SITE }),
        activate(service, { license_key, instance_identifier: `https://other-${String(round)}.example` }),
      ]);
      const [used, taken] = await activeSeats(bought);
      expect(used).toBe(taken);
      await free({ license_key, instance_identifier: `https://other-${String(round)}.example` });
      await free({ license_key, activation_id });
      expect(await activeSeats(bought)).toEqual([0, 0]);
    }
  });
});

describe('an unknown activation id', () => {
  test('gets the same 404 as an id of another license or product and a site that was never active', async () => {
    const [bought, other] = [await buy(['wp-rocket', 'imagify']), await buy()];
    const id = await seatOn(bought, SITE, 'wp-rocket');
    const foreign = await seatOn(other);
    const { license_key } = bought;
    const before = await fingerprint(service);
    const missing = bytesOf(await free({ license_key, activation_id: id.replace(/^./, 'f') }));
    expect(missing).toMatch(/^404 .*activation_not_found/);
    for (const body of [
      { activation_id: foreign },
      { activation_id: foreign, product: 'wp-rocket' },
      { activation_id: id, product: 'imagify' },
      { activation_id: id.slice(0, -1) + (id.endsWith('0') ? '1' : '0') },
    ])
      expect(bytesOf(await free({ license_key, ...body }))).toBe(missing);
    expect(await fingerprint(service)).toBe(before);
    const unknownKey = await free({ license_key: newLicenseKey(brand.key_prefix), activation_id: id });
    expect(unknownKey).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
    const never = await free({ license_key, instance_identifier: 'never.example', product: 'wp-rocket' });
    expect(bytesOf(never)).toBe(missing);
  });

  test('is not recorded as a refused call', async () => {
    const bought = await buy();
    await free({ license_key: bought.license_key, activation_id: (await seatOn(bought)).replace(/^./, 'f') });
    const params = { license_id: firstOf(bought.ids) };
    const { body } = await service.call(listActivations, { apiKey: brand.apiKey, params });
    expect(body['refused_calls']).toEqual([]);
  });
});

describe('a deactivation', () => {
  test('requires an activation id or an instance, and accepts both only if they name the same seat', async () => {
    const bought = await buy();
    const { license_key } = bought;
    const activation_id = await seatOn(bought);
    const elsewhere = await seatOn(bought, 'https://other.example');
    const refusedAt = async (pointer: string, body: object) => {
      const before = await fingerprint(service);
      const reply = await free({ license_key, ...body });
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
      expect(await fingerprint(service)).toBe(before);
    };
    await refusedAt('/instance_identifier', {});
    await refusedAt('/instance_type', { activation_id, instance_type: 'url' });
    await refusedAt('/activation_id', { activation_id: 'x' });
    await refusedAt('/activation_id', { activation_id: null });
    await refusedAt('/activation_id', { activation_id: elsewhere, instance_identifier: SITE });
    expect((await free({ license_key, activation_id, instance_identifier: SITE })).status).toBe(200);
    expect(await activeSeats(bought)).toEqual([1, 1]);
  });
});
