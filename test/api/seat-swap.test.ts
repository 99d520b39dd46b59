import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { newId } from '../../lib/process/ids.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { openBackOffice, ownRequests, typesOf, type BackOffice } from '../support/service/back-office.ts';
import { deactivate, untilAnswered, verdict } from '../support/service/purchases.ts';
import { openSeats, seatsIn, type SeatHolder } from '../support/service/seats.ts';
import { storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
let backOffice: BackOffice;
beforeAll(() => {
  stopClock('2026-05-31T10:00:00Z');
  backOffice = openBackOffice(service, brand);
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

const open = (seats: number, policy: object = {}): Promise<SeatHolder> => openSeats(service, brand, seats, policy);
const codeOf = async (license: SeatHolder, name: string): Promise<string> =>
  (await verdict(service, license.site(name))).code;
const history = async ({ id }: SeatHolder) => (await backOffice.history(id)).slice(1);

describe('a swap by id', () => {
  test('gives the seat to the new site, in one transaction with two journal entries next to each other', async () => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    const swapped = await license.activate('new', { replace }, { headers: { 'x-request-id': 'swap-1' } });
    expect(swapped).toMatchObject({ status: 201, body: { seats_used: 1, seats_remaining: 0 } });
    expect([await codeOf(license, 'old'), await codeOf(license, 'new')]).toEqual(['not_activated', 'valid']);
    expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
    const [, freed, taken, ...others] = await history(license);
    expect(others).toEqual([]);
    expect([freed, taken]).toEqual([
      expect.objectContaining({ type: 'seat.deactivated', seq: 3, request_id: 'swap-1' }),
      expect.objectContaining({ type: 'license.activated', seq: 4, request_id: 'swap-1' }),
    ]);
    expect(freed).toMatchObject({
      before: { seats_used: 1, activation: { id: replace, status: 'active' } },
      after: { seats_used: 0, activation: { id: replace, status: 'deactivated' } },
    });
    expect(taken).toMatchObject({
      before: { seats_used: 0, activation: null },
      after: { seats_used: 1, activation: { id: swapped.body['activation_id'], status: 'active' } },
    });
  });

  test('frees its seat even when another one is free', async () => {
    const license = await open(3);
    const replace = await license.seatOf('old');
    expect((await license.activate('new', { replace })).body).toMatchObject({ seats_used: 1, seats_remaining: 2 });
    expect(await codeOf(license, 'old')).toBe('not_activated');
  });

  test('repeated answers 200 with the same activation and frees nothing, even with an id that is unknown', async () => {
    const license = await open(2);
    const [first, second] = [await license.seatOf('first'), await license.seatOf('second')];
    const swapped = await license.activate('new', { replace: first });
    for (const replace of [first, second, newId(Date.now())]) {
      const repeated = await license.activate('new', { replace });
      expect(repeated).toMatchObject({ status: 200, body: { activation_id: swapped.body['activation_id'] } });
    }
    expect(await codeOf(license, 'second')).toBe('valid');
  });

  test('of an unknown activation, or one of another license, is 404 and changes nothing', async () => {
    const license = await open(1);
    const other = await open(1);
    await license.seatOf('old');
    const foreign = await other.seatOf('theirs');
    for (const replace of [newId(Date.now()), foreign])
      expect(await license.activate('new', { replace })).toMatchObject({
        status: 404,
        body: { code: 'activation_not_found' },
      });
    expect(await codeOf(other, 'theirs')).toBe('valid');
    expect(await codeOf(license, 'old')).toBe('valid');
    expect(typesOf(await history(license))).toEqual(['license.activated']);
  });

  test('of a seat that is free already takes a seat if there is one', async () => {
    const license = await open(2);
    const replace = await license.seatOf('old');
    await deactivate(service, license.site('old'));
    expect((await license.activate('new', { replace })).status).toBe(201);
    await license.seatOf('third');
    expect(await license.activate('fourth', { replace })).toMatchObject({ body: { code: 'seat_limit_reached' } });
  });

  test('of a site for itself, freed before, is a plain activation', async () => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    await deactivate(service, license.site('old'));
    expect(await license.activate('old', { replace })).toMatchObject({ status: 201, body: { activation_id: replace } });
  });

  test.each(['suspend', 'cancel'] as const)('is refused after %s, and frees nothing', async (action) => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    await backOffice[action](license.id);
    const refused = await license.activate('new', { replace });
    expect(refused).toMatchObject({ status: 422, body: { code: expect.stringMatching(/^license_/) } });
    expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
  });

  test.each(['', 'IDLE TIME', '1234', 'https://old.example.com'])('with replace %j is 400', async (replace) => {
    const license = await open(1);
    expect(await license.activate('new', { replace })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/replace' }] },
    });
  });

  test('counts as one seat move, and is refused with nothing freed once moves are used up', async () => {
    const license = await open(1, { seat_moves_per_30_days: 1 });
    const first = await license.seatOf('first');
    const second = String((await license.activate('second', { replace: first })).body['activation_id']);
    expect(await license.activate('third', { replace: second })).toMatchObject({
      status: 422,
      body: { code: 'seat_moves_exhausted', seat_moves_per_30_days: 1 },
    });
    expect(await codeOf(license, 'second')).toBe('valid');
    expect((await storedLicense(service, license.id)).license).toMatchObject({ seats_used: 1, vacated: 0 });
    // A site that returns is no move.
    expect((await license.activate('first', { replace: second })).status).toBe(201);
  });

  test('sent twice with one idempotency key swaps once', async () => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    const send = () => license.activate('new', { replace }, { headers: { 'idempotency-key': `swap-${license.id}` } });
    const first = await send();
    const again = await send();
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(typesOf(await history(license))).toEqual(['license.activated', 'seat.deactivated', 'license.activated']);
  });

  test('takes three requests to the table', async () => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    moveClock(MINUTE_MS);
    proxy.asked.length = 0;
    await license.activate('new', { replace });
    expect(ownRequests(proxy).sort()).toEqual(['BatchGetItem', 'Query', 'TransactWriteItems']);
  });
});

describe('a swap of an idle seat', () => {
  test('takes the seat that was unseen for the longest time, once it is unseen for long enough', async () => {
    const license = await open(2);
    await license.seatOf('older');
    moveClock(DAY_MS);
    await license.seatOf('newer');
    moveClock(29 * DAY_MS - 1000);
    expect(await license.activate('new', { replace: 'idle' })).toMatchObject({
      status: 422,
      body: { code: 'seat_limit_reached', seats: [{}, {}] },
    });
    moveClock(MINUTE_MS);
    expect((await license.activate('new', { replace: 'idle' })).status).toBe(201);
    expect([await codeOf(license, 'older'), await codeOf(license, 'newer')]).toEqual(['not_activated', 'valid']);
  });

  test('frees no seat while another one is free', async () => {
    const license = await open(2, { swap_after_days: 0 });
    await license.seatOf('old');
    expect((await license.activate('new', { replace: 'idle' })).body).toMatchObject({ seats_used: 2 });
  });

  test('follows the policy: at once with 0 days, never with null', async () => {
    const atOnce = await open(1, { swap_after_days: 0 });
    await atOnce.seatOf('old');
    expect((await atOnce.activate('new', { replace: 'idle' })).status).toBe(201);
    const never = await open(1, { swap_after_days: null });
    await never.seatOf('old');
    moveClock(400 * DAY_MS);
    expect(await never.activate('new', { replace: 'idle' })).toMatchObject({ body: { code: 'seat_limit_reached' } });
  });

  test('keeps a site that checks after the list was read', async () => {
    const license = await open(1);
    await license.seatOf('quiet');
    moveClock(31 * DAY_MS);
    // The container now remembers the site as idle.
    expect(seatsIn(await license.list())).toHaveLength(1);
    expect(await codeOf(license, 'quiet')).toBe('valid');
    expect(await license.activate('new', { replace: 'idle' })).toMatchObject({
      status: 422,
      body: { code: 'seat_limit_reached' },
    });
    expect(await codeOf(license, 'quiet')).toBe('valid');
  });

  test('takes three requests to the table, as its refusal does', async () => {
    const license = await open(1);
    await license.seatOf('old');
    moveClock(MINUTE_MS);
    proxy.asked.length = 0;
    await license.activate('new', { replace: 'idle' });
    expect(ownRequests(proxy).sort()).toEqual(['BatchGetItem', 'Query', 'TransactWriteItems']);
    moveClock(MINUTE_MS);
    proxy.asked.length = 0;
    await license.activate('other', { replace: 'idle' });
    expect(ownRequests(proxy).sort()).toEqual(['BatchGetItem', 'Query', 'UpdateItem']);
    moveClock(31 * DAY_MS);
    proxy.asked.length = 0;
    expect((await license.activate('new', { replace: 'idle' })).status).toBe(201);
    expect(ownRequests(proxy).sort()).toEqual(['BatchGetItem', 'Query', 'TransactWriteItems']);
  });
});

describe('swaps at the same time', () => {
  test('of one seat by two sites: one gets it, the other hears that no seat is free', async () => {
    for (const round of upTo(5)) {
      const license = await open(1);
      const replace = await license.seatOf('old');
      const outcomes = await Promise.all(
        [`a${round}`, `b${round}`].map((name) => untilAnswered(() => license.activate(name, { replace }))),
      );
      expect(outcomes.map(({ reply }) => reply.status).sort()).toEqual([201, 422]);
      expect(outcomes.find(({ reply }) => reply.status === 422)?.reply.body['code']).toBe('seat_limit_reached');
      expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
    }
  });

  test('of the idle seats by many sites take each seat once', async () => {
    const license = await open(3, { swap_after_days: 30 });
    for (const n of upTo(3)) await license.seatOf(`old-${n}`);
    moveClock(40 * DAY_MS);
    const outcomes = await Promise.all(
      upTo(8).map((n) => untilAnswered(() => license.activate(`new-${n}`, { replace: 'idle' }))),
    );
    const seated = outcomes.filter(({ reply }) => reply.status < 300);
    expect(seated).toHaveLength(3);
    expect(await license.counted()).toMatchObject({ seats_used: 3, items: 3 });
    const { license: stored, journal } = await storedLicense(service, license.id);
    expect(journal.map(({ seq }) => seq)).toEqual(upTo(stored.seq));
  });

  test('leave no moment in which another site can slip in', async () => {
    const license = await open(1);
    const replace = await license.seatOf('old');
    let isOver = false;
    const slip = async (): Promise<number[]> => {
      const statuses = [];
      while (!isOver) statuses.push((await untilAnswered(() => license.activate('slips-in'))).reply.status);
      return statuses;
    };
    const slipping = slip();
    let current = replace;
    for (const n of upTo(10)) {
      const { reply } = await untilAnswered(() => license.activate(`new-${n}`, { replace: current }));
      expect(reply.status).toBeLessThan(300);
      current = String(reply.body['activation_id']);
    }
    isOver = true;
    expect(new Set(await slipping)).toEqual(new Set([422]));
  });
});
