import { expect, test } from '@jest/globals';
import { inMs } from '../support/run/clock.ts';
import { atOnce, typesOf } from '../support/service/back-office.ts';
import { activate, untilAnswered, verdict } from '../support/service/purchases.ts';
import { seatsTaken, storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

/** Expects a history without gaps and in order of time, where each `before` matches the entries so far. */
async function expectOneStory(id: string): Promise<string[]> {
  const history = await backOffice.history(id);
  expect(history.map(({ seq }) => seq)).toEqual(upTo(history.length));
  const state: Record<string, unknown> = {};
  let time = '';
  for (const { before, after, occurred_at } of history) {
    expect(occurred_at >= time).toBe(true);
    time = occurred_at;
    for (const [field, value] of Object.entries(before ?? {}))
      if (field !== 'activation') expect([field, state[field]]).toEqual([field, value]);
    Object.assign(state, after);
  }
  return typesOf(history);
}

test('a parallel renewal and suspension both take effect, in each of twenty races', async () => {
  const until = inMs(700 * DAY_MS);
  for (const _ of upTo(20)) {
    const { id } = await backOffice.buy({ expiration_date: inMs(DAY_MS) });
    const replies = await Promise.all([backOffice.renew(id, { expiration_date: until }), backOffice.suspend(id)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect((await backOffice.get(id)).body).toMatchObject({ status: 'suspended', expires_at: until });
    expect((await expectOneStory(id)).sort()).toEqual(['license.provisioned', 'license.renewed', 'license.suspended']);
  }
});

test('parallel extensions all take effect', async () => {
  const { id } = await backOffice.buy({ expiration_date: '2030-01-31' });
  const replies = await atOnce(4, () => untilAnswered(() => backOffice.renew(id, { extend_by: 'P1Y' })));
  expect(replies.map(({ reply }) => reply.status)).toEqual([200, 200, 200, 200]);
  expect((await backOffice.get(id)).body['expires_at']).toBe('2034-01-31T23:59:59Z');
  await expectOneStory(id);
});

test('a cancellation that races a renewal succeeds, and the renewal precedes it or is refused', async () => {
  for (const _ of upTo(10)) {
    const { id } = await backOffice.buy({ expiration_date: inMs(DAY_MS) });
    const [cancelled, renewed] = await Promise.all([backOffice.cancel(id), backOffice.renew(id, { extend_by: 'P1Y' })]);
    expect(cancelled.status).toBe(200);
    if (renewed.status !== 200)
      expect(renewed).toMatchObject({ status: 409, body: { code: 'illegal_transition', from: 'cancelled' } });
    const types = await expectOneStory(id);
    expect(types.at(-1)).toBe('license.cancelled');
    expect(types.includes('license.renewed')).toBe(renewed.status === 200);
  }
});

test('no site is activated after a suspension has been answered', async () => {
  for (const _ of upTo(10)) {
    const { id, site } = await backOffice.buy({ max_seats: 5 });
    const [suspended, ...sites] = await Promise.all([
      backOffice.suspend(id),
      ...upTo(3).map((n) => activate(service, site(`s${n}`))),
    ]);
    expect(suspended.status).toBe(200);
    for (const reply of sites)
      if (reply.status !== 201) expect(reply).toMatchObject({ status: 422, body: { code: 'license_suspended' } });
    const types = await expectOneStory(id);
    expect(types.at(-1)).toBe('license.suspended');
    const active = sites.filter(({ status }) => status === 201).length;
    expect(types.filter((type) => type === 'license.activated')).toHaveLength(active);
    expect((await backOffice.get(id)).body).toMatchObject({ status: 'suspended', seats_used: active });
    expect((await verdict(service, site('s1'))).code).toBe('suspended');
  }
});

test('eight parallel cancellations cancel once', async () => {
  const { id } = await backOffice.buy();
  const replies = await atOnce(8, () => backOffice.cancel(id));
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(await expectOneStory(id)).toEqual(['license.provisioned', 'license.cancelled']);
});

test('six parallel renewals under one idempotency key renew once, with one answer', async () => {
  const { id } = await backOffice.buy({ expiration_date: '2030-01-31' });
  const replies = await atOnce(6, () =>
    untilAnswered(() => backOffice.renew(id, { extend_by: 'P1Y' }, { 'idempotency-key': 'one-renewal' })),
  );
  expect(new Set(replies.map(({ reply }) => reply.text)).size).toBe(1);
  expect(replies.filter(({ reply }) => reply.headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  expect((await backOffice.get(id)).body['expires_at']).toBe('2031-01-31T23:59:59Z');
  expect(await expectOneStory(id)).toHaveLength(2);
});

test('exactly one of eight parallel changes with the same If-Match succeeds', async () => {
  const { id } = await backOffice.buy();
  const { etag } = (await backOffice.get(id)).headers;
  const replies = await atOnce(8, (n) => backOffice.change(id, { max_seats: n + 10 }, { 'if-match': etag ?? '' }));
  const statuses = replies.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array<number>(7).fill(412)]);
  const won = replies.find(({ status }) => status === 200);
  expect((await backOffice.get(id)).body['seat_limit']).toBe(won?.body['seat_limit']);
  for (const reply of replies)
    if (reply.status === 412) expect(reply.body).toMatchObject({ code: 'stale_version', etag: won?.headers['etag'] });
  expect(await expectOneStory(id)).toHaveLength(2);
});

test('parallel changes, activations and lifecycle actions keep one history and an exact seat counter', async () => {
  const { id, site } = await backOffice.buy({ max_seats: 100, expiration_date: '2030-01-31' });
  const sends = [
    ...upTo(6).map((n) => () => activate(service, site(`a${n}`))),
    () => backOffice.change(id, { max_seats: 50 }),
    () => backOffice.change(id, { metadata: { plan: 'plus' } }),
    () => backOffice.renew(id, { extend_by: 'P1Y' }),
    () => backOffice.suspend(id),
    () => backOffice.resume(id),
  ];
  await Promise.all(sends.map((send) => untilAnswered(send)));
  await expectOneStory(id);
  const { license, activations } = await storedLicense(service, id);
  expect(license.seats_used).toBe(seatsTaken(activations));
  expect(license).toMatchObject({ seat_limit: 50, metadata: { plan: 'plus' }, expires_at: '2031-01-31T23:59:59Z' });
});
