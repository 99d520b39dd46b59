import { describe, expect, test } from '@jest/globals';
import { deactivateActivation, restoreActivation } from '../../lib/api/activations.ts';
import { atOnce, type Bought } from '../support/service/back-office.ts';
import { activate, deactivate, verdict } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { overwrite, seatsTaken, storedLicense } from '../support/table/whole-table.ts';
import { bytesOf } from '../support/service/world.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

const restore = (license_id: string, activation_id: string, body: object = {}, { apiKey } = brand): Promise<Reply> =>
  service.call(restoreActivation, { apiKey, params: { license_id, activation_id }, body });
const free = (license_id: string, activation_id: string): Promise<Reply> =>
  service.call(deactivateActivation, { apiKey: brand.apiKey, params: { license_id, activation_id } });
const take = async (bought: Bought, name: string): Promise<string> =>
  String((await activate(service, bought.site(name))).body['activation_id']);

describe('restoring an activation', () => {
  test('gives the site its seat back under the same id, and journals actor and reason', async () => {
    const bought = await backOffice.buy({ max_seats: 1 });
    const id = await take(bought, 'a');
    await free(bought.id, id);
    const { status, body } = await restore(bought.id, id, { reason: 'freed by mistake' });
    expect([status, body['id'], body['status'], body['deactivated_at']]).toEqual([200, id, 'active', null]);
    expect((await verdict(service, bought.site('a'))).code).toBe('valid');
    const { license, activations, journal } = await storedLicense(service, bought.id);
    expect([license.seats_used, seatsTaken(activations)]).toEqual([1, 1]);
    expect(journal.at(-1)).toMatchObject({
      type: 'license.activated',
      actor: { type: 'api_key', id: brand.apiKeyId },
      reason: 'freed by mistake',
      before: { activation: { id, status: 'deactivated' } },
      after: { activation: { id, status: 'active' } },
    });
  });

  test('changes nothing when the site is active', async () => {
    const bought = await backOffice.buy();
    const id = await take(bought, 'a');
    const { license: before } = await storedLicense(service, bought.id);
    expect((await restore(bought.id, id)).status).toBe(200);
    expect((await storedLicense(service, bought.id)).license.seq).toBe(before.seq);
  });

  test('is no seat move of the customer', async () => {
    const bought = await backOffice.buy({ max_seats: 1, policy: { seat_moves_per_30_days: 0 } });
    const id = await take(bought, 'a');
    await deactivate(service, bought.site('a'));
    expect((await restore(bought.id, id)).status).toBe(200);
  });

  test('frees other sites that cost nothing any more, with an entry of their own', async () => {
    const bought = await backOffice.buy({ max_seats: 2, policy: { development_sites_free: true } });
    const id = await take(bought, 'a');
    const staged = bought.site('staging');
    const staging = { ...staged, instance_identifier: 'https://staging.shop.example' };
    expect((await activate(service, staging)).status).toBe(201);
    await free(bought.id, id);
    const { item, seats } = await storedLicense(service, bought.id);
    // The staging site of this license was counted while there was no room for free ones.
    await overwrite(service, item, { seats_used: 1, staging_used: 0, costly_staging: true });
    for (const seat of seats.filter(({ status }) => status === 'active'))
      await overwrite(service, seat, { takes_seat: true, free_staging: false });
    expect((await restore(bought.id, id)).status).toBe(200);
    const after = await storedLicense(service, bought.id);
    expect(after.license).toMatchObject({ seats_used: 1, staging_used: 1, costly_staging: false });
    expect(seatsTaken(after.activations)).toBe(1);
    expect(after.journal.slice(-2).map(({ type }) => type)).toEqual(['license.activated', 'license.updated']);
  });

  test('never exceeds the seat limit, however many are restored at once', async () => {
    const bought = await backOffice.buy({ max_seats: 2 });
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      const id = await take(bought, name);
      ids.push(id);
      await free(bought.id, id);
    }
    const replies = await atOnce(4, (i) => restore(bought.id, ids[i] ?? ''));
    const codes = replies.map(({ status, body }) => (status === 200 ? 'restored' : body['code'])).sort();
    expect(codes).toEqual(['restored', 'restored', 'seat_limit_reached', 'seat_limit_reached']);
    const { license, activations } = await storedLicense(service, bought.id);
    expect([license.seats_used, seatsTaken(activations)]).toEqual([2, 2]);
  });

  test.each([
    ['suspended', 'license_suspended'],
    ['cancelled', 'license_cancelled'],
  ])('is refused while the license is %s', async (state, code) => {
    const bought = await backOffice.buy();
    const id = await take(bought, 'a');
    await free(bought.id, id);
    await (state === 'suspended' ? backOffice.suspend(bought.id) : backOffice.cancel(bought.id));
    expect((await restore(bought.id, id)).body['code']).toBe(code);
  });

  test('answers for another brand as for what does not exist', async () => {
    const bought = await backOffice.buy();
    const id = await take(bought, 'a');
    const other = await service.brand();
    const nobody = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
    const [foreign, none] = [await restore(bought.id, id, {}, other), await restore(nobody, id, {}, other)];
    expect(foreign.status).toBe(404);
    expect(bytesOf(foreign)).toBe(bytesOf(none));
    expect((await restore(bought.id, nobody)).body['code']).toBe('activation_not_found');
  });
});
