import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../lib/domain/time.ts';
import { moveClock } from '../support/clock.ts';
import { consoleEnvironment, openBrowser, type Browser, type Page } from '../support/console/browser.ts';
import { startStandInProvider, type StandInProvider } from '../support/console/stand-in-provider.ts';
import type { Bought } from '../support/service/back-office.ts';
import { activate, verdict } from '../support/service/purchases.ts';
import { useBackOffice, useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { allowanceOf, needed, refused, statementsOf } from '../support/run/policy.ts';
import { storedLicense, wholeTable } from '../support/table/whole-table.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const other = useBrand(service);
const backOffice = useBackOffice(service, brand);
let provider: StandInProvider;
let support: Browser;
let admin: Browser;

beforeAll(async () => {
  provider = await startStandInProvider();
  Object.assign(process.env, consoleEnvironment(provider.issuer));
});
afterAll(() => provider.stop());
/** The clock moves in some tests, and sessions with it. */
beforeEach(async () => {
  support = openBrowser(provider);
  admin = openBrowser(provider);
  await support.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${brand.slug}`] });
  await admin.signIn({ sub: 'bea', name: 'Bea', groups: [`admins-${brand.slug}`] });
});

const reason = 'ticket 7';
const take = async (bought: Bought, name: string): Promise<string> =>
  String((await activate(service, bought.site(name))).body['activation_id']);
const find = async (browser: Browser, q: string): Promise<Page> => {
  const found = await browser.post('/console/find', { q });
  return found.location === undefined ? found : browser.get(found.location);
};
const act = (browser: Browser, address: string, fields: Record<string, string> = {}): Promise<Page> =>
  browser.post(`/console/${address}`, { reason, ...fields });
const lastEntry = async ({ id }: Bought) => (await storedLicense(service, id)).journal.at(-1);
const textIn = ({ html }: Page): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');

describe('the ten commonest tickets', () => {
  test('1: a site is refused because every seat is taken: the idle seat is named, freed, and given back by undo', async () => {
    const bought = await backOffice.buy({ max_seats: 1, expiration_date: '2199-12-31' });
    const id = await take(bought, 'old');
    moveClock(140 * DAY_MS);
    await support.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${brand.slug}`] });
    await activate(service, bought.site('new'));
    const page = await support.get(`/console/licenses/${bought.id}?instance=new.example.com`);
    expect(textIn(page)).toContain('new.example.com may not run: it is not active, and all 1 seat are taken.');
    expect(textIn(page)).toContain('Free https://old.example.com, unseen for 140 days.');
    expect(textIn(page)).toContain('https://new.example.com: 1 call refused because every seat was taken');
    const freed = await act(support, `licenses/${bought.id}/free`, { activation_id: id });
    expect(freed.status).toBe(303);
    expect(await lastEntry(bought)).toMatchObject({
      type: 'seat.deactivated',
      actor: { type: 'person', id: 'sam' },
      reason,
    });
    expect((await support.get(freed.location ?? '')).html).toContain('Undo');
    expect((await act(support, `licenses/${bought.id}/restore`, { activation_id: id })).status).toBe(303);
    expect((await storedLicense(service, bought.id)).license.seats_used).toBe(1);
  });

  test('2: a license has expired: the renewal is offered with its new expiry, and made', async () => {
    const bought = await backOffice.buy({ policy: { duration: 'P1M' } });
    moveClock(40 * DAY_MS);
    await admin.signIn({ sub: 'bea', name: 'Bea', groups: [`admins-${brand.slug}`] });
    const page = await find(admin, bought.email);
    expect(textIn(page)).toContain('Renew by a month.');
    expect(textIn(page)).toMatch(/The license then expires on \d+ \w+ \d{4}, [\d:]+ UTC instead of/);
    const renewed = await act(admin, `licenses/${bought.id}/renew`, { extend_by: 'P1M' });
    expect(textIn(await admin.get(renewed.location ?? ''))).toContain('The license is renewed.');
    expect((await backOffice.get(bought.id)).body['status']).toBe('valid');
  });

  test('3: a license is in its grace period: the page says until when', async () => {
    const bought = await backOffice.buy({ policy: { duration: 'P1M', grace_days: 14 } });
    await take(bought, 'a');
    moveClock(34 * DAY_MS);
    await support.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${brand.slug}`] });
    const page = await support.get(`/console/licenses/${bought.id}?instance=a.example.com`);
    expect(textIn(page)).toMatch(
      /may run and update: its license expired \d days ago and is in grace until \d+ \w+ \d{4}\./,
    );
    expect(textIn(page)).toContain('Your role may not do this. Ask a brand admin: Renew by a month.');
  });

  test('4: a customer has lost the key: it is found by e-mail and shown once, and the look is journalled', async () => {
    const bought = await backOffice.buy();
    expect((await find(support, bought.email)).html).not.toContain(bought.key);
    const shown = await act(support, `license-keys/${bought.keyId}/reveal`);
    expect([shown.status, shown.html]).toEqual([200, expect.stringContaining(bought.key)]);
    expect((await support.get(`/console/license-keys/${bought.keyId}`)).html).not.toContain(bought.key);
    const entries = (await wholeTable(service)).filter(({ type }) => type === 'license_key.revealed');
    expect(entries).toEqual([expect.objectContaining({ actor: { type: 'person', id: 'sam' }, reason, seq: 2 })]);
  });

  test('5: a key has leaked: it is replaced, and the new one is shown once', async () => {
    const bought = await backOffice.buy();
    const fields = { overlap_hours: '0', once: '11111111-2222-4333-8444-555555555555' };
    const [first, second] = [
      await act(admin, `license-keys/${bought.keyId}/rotate`, fields),
      await act(admin, `license-keys/${bought.keyId}/rotate`, fields),
    ];
    const shown = /<code class="secret">([^<]+)</.exec(first.html)?.[1];
    expect(shown).toMatch(/^[A-Z0-9-]+$/);
    expect(shown).not.toBe(bought.key);
    expect(second.html).toContain(shown);
  });

  test('6: a site has moved: it is found in any spelling, and its old seat is freed', async () => {
    const bought = await backOffice.buy({ max_seats: 1 });
    const id = await take(bought, 'before');
    const page = await find(support, 'HTTPS://WWW.Before.example.com/');
    expect(textIn(page)).toContain('https://www.before.example.com/ may run and update');
    await act(support, `licenses/${bought.id}/free`, { activation_id: id });
    expect((await activate(service, bought.site('after'))).status).toBe(201);
  });

  test('7: an e-mail address was mistyped: it is changed, with the reason in the history', async () => {
    const bought = await backOffice.buy();
    const customer = String((await backOffice.get(bought.id)).body['customer_id']);
    expect((await act(admin, `customers/${customer}/email`, { email: 'right@example.com' })).status).toBe(303);
    expect((await find(admin, 'right@example.com')).html).toContain('right@example.com');
    const entry = (await wholeTable(service)).find(({ type }) => type === 'customer.updated');
    expect(entry).toMatchObject({ actor: { type: 'person', id: 'bea' }, reason });
  });

  test('8: a payment is disputed, then refunded: the license is suspended, resumed and cancelled', async () => {
    const bought = await backOffice.buy();
    await take(bought, 'a');
    const codes: string[] = [];
    for (const name of ['suspend', 'resume', 'cancel']) {
      expect((await act(admin, `licenses/${bought.id}/${name}`)).status).toBe(303);
      codes.push((await verdict(service, bought.site('a'))).code);
    }
    expect(codes).toEqual(['suspended', 'valid', 'cancelled']);
  });

  test('9: a site was sold: its license moves to the new customer and stays active', async () => {
    const bought = await backOffice.buy();
    await take(bought, 'a');
    const fields = { customer_email: 'buyer@example.com', keep_activations: 'yes' };
    expect((await act(admin, `licenses/${bought.id}/transfer`, fields)).status).toBe(303);
    expect((await backOffice.get(bought.id)).body).toMatchObject({
      license_key: { customer_email: 'buyer@example.com' },
      seats_used: 1,
    });
  });

  test('10: it worked yesterday: the slider shows the license of that time', async () => {
    const bought = await backOffice.buy({ max_seats: 2 });
    await take(bought, 'a');
    moveClock(DAY_MS);
    await backOffice.suspend(bought.id);
    moveClock(DAY_MS);
    await support.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${brand.slug}`] });
    const yesterday = new Date(Date.now() - 1.5 * DAY_MS).toISOString().slice(0, 19);
    const page = await support.get(`/console/licenses/${bought.id}?at=${yesterday}Z`);
    expect(textIn(page)).toMatch(/At .* UTC the license was valid , 1 of 2 seats were taken/);
    expect(textIn(page)).toContain('its license is suspended');
  });
});

describe('the box', () => {
  test('finds a license by id, key, masked key, last four, order number and site', async () => {
    const bought = await backOffice.buy({ external_id: 'Order-4711' });
    await take(bought, 'boxed');
    const masked = bought.key.replace(/(?<=-)[^-]{4}(?=-)/g, '****');
    for (const q of [
      bought.id,
      bought.key,
      ` ${bought.key.toLowerCase()} `,
      masked,
      'order-4711',
      'boxed.example.com',
    ]) {
      const { location } = await support.post('/console/find', { q });
      expect([q, location?.split('?')[0]]).toEqual([q, `/console/licenses/${bought.id}`]);
    }
    expect((await support.post('/console/find', { q: bought.keyId })).location).toBe(
      `/console/license-keys/${bought.keyId}`,
    );
  });

  test('never puts a key or an e-mail address into an address', async () => {
    const bought = await backOffice.buy();
    for (const q of [bought.key, bought.email])
      expect((await support.post('/console/find', { q })).location).toBe(`/console/licenses/${bought.id}`);
  });

  test('answers for what does not exist with what was typed, and lists several licenses', async () => {
    const nothing = await support.post('/console/find', { q: '<b>nobody</b>' });
    expect([nothing.status, nothing.html]).toEqual([404, expect.stringContaining('value="&lt;b&gt;nobody&lt;/b&gt;"')]);
    const customer_email = 'many@example.com';
    for (const license_key of ['new', 'new']) await backOffice.buy({ customer_email, license_key });
    expect((await support.post('/console/find', { q: customer_email })).html).toContain('2 licenses');
  });
});

describe('a person', () => {
  test('cannot do by a form what the role may not, and changes nothing', async () => {
    const bought = await backOffice.buy();
    for (const name of ['renew', 'seats', 'suspend', 'resume', 'transfer', 'cancel']) {
      const page = await act(support, `licenses/${bought.id}/${name}`, {
        max_seats: '9',
        customer_email: 'a@example.com',
      });
      expect([name, page.status]).toEqual([name, 403]);
    }
    expect((await act(support, `license-keys/${bought.keyId}/rotate`)).status).toBe(403);
    expect((await storedLicense(service, bought.id)).license.seq).toBe(1);
    const page = await support.get(`/console/licenses/${bought.id}`);
    expect(page.html).not.toMatch(/action="[^"]*\/(?:renew|suspend|cancel|transfer)"/);
  });

  test('sees another brand’s address as one that does not exist, to the byte', async () => {
    const foreign = await service.call((await import('../../lib/api/licenses.ts')).provisionLicenses, {
      apiKey: other.apiKey,
      body: { customer_email: 'foreign@example.com', products: ['wp-rocket'] },
    });
    const { licenses, license_key } = foreign.body as { licenses: { id: string }[]; license_key: { id: string } };
    const bare = ({ status, html }: Page) => `${String(status)} ${html.replaceAll(/[0-9a-f-]{36}/g, '…')}`;
    const nobody = '01938c5b-11aa-7b3c-8d4e-2f60718293a4';
    for (const [noun, id] of [
      ['licenses', licenses[0]?.id],
      ['license-keys', license_key.id],
    ] as const) {
      expect(bare(await admin.get(`/console/${noun}/${id ?? ''}`))).toBe(
        bare(await admin.get(`/console/${noun}/${nobody}`)),
      );
      expect((await admin.get(`/console/${noun}/${id ?? ''}`)).status).toBe(404);
    }
    expect((await act(admin, `licenses/${licenses[0]?.id ?? ''}/suspend`)).status).toBe(404);
    expect((await find(admin, 'foreign@example.com')).status).toBe(404);
  });

  test('of the platform team sees every brand', async () => {
    const platform = openBrowser(provider);
    await platform.signIn({ sub: 'pat', name: 'Pat', groups: ['platform'] });
    const { html } = await platform.get('/console');
    expect([html.includes(brand.slug), html.includes(other.slug)]).toEqual([true, true]);
  });
});

describe('a form', () => {
  test.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://licenses.test' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['nowhere', {}],
  ])('from %s is refused', async (_, headers) => {
    const bought = await backOffice.buy();
    const page = await admin.post(`/console/licenses/${bought.id}/cancel`, { reason }, headers);
    expect(page.status).toBe(403);
    expect((await backOffice.get(bought.id)).body['status']).toBe('valid');
  });

  test.each<[string, string, Record<string, string>, string]>([
    ['without a reason', 'renew', { reason: ' ', extend_by: 'P2Y' }, 'P2Y'],
    ['with a reason that is too long', 'renew', { reason: 'x'.repeat(501), extend_by: 'P3Y' }, 'P3Y'],
    ['with a bad number', 'seats', { reason: 'because', max_seats: 'many' }, 'many'],
    ['with a bad duration', 'renew', { reason: 'because', extend_by: 'a year' }, 'a year'],
  ])('%s is answered with 422 and what was typed', async (_, name, fields, typed) => {
    const bought = await backOffice.buy();
    const page = await act(admin, `licenses/${bought.id}/${name}`, fields);
    expect(page.status).toBe(422);
    expect(page.html).toContain(`value="${typed}"`);
    expect((await storedLicense(service, bought.id)).license.seq).toBe(1);
  });

  test('that was filled in before another change is refused, and keeps what was typed', async () => {
    const bought = await backOffice.buy();
    const fields = { max_seats: '7', version: '"1"' };
    expect((await act(admin, `licenses/${bought.id}/seats`, fields)).status).toBe(303);
    const late = await act(admin, `licenses/${bought.id}/seats`, { ...fields, max_seats: '8' });
    expect([late.status, late.html]).toEqual([412, expect.stringContaining('value="8"')]);
  });

  test('with which two people free one seat frees it once', async () => {
    const bought = await backOffice.buy();
    const activation_id = await take(bought, 'a');
    const pages = await Promise.all(
      [support, admin].map((browser) => act(browser, `licenses/${bought.id}/free`, { activation_id })),
    );
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    const { license, journal } = await storedLicense(service, bought.id);
    expect([license.seats_used, journal.filter(({ type }) => type === 'seat.deactivated').length]).toEqual([0, 1]);
  });

  test('that holds a license key where it does not belong is refused', async () => {
    const bought = await backOffice.buy();
    const page = await act(admin, `licenses/${bought.id}/suspend`, { reason: `key ${bought.key}` });
    expect(page.status).toBe(422);
  });

  test('keeps what was typed while the table does not answer', async () => {
    const bought = await backOffice.buy();
    proxy.tamper = () => Promise.resolve('lost');
    const page = await act(admin, `licenses/${bought.id}/seats`, { max_seats: '12' });
    proxy.tamper = undefined;
    expect([page.status, page.html]).toEqual([503, expect.stringContaining('value="12"')]);
    expect(page.html).toContain(`value="${reason}"`);
  });
});

describe('a page', () => {
  test('shows markup in metadata, sites and reasons as text', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'';
    const bought = await backOffice.buy({ metadata: { plan: evil } });
    await act(admin, `licenses/${bought.id}/suspend`, { reason: evil });
    const { html, headers } = await admin.get(`/console/licenses/${bought.id}?instance=${encodeURIComponent(evil)}`);
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(2);
    expect(headers['content-security-policy']).toMatch(/script-src 'self'; style-src 'self'/);
    expect(html).not.toMatch(/ style=| on[a-z]+="/);
  });

  test('stays below 100 KB with hundreds of seats and changes, and leads on to the others', async () => {
    const bought = await backOffice.buy({ max_seats: null });
    for (let n = 0; n < 120; n += 1) await take(bought, `site-${String(n)}`);
    const { html } = await admin.get(`/console/licenses/${bought.id}`);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    const [seats, events] = ['seats', 'events'].map((name) => new RegExp(`href="(\\?${name}=[^"]+)"`).exec(html)?.[1]);
    for (const more of [seats, events])
      expect((await admin.get(`/console/licenses/${bought.id}${more ?? ''}`)).status).toBe(200);
  });
});

test('the function of the console needs every grant that it has, beside those of the data key', () => {
  expect(refused).toEqual([]);
  const granted = statementsOf('console').flatMap((statement) =>
    statement.like.filter((pattern) => !pattern.includes('data-key')).map((pattern) => allowanceOf(statement, pattern)),
  );
  expect(granted.filter((allowance) => needed.get('console')?.has(allowance) !== true)).toEqual([]);
});
