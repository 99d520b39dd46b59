import { describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { barChart, heatMap, reasonsChart } from '../../lib/console/chart.ts';
import { factsList } from '../../lib/console/facts.ts';
import { dropCookie, readCookie, writeCookie } from '../../lib/console/cookies.ts';

const POINTS = [
  { at: '2026-11-01', value: 4 },
  { at: '2026-11-02', value: null },
  { at: '2026-11-03', value: 0 },
];
const CALL = html`<p>a call</p>`;
const bars = (html: string): number => html.split('class="bar"').length - 1;

describe('a picture of numbers', () => {
  test('has a bar for each number, and none for zero and for a day that is not known', async () => {
    const html = String(await barChart('Sales', 'sales', POINTS, { figure: 4, call: CALL }));
    expect(bars(html)).toBe(1);
    expect(html).toContain('aria-label="Sales, 2026-11-01 to 2026-11-03, at most 4"');
  });

  test('is empty without days', async () => {
    const html = String(await barChart('Sales', 'sales', [], { figure: 0, call: CALL }));
    expect([bars(html), html.includes('undefined')]).toEqual([0, false]);
  });

  test('shows each day as a square, darker for more, and their sum', async () => {
    const html = String(await heatMap('Expiries', 'expiries', POINTS, CALL));
    expect([...html.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, opacity]) => opacity)).toEqual([
      '1.00',
      '0.08',
      '0.08',
    ]);
    expect(html).toContain('Expiries: 4, on one day at most 4');
  });

  test.each([
    [
      'names the most frequent reason, and leaves out those that nobody met',
      [1, 3, 0],
      'Refusals: 4, most often seats taken',
      ['seats_taken', 'expired'],
    ],
    ['shows one call where nobody was refused', [0, 0, 0], 'Refusals: 0', ['expired']],
  ])('of reasons %s', async (_, [expired = 0, taken = 0, suspended = 0], label, calls) => {
    const reasons = [
      { reason: 'expired', count: expired },
      { reason: 'seats_taken', count: taken },
      { reason: 'suspended', count: suspended },
    ];
    const made = String(await reasonsChart('Refusals', 'refusals', reasons, (reason) => html`<p>call ${reason}</p>`));
    expect(made).toContain(`aria-label="${label}"`);
    expect([...made.matchAll(/call (\w+)/g)].map(([, reason]) => reason)).toEqual(calls);
  });
});

test.each([
  [true, '__Host-console', /; Secure/],
  [false, 'console', /^(?!.*Secure)/],
])('the cookie of a session on a secure page (%s) has the name %s', async (isSecure, name, flag) => {
  const app = new Hono();
  app.get('/read', (c) => c.text(readCookie(c, 'session', isSecure) ?? 'none'));
  app.get('/write', (c) => {
    writeCookie(c, 'session', 'a', isSecure);
    return c.text('');
  });
  app.get('/drop', (c) => {
    dropCookie(c, 'session', isSecure);
    return c.text('');
  });
  const other = isSecure ? 'console' : '__Host-console';
  const read = await app.request('/read', { headers: { cookie: `${other}=b; ${name}=a` } });
  expect(await read.text()).toBe('a');
  for (const path of ['/write', '/drop']) {
    const cookie = (await app.request(path)).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(new RegExp(`^${name}=`));
    expect(cookie).toMatch(flag);
  }
});

test('a fact that is an address of the service leads there, and no address that somebody typed', async () => {
  const facts = {
    download: { url: 'https://a.example/file' },
    url: 'https://b.example',
    settings: { renewal_url: 'x' },
  };
  const made = String(await factsList(facts));
  expect([...made.matchAll(/href="([^"]+)"/g)].map(([, address]) => address)).toEqual(['https://a.example/file']);
});
