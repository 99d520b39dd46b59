import { describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { barChart, heatMap } from '../../lib/console/chart.ts';
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
