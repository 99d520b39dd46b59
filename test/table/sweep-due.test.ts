import { expect, test } from '@jest/globals';
import type { License } from '../../lib/domain/license.ts';
import type { JournalEntry } from '../../lib/table/journal.ts';
import { readMark } from '../../lib/table/due.ts';
import { openStock, type Stock } from '../support/service/due-licenses.ts';

const BOUGHT = '2026-01-01T12:00:00Z';
const EXPIRY = '2027-01-01T12:00:00Z';
/** Bought, and already visited for the last time before its expiry. */
const nearlyDue = (expires_at = EXPIRY): Partial<License> => ({
  expires_at,
  due_at: expires_at,
  announced: { expires_at, since: BOUGHT, leads: [30, 7, 1], expired: false },
});
/** Bought, and not yet announced; the first visit is 30 days before. */
const toAnnounce: Partial<License> = {
  expires_at: EXPIRY,
  due_at: '2026-12-02T12:00:00Z',
  announced: { expires_at: EXPIRY, since: BOUGHT, leads: [], expired: false },
};
const types = (entries: readonly JournalEntry[]) => entries.map(({ type }) => type);
const manyDue = (stock: Stock, count: number, brand = 'WPR') =>
  Promise.all(Array.from({ length: count }, () => stock.add(brand, BOUGHT, nearlyDue())));

test('a license is told expired once, in the very second of its expiry, whatever its brand', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  const licenses = [await stock.add('WPR', BOUGHT, nearlyDue()), await stock.add('WP', BOUGHT, nearlyDue())];
  expect(await stock.sweep('2027-01-01T11:59:59Z')).toEqual({
    visited: 0,
    expired: 0,
    announced: 0,
    left: 0,
    finished: true,
  });
  expect(await stock.sweep(EXPIRY)).toEqual({ visited: 2, expired: 2, announced: 0, left: 0, finished: true });
  expect(await stock.sweep('2027-01-01T12:01:00Z')).toMatchObject({ visited: 0, finished: true });
  const entries = await stock.journal();
  expect(entries.map(({ brand, seq, entity }) => [brand, seq, entity.id]).sort()).toEqual([
    ['WP', 2, licenses[1]?.id],
    ['WPR', 2, licenses[0]?.id],
  ]);
  for (const entry of entries) {
    expect(entry).toMatchObject({
      type: 'license.expired',
      occurred_at: EXPIRY,
      actor: { type: 'system', id: 'sweep-due' },
      before: null,
      after: { expires_at: EXPIRY },
    });
  }
});

test('a license is announced at its brand’s own leads, elsewhere 30, 7 and 1 days before it expires', async () => {
  const stock = await openStock({ swept: '2026-12-02' });
  await stock.addBrand('OWN', { expiring_lead_days: [14, 20] });
  await stock.addBrand('MUTE', { expiring_lead_days: [] });
  for (const brand of ['OWN', 'MUTE', 'WPR']) await stock.add(brand, BOUGHT, toAnnounce);
  for (const day of ['2026-12-02', '2026-12-12', '2026-12-18', '2026-12-25', '2026-12-31', '2027-01-01']) {
    await stock.sweep(`${day}T12:00:00Z`);
    await stock.sweep(`${day}T12:01:00Z`);
  }
  const announced = (await stock.journal()).map(({ brand, type, after, occurred_at }) => [
    brand,
    occurred_at,
    after?.['lead_days'] ?? type,
  ]);
  expect(announced.sort()).toEqual([
    ['MUTE', EXPIRY, 'license.expired'],
    ['OWN', '2026-12-12T12:00:00Z', 20],
    ['OWN', '2026-12-18T12:00:00Z', 14],
    ['OWN', EXPIRY, 'license.expired'],
    ['WPR', '2026-12-02T12:00:00Z', 30],
    ['WPR', '2026-12-25T12:00:00Z', 7],
    ['WPR', '2026-12-31T12:00:00Z', 1],
    ['WPR', EXPIRY, 'license.expired'],
  ]);
});

test('of the leads missed while no sweep ran only the nearest is announced', async () => {
  const stock = await openStock({ swept: '2026-12-02' });
  await stock.add('WPR', BOUGHT, toAnnounce);
  expect(await stock.sweep('2026-12-28T00:00:00Z')).toMatchObject({ visited: 1, announced: 1 });
  expect(await stock.sweep('2026-12-28T00:01:00Z')).toMatchObject({ visited: 0 });
  expect((await stock.journal()).map(({ after }) => after)).toEqual([{ expires_at: EXPIRY, lead_days: 7 }]);
});

test('announces two expiries of a license that is renewed in between', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  const license = await stock.add('WPR', BOUGHT, nearlyDue());
  await stock.sweep('2027-01-01T12:01:00Z');
  await stock.change('WPR', license, '2027-01-02T00:00:00Z', { expires_at: '2027-01-03T00:00:00Z' });
  await stock.sweep('2027-01-02T00:01:00Z');
  await stock.sweep('2027-01-03T00:00:00Z');
  const entries = await stock.journal();
  expect(types(entries)).toEqual(['license.expired', 'license.expired']);
  expect(entries.map(({ after, seq }) => [after?.['expires_at'], seq])).toEqual([
    [EXPIRY, 2],
    ['2027-01-03T00:00:00Z', 4],
  ]);
});

test('a suspended or cancelled license is not told expired, and a resumed one is once it is back', async () => {
  const stock = await openStock({ swept: '2026-12-31' });
  const license = await stock.add('WPR', BOUGHT, nearlyDue());
  const gone = await stock.add('WPR', BOUGHT, nearlyDue());
  await stock.change('WPR', license, '2026-12-31T00:00:00Z', { status: 'suspended' });
  await stock.change('WPR', gone, '2026-12-31T00:00:00Z', { status: 'cancelled' });
  expect(await stock.sweep('2027-01-05T00:00:00Z')).toMatchObject({ visited: 0, finished: true });
  await stock.change('WPR', license, '2027-01-09T10:00:00Z', { status: 'valid' });
  expect(await stock.sweep('2027-01-09T10:00:00Z')).toMatchObject({ expired: 1 });
  expect((await stock.journal()).map(({ entity, occurred_at }) => [entity.id, occurred_at])).toEqual([
    [license.id, '2027-01-09T10:00:00Z'],
  ]);
});

test('what an index that trails still names is read again and passed over', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  const renewed = await stock.add('WPR', BOUGHT, { expires_at: '2028-01-01T12:00:00Z' });
  const announced = await stock.add('WPR', BOUGHT, nearlyDue());
  await stock.sweep(EXPIRY);
  await stock.staleIndex('WPR', renewed, EXPIRY);
  await stock.staleIndex('WPR', announced, EXPIRY);
  const before = await stock.items();
  expect(await stock.sweep('2027-01-01T12:01:00Z')).toEqual({
    visited: 0,
    expired: 0,
    announced: 0,
    left: 0,
    finished: true,
  });
  expect(await stock.items()).toEqual(before);
});

test('each of many is told once when two sweeps run at once', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  await manyDue(stock, 160);
  const twins = await Promise.all([stock.sweep(EXPIRY), stock.sweep('2027-01-01T12:00:30Z')]);
  expect(twins.reduce((sum, { expired }) => sum + expired, 0)).toBe(160);
  const entries = await stock.journal();
  expect(entries).toHaveLength(160);
  expect(new Set(entries.map(({ entity }) => entity.id)).size).toBe(160);
  expect(twins.every(({ finished, left }) => finished && left === 0)).toBe(true);
});

test('a sweep with a late clock misses nothing that one ahead has passed, even over midnight', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  // Ahead: it is past midnight there, so the first of January is over.
  await stock.sweep('2027-01-02T00:01:00Z');
  // A writer whose clock is behind puts a resumed license, long due, into the day that is over.
  await stock.add('WPR', '2027-01-01T23:59:10Z', { expires_at: '2027-01-01T23:59:20Z' });
  expect(await stock.sweep('2027-01-01T23:59:15Z')).toMatchObject({ visited: 1, expired: 0 });
  expect(await stock.sweep('2027-01-02T00:01:30Z')).toMatchObject({ expired: 1 });
  expect(await stock.sweep('2027-01-01T23:59:40Z')).toMatchObject({ visited: 0 });
});

test('days on which no sweep ran are made up for, oldest first, and then left alone', async () => {
  const stock = await openStock();
  await stock.listBrand('2026-12-20T00:00:00Z');
  const days = ['2026-12-20', '2026-12-24', '2026-12-31'];
  for (const day of days) await stock.add('WPR', BOUGHT, nearlyDue(`${day}T23:59:59Z`));
  expect(await readMark(stock.table)).toBeUndefined();
  expect(await stock.sweep(EXPIRY)).toMatchObject({ expired: 3, finished: true });
  expect(await readMark(stock.table)).toBe('2027-01-01');
  expect((await stock.journal()).map(({ after }) => after?.['expires_at']).sort()).toEqual(
    days.map((day) => `${day}T23:59:59Z`),
  );
});

test('the first sweep of all begins with the oldest brand, however far the clock was moved meanwhile', async () => {
  const stock = await openStock();
  await stock.listBrand('2026-12-20T10:00:00Z');
  await stock.listBrand('2026-12-28T10:00:00Z');
  await stock.add('WPR', '2026-12-20T10:00:05Z', { expires_at: '2026-12-21T00:00:00Z' });
  expect(await stock.sweep(EXPIRY)).toMatchObject({ expired: 1, finished: true });
});

test('before there is a brand a sweep has nothing to do', async () => {
  const stock = await openStock();
  expect(await stock.sweep(EXPIRY)).toEqual({ visited: 0, expired: 0, announced: 0, left: 0, finished: true });
});
