import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readCounted } from '../../bench/cost/counted.ts';
import { routes } from '../../lib/api/routes.ts';
import {
  billedMs,
  billFor,
  dollars,
  EVENT_PARTS,
  find,
  meetLimits,
  priceOf,
  SITE_MONTH,
  sumOf,
} from '../../bench/cost/model.ts';
import { renderCostPage } from '../../bench/cost/page.ts';

const counted = readCounted();
const all = counted.operations;

describe('the page of costs', () => {
  test('is made from the counts: npm run docs:cost -- --page', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(renderCostPage(counted));
  });

  test('has a count for each operation that sites cause', () => {
    for (const name of Object.keys(SITE_MONTH)) expect(find(all, name).readUnits).toBeGreaterThan(0);
  });

  test('has a price for every route of the API: npm run docs:cost', () => {
    expect(counted.routes.map(({ name }) => name)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
    for (const route of counted.routes) expect(sumOf(priceOf(route, all))).toBeGreaterThan(0);
  });

  test('has what becomes of an event in the price of the call that makes it', () => {
    const sale = find(all, 'provision, 1 product');
    const apart = Object.values(EVENT_PARTS).map((name) => sumOf(priceOf(find(all, name), all)));
    expect(sale.events).toBe(2);
    expect(priceOf(sale, all).events).toBeGreaterThan(2 * apart.reduce((sum, part) => sum + part, 0));
  });
});

describe('the price of a call', () => {
  const nothing = { name: 'x', readUnits: 0, writeUnits: 0, events: 0, logBytes: 0, answerBytes: 0, cpuMs: 0 };
  const trips = { read: 0, write: 0, transaction: 0 };

  test('adds up list prices by hand: units, gateway, Lambda, log and traffic', () => {
    const call = {
      ...nothing,
      trips: { ...trips, read: 1 },
      readUnits: 3,
      writeUnits: 2,
      logBytes: 670,
      answerBytes: 500,
    };
    const { gateway, lambda, table, logs, traffic, events } = priceOf(call, []);
    expect(dollars(gateway)).toBeCloseTo(1);
    expect(billedMs(call)).toBe(5);
    expect(dollars(lambda)).toBeCloseTo(0.2 + 5 * 0.00667, 3);
    expect(dollars(table)).toBeCloseTo(3 * 0.125 + 2 * 0.625);
    expect(dollars(logs)).toBeCloseTo(0.5);
    expect(dollars(traffic)).toBeCloseTo(0.09);
    expect(events).toBe(0);
    expect(sumOf(priceOf(call, []))).toBeCloseTo(gateway + lambda + table + logs + traffic);
  });

  test('bills CPU time at the share of a CPU that the memory gives, in whole milliseconds', () => {
    expect(billedMs({ cpuMs: 1, trips })).toBe(4);
    expect(billedMs({ cpuMs: 1, trips: { ...trips, transaction: 1 } })).toBe(29);
  });
});

test('a bill grows with the sites, and a limit is met at the sites that need all of it', () => {
  expect(billFor(2e6, all).total).toBeCloseTo(2 * billFor(1e6, all).total);
  const met = meetLimits(all);
  expect(met.map(({ sites }) => sites)).toEqual([...met.map(({ sites }) => sites)].sort((a, b) => a - b));
  for (const { most, needs, sites } of met) expect((needs * sites) / 1e6).toBeCloseTo(most);
});
