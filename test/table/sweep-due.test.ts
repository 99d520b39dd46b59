import { expect, test } from '@jest/globals';
import type { License } from '../../lib/domain/license.ts';
import type { JournalEntry } from '../../lib/table/journal.ts';
import { readMark } from '../../lib/table/due.ts';
import { openStock, type Stock, BOUGHT, EXPIRY, nearlyDue } from '../support/service/due-licenses.ts';

/** A license without announcements, whose next visit is 30 days before its expiry. */
const toAnnounce: Partial<License> = {
  expires_at: EXPIRY,
  due_at: '2026-12-02T12:00:00Z',
  announced: { expires_at: EXPIRY, since: BOUGHT, leads: [], expired: false },
};
const types = (entries: readonly JournalEntry[]) => entries.map(({ type }) => type);
const manyDue = (stock: Stock, count: number, brand = 'WPR') =>
  Promise.all(Array.from({ length: count }, () => stock.add(brand, BOUGHT, nearlyDue())));

test('a sweep announces an expired license of any brand once, in the second of its expiry', async () => {
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

test('a sweep announces an expiry at the brand’s own lead times, or 30, 7 and 1 days before by default', async () => {
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

test('a sweep announces only the nearest of the lead times missed while no sweep ran', async () => {
  const stock = await openStock({ swept: '2026-12-02' });
  await stock.add('WPR', BOUGHT, toAnnounce);
  expect(await stock.sweep('2026-12-28T00:00:00Z')).toMatchObject({ visited: 1, announced: 1 });
  expect(await stock.sweep('2026-12-28T00:01:00Z')).toMatchObject({ visited: 0 });
  expect((await stock.journal()).map(({ after }) => after)).toEqual([{ expires_at: EXPIRY, lead_days: 7 }]);
});

test('a sweep announces both expiries of a license that is renewed in between', async () => {
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

test('a sweep skips the expiry of a suspended or cancelled license and announces it after a resumption', async () => {
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

test('a sweep skips licenses that only a stale index lists as due', async () => {
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

test('two concurrent sweeps announce each of 160 licenses once', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  await manyDue(stock, 160);
  const twins = await Promise.all([stock.sweep(EXPIRY), stock.sweep('2027-01-01T12:00:30Z')]);
  expect(twins.reduce((sum, { expired }) => sum + expired, 0)).toBe(160);
  const entries = await stock.journal();
  expect(entries).toHaveLength(160);
  expect(new Set(entries.map(({ entity }) => entity.id)).size).toBe(160);
  expect(twins.every(({ finished, left }) => finished && left === 0)).toBe(true);
});

test('a sweep with a slow clock misses nothing after one with a fast clock, even across midnight', async () => {
  const stock = await openStock({ swept: '2027-01-01' });
  // Ahead: it is past midnight there, so the first of January is over.
  await stock.sweep('2027-01-02T00:01:00Z');
  // A writer whose clock is behind puts a resumed license, long due, into the day that is over.
  await stock.add('WPR', '2027-01-01T23:59:10Z', { expires_at: '2027-01-01T23:59:20Z' });
  expect(await stock.sweep('2027-01-01T23:59:15Z')).toMatchObject({ visited: 1, expired: 0 });
  expect(await stock.sweep('2027-01-02T00:01:30Z')).toMatchObject({ expired: 1 });
  expect(await stock.sweep('2027-01-01T23:59:40Z')).toMatchObject({ visited: 0 });
});

test('a sweep catches up on all days without a sweep, oldest first, and the next one changes nothing', async () => {
  const stock = await openStock();
  await stock.listBrand('2026-12-20T00:00:00Z');
  const days = ['2026-12-20', '2026-12-24', '2026-12-31'];
  for (const day of days.toReversed()) await stock.add('WPR', BOUGHT, nearlyDue(`${day}T23:59:59Z`));
  expect(await readMark(stock.table)).toBeUndefined();
  const expiries: unknown[] = [];
  const table: typeof stock.table = (...owners) => {
    const from = stock.table(...owners);
    const wire: typeof from.wire = (operation, input, signal) => {
      if ('TransactItems' in input)
        expiries.push(...(input.TransactItems ?? []).map(({ Put }) => Put?.Item?.['after']?.M?.['expires_at']?.S));
      return from.wire(operation, input, signal);
    };
    return { ...from, wire };
  };
  expect(await stock.sweep(EXPIRY, { table })).toMatchObject({ expired: 3, finished: true });
  expect(expiries.filter((expiry) => expiry !== undefined)).toEqual(days.map((day) => `${day}T23:59:59Z`));
  expect(await stock.journal()).toHaveLength(3);
  expect(await readMark(stock.table)).toBe('2027-01-01');
  const before = await stock.items();
  expect(await stock.sweep('2027-01-01T12:01:00Z')).toMatchObject({ visited: 0, expired: 0, finished: true });
  expect(await stock.items()).toEqual(before);
});

test('the first sweep starts at the day of the oldest brand, however far the clock was moved', async () => {
  const stock = await openStock();
  await stock.listBrand('2026-12-20T10:00:00Z');
  await stock.listBrand('2026-12-28T10:00:00Z');
  await stock.add('WPR', '2026-12-20T10:00:05Z', { expires_at: '2026-12-21T00:00:00Z' });
  expect(await stock.sweep(EXPIRY)).toMatchObject({ expired: 1, finished: true });
});

test('a sweep without any brand does nothing', async () => {
  const stock = await openStock();
  expect(await stock.sweep(EXPIRY)).toEqual({ visited: 0, expired: 0, announced: 0, left: 0, finished: true });
});
