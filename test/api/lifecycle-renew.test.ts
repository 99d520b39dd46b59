import { beforeAll, describe, expect, test } from '@jest/globals';
import { addDuration } from '../../lib/domain/duration.ts';
import { inMs, moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, typesOf, type BackOffice } from '../support/service/back-office.ts';
import { activate, requestPurchase, verdict } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
beforeAll(async () => {
  stopClock('2026-03-01T10:00:00Z');
  service = await startService();
  brand = await service.brand();
  backOffice = openBackOffice(service, brand);
});

const expiryOf = async (id: string): Promise<unknown> => (await backOffice.get(id)).body['expires_at'];

describe('a renewal by a date', () => {
  test('accepts a later and an earlier date in the future, and journals both', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2026-12-31' });
    for (const expiration_date of ['2028-06-30T12:00:00Z', '2026-06-30T12:00:00Z']) {
      expect(await backOffice.renew(id, { expiration_date })).toMatchObject({
        status: 200,
        body: { expires_at: expiration_date },
      });
    }
    const [, later, earlier] = await backOffice.history(id);
    expect(later).toMatchObject({
      before: { expires_at: '2026-12-31T23:59:59Z' },
      after: { expires_at: '2028-06-30T12:00:00Z' },
    });
    expect(earlier).toMatchObject({
      before: { expires_at: '2028-06-30T12:00:00Z' },
      after: { expires_at: '2026-06-30T12:00:00Z' },
    });
  });

  test('refuses a date in the past and the current second', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    for (const expiration_date of [inMs(-DAY_MS), inMs(0)]) {
      expect(await backOffice.renew(id, { expiration_date })).toMatchObject({
        status: 422,
        body: { code: 'expiry_in_the_past', expiration_date },
      });
    }
    expect(await expiryOf(id)).toBe('2027-12-31T23:59:59Z');
  });

  test('to the current expiry changes nothing', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    expect(await backOffice.renew(id, { expiration_date: '2027-12-31' })).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
    });
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned']);
  });

  test('of null makes the license a lifetime license', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    expect(await backOffice.renew(id, { expiration_date: null })).toMatchObject({
      status: 200,
      body: { expires_at: null, status: 'valid' },
    });
  });

  test('is refused together with a duration', async () => {
    const { id } = await backOffice.buy();
    const reply = await backOffice.renew(id, { expiration_date: '2028-01-01', extend_by: 'P1Y' });
    expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request', errors: [{ pointer: '/extend_by' }] } });
  });
});

describe('a renewal by a duration', () => {
  test('counts from the current expiry', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    expect((await backOffice.renew(id, { extend_by: 'P1Y' })).body['expires_at']).toBe('2028-12-31T23:59:59Z');
  });

  test('counts from the expiry to the last second of the grace period, and from now after it', async () => {
    const expires = inMs(DAY_MS);
    const graced = { expiration_date: expires, policy: { grace_days: 14 } };
    const [inGrace, late] = [await backOffice.buy(graced), await backOffice.buy(graced)];
    moveClock(DAY_MS + 14 * DAY_MS - 1_000);
    expect((await backOffice.renew(inGrace.id, { extend_by: 'P1Y' })).body['expires_at']).toBe(
      addDuration(expires, 'P1Y'),
    );
    moveClock(1_000);
    const renewed = await backOffice.renew(late.id, { extend_by: 'P1Y' });
    expect(renewed.body['expires_at']).toBe(addDuration(inMs(0), 'P1Y'));
    expect(renewed.body['status']).toBe('valid');
  });

  test('is refused for a lifetime license', async () => {
    const { id } = await backOffice.buy();
    expect(await backOffice.renew(id, { extend_by: 'P1Y' })).toMatchObject({
      status: 409,
      body: { code: 'not_extendable' },
    });
  });

  test('that ends in the past is refused', async () => {
    const { id } = await backOffice.buy({ expiration_date: inMs(DAY_MS), policy: { grace_days: 30 } });
    moveClock(10 * DAY_MS);
    expect(await backOffice.renew(id, { extend_by: 'P1D' })).toMatchObject({
      status: 422,
      body: { code: 'expiry_in_the_past' },
    });
  });

  test('extends the duration of a license that waits for its first activation, and journals it', async () => {
    const { id, site } = await backOffice.buy({ policy: { duration: 'P1Y', expiry_basis: 'first_activation' } });
    expect(await backOffice.renew(id, { extend_by: 'P6M' })).toMatchObject({ status: 200, body: { expires_at: null } });
    expect((await backOffice.history(id))[1]).toMatchObject({
      before: { starts_on_activation: 'P1Y' },
      after: { starts_on_activation: 'P18M' },
    });
    const { activated_at } = (await activate(service, site('one'))).body;
    expect(await expiryOf(id)).toBe(addDuration(String(activated_at), 'P18M'));
  });
});

describe('a renewal without a date and a duration', () => {
  test('uses the policy’s duration', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31', policy: { duration: 'P6M' } });
    expect((await backOffice.renew(id)).body['expires_at']).toBe('2028-06-30T23:59:59Z');
  });

  test('is refused if the policy has no duration', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    expect(await backOffice.renew(id)).toMatchObject({ status: 422, body: { code: 'no_duration' } });
  });
});

describe('the external id of a renewal', () => {
  test('can be used once, and a second use names the license that it renewed', async () => {
    const { id, keyId } = await backOffice.buy({ expiration_date: '2027-12-31' });
    const other = await backOffice.buy({ expiration_date: '2027-12-31' });
    const invoice = { extend_by: 'P1Y', external_id: 'invoice-7' };
    expect((await backOffice.renew(id, invoice)).status).toBe(200);
    const taken = {
      status: 409,
      body: { code: 'external_id_taken', external_id: 'invoice-7', license_key_id: keyId, license_ids: [id] },
    };
    expect(await backOffice.renew(id, invoice)).toMatchObject(taken);
    expect(await backOffice.renew(other.id, invoice)).toMatchObject(taken);
    expect(await requestPurchase(service, brand, { external_id: 'invoice-7' })).toMatchObject(taken);
    expect(await expiryOf(id)).toBe('2028-12-31T23:59:59Z');
    expect(await expiryOf(other.id)).toBe('2027-12-31T23:59:59Z');
  });

  test('may not be the external id of a purchase', async () => {
    const first = await backOffice.buy({ external_id: 'order-7', expiration_date: '2027-12-31' });
    const reply = await backOffice.renew(first.id, { extend_by: 'P1Y', external_id: 'order-7' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'external_id_taken', license_ids: [first.id] } });
  });

  test('is claimed even if the expiry stays the same', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    const same = { expiration_date: '2027-12-31', external_id: 'invoice-8' };
    expect((await backOffice.renew(id, same)).status).toBe(200);
    expect((await backOffice.renew(id, same)).status).toBe(409);
  });

  test('sent by four calls at once renews once', async () => {
    const { id } = await backOffice.buy({ expiration_date: '2027-12-31' });
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => backOffice.renew(id, { extend_by: 'P1Y', external_id: 'invoice-9' })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await expiryOf(id)).toBe('2028-12-31T23:59:59Z');
  });
});

test('an expired site may run again from the first check after a renewal', async () => {
  const bought = await backOffice.buy({ expiration_date: inMs(DAY_MS) });
  await activate(service, bought.site('one'));
  moveClock(DAY_MS);
  expect(await verdict(service, bought.site('one'))).toMatchObject({ code: 'expired', may_run: false });
  await backOffice.renew(bought.id, { extend_by: 'P1Y' });
  expect(await verdict(service, bought.site('one'))).toMatchObject({ code: 'valid', may_run: true });
});
