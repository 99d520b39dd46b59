import { expect, describe, test } from '@jest/globals';
import { provisionLicenses } from '../../lib/api/licenses.ts';
import { buildConsole } from '../../lib/console/app.ts';
import { serveConsole } from '../../lib/console/gateway.ts';
import { openConsoleParts } from '../../lib/console/parts-of-container.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { REASON as reason, act, find, textIn, usePeople } from '../support/console/people.ts';
import type { Bought } from '../support/service/back-office.ts';
import { activate } from '../support/service/purchases.ts';
import { argumentsIn } from '../support/console/copied-call.ts';
import { formEvent, openBrowser, OWN_PAGE, type Page } from '../support/console/browser.ts';
import { useBackOffice, useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { newId } from '../../lib/process/ids.ts';
import { overwrite, putCopies, storedLicense, wholeTable } from '../support/table/whole-table.ts';

const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
const other = useBrand(service);
const backOffice = useBackOffice(service, brand);
const people = usePeople({ brand });

const take = async (bought: Bought, name: string): Promise<string> =>
  String((await activate(service, bought.site(name))).body['activation_id']);

const isEntryOf = (id: string, sk: string, entity: unknown): boolean =>
  sk.startsWith('journal#') && (entity as { id: string }).id === id;

describe('a person', () => {
  test('cannot do by a form what the role may not, and changes nothing', async () => {
    const bought = await backOffice.buy();
    for (const name of ['renew', 'seats', 'suspend', 'resume', 'transfer', 'cancel']) {
      const page = await act(people.support, `licenses/${bought.id}/${name}`, {
        max_seats: '9',
        customer_email: 'a@example.com',
      });
      expect([name, page.status]).toEqual([name, 403]);
    }
    expect((await act(people.support, `license-keys/${bought.keyId}/rotate`)).status).toBe(403);
    expect((await storedLicense(service, bought.id)).license.seq).toBe(1);
    const page = await people.support.get(`/console/licenses/${bought.id}`);
    expect(page.html).not.toMatch(/action="[^"]*\/(?:renew|suspend|cancel|transfer)"/);
  });

  test('sees another brand’s address as one that does not exist, to the byte', async () => {
    const foreign = await service.call(provisionLicenses, {
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
      expect(bare(await people.admin.get(`/console/${noun}/${id ?? ''}`))).toBe(
        bare(await people.admin.get(`/console/${noun}/${nobody}`)),
      );
      expect((await people.admin.get(`/console/${noun}/${id ?? ''}`)).status).toBe(404);
    }
    expect((await act(people.admin, `licenses/${licenses[0]?.id ?? ''}/suspend`)).status).toBe(404);
    expect((await find(people.admin, 'foreign@example.com')).status).toBe(404);
  });

  test('of the platform team sees every brand', async () => {
    const platform = openBrowser(people.provider);
    await platform.signIn({ sub: 'pat', name: 'Pat', groups: ['platform'] });
    const { html } = await platform.get('/console');
    expect([html.includes(brand.slug), html.includes(other.slug)]).toEqual([true, true]);
  });
});

describe('a person in the groups of more than a hundred brands', () => {
  test('sees the last of them too', async () => {
    const gone = Array.from({ length: 120 }, (_, n) => `support-gone-${String(n)}`);
    const browser = openBrowser(people.provider);
    await browser.signIn({ sub: 'max', name: 'Max', groups: [...gone, `support-${brand.slug}`] });
    expect((await browser.get('/console')).html).toContain(`/console/brands/${brand.slug}`);
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
    const page = await people.admin.post(`/console/licenses/${bought.id}/cancel`, { reason }, headers);
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
    const page = await act(people.admin, `licenses/${bought.id}/${name}`, fields);
    expect(page.status).toBe(422);
    expect(page.html).toContain(`value="${typed}"`);
    expect((await storedLicense(service, bought.id)).license.seq).toBe(1);
  });

  test('that was filled in before another change is refused, and keeps what was typed', async () => {
    const bought = await backOffice.buy();
    const fields = { max_seats: '7', version: '"1"' };
    expect((await act(people.admin, `licenses/${bought.id}/seats`, fields)).status).toBe(303);
    const late = await act(people.admin, `licenses/${bought.id}/seats`, { ...fields, max_seats: '8' });
    expect([late.status, late.html]).toEqual([412, expect.stringContaining('value="8"')]);
  });

  test('with which two people free one seat frees it once', async () => {
    const bought = await backOffice.buy();
    const activation_id = await take(bought, 'a');
    const pages = await Promise.all(
      [people.support, people.admin].map((browser) => act(browser, `licenses/${bought.id}/free`, { activation_id })),
    );
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    const { license, journal } = await storedLicense(service, bought.id);
    expect([license.seats_used, journal.filter(({ type }) => type === 'seat.deactivated').length]).toEqual([0, 1]);
  });

  test.each([
    ['rows', 'é@example.com,wp-rocket,"Ö"\r\n'],
    ['another script', '你'],
  ])('may be as long as its area allows, with %s, and no longer than that', async (_, line) => {
    const file = line.repeat(32_768 / line.length);
    const imported = (typed: string) =>
      act(people.admin, `brands/${brand.slug}/imports/create`, { mode: 'none', format: 'csv', file: typed });
    const page = await imported(file);
    expect([page.status, textIn(page).includes('Correct the form')]).toEqual([422, true]);
    expect((await imported('你'.repeat(40_000))).status).toBe(413);
  });

  test('that holds a license key where it does not belong is refused', async () => {
    const bought = await backOffice.buy();
    const page = await act(people.admin, `licenses/${bought.id}/suspend`, { reason: `key ${bought.key}` });
    expect(page.status).toBe(422);
  });

  test('keeps what was typed while the table does not answer', async () => {
    const bought = await backOffice.buy();
    proxy.tamper = () => Promise.resolve('lost');
    const page = await act(people.admin, `licenses/${bought.id}/seats`, { max_seats: '12' });
    proxy.tamper = undefined;
    expect([page.status, page.html]).toEqual([503, expect.stringContaining('value="12"')]);
    expect(page.html).toContain(`value="${reason}"`);
  });

  test('whose change was made while its answer was lost says so, and makes it once when it is sent again', async () => {
    const bought = await backOffice.buy({ policy: { duration: 'P1Y' } });
    const fields = { extend_by: 'P1Y', once: '11111111-2222-4333-8444-666666666666' };
    const { license: before } = await storedLicense(service, bought.id);
    proxy.tamper = async ({ operation }, forward) => {
      const answer = await forward();
      return operation === 'TransactWriteItems' ? 'lost' : answer;
    };
    const page = await act(people.admin, `licenses/${bought.id}/renew`, fields);
    proxy.tamper = undefined;
    expect([page.status, page.html]).toEqual([503, expect.not.stringContaining('Nothing has been changed')]);
    expect(textIn(page)).toContain('It may have done what you sent.');
    const { license: changed } = await storedLicense(service, bought.id);
    expect(changed.seq).toBe(before.seq + 1);
    expect((await act(people.admin, `licenses/${bought.id}/renew`, fields)).status).toBe(303);
    expect((await storedLicense(service, bought.id)).license.expires_at).toBe(changed.expires_at);
  });
});

describe('a form that is sent without a data key', () => {
  const withoutKey = serveConsole(
    buildConsole(() => {
      const { runtime, settings } = openConsoleParts();
      return { runtime: { ...runtime, vault: () => Promise.reject(new Unavailable('no data key')) }, settings };
    }),
  );
  const send = async (
    headers: Record<string, string>,
    typed: Record<string, string> = { max_seats: '99' },
  ): Promise<[number | undefined, string]> => {
    const { statusCode, body = '' } = await withoutKey(formEvent('/console/licenses/1/seats', typed, headers));
    return [statusCode, body];
  };

  test('keeps what was typed if it is the console’s own, and is refused and not shown if it is foreign', async () => {
    expect(await send(OWN_PAGE)).toEqual([503, expect.stringContaining('value="99"')]);
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}])
      expect(await send(foreign)).toEqual([403, expect.not.stringContaining('value="99"')]);
  });

  test('is read where the gateway hands it over as text, or without a body, and not past the edge', async () => {
    const { body = '', ...event } = formEvent('/console/licenses/1/seats', { max_seats: '99' }, OWN_PAGE);
    const bare = { ...event, isBase64Encoded: false };
    const plain = { ...bare, body: Buffer.from(body, 'base64').toString('utf8') };
    expect((await withoutKey(plain)).body).toContain('value="99"');
    expect(await withoutKey(bare)).toMatchObject({ statusCode: 503, body: expect.not.stringContaining('value="99"') });
    process.env['ORIGIN_SECRETS'] = 'a'.repeat(48);
    const refused = await withoutKey(plain);
    delete process.env['ORIGIN_SECRETS'];
    expect(refused).toMatchObject({ statusCode: 403 });
  });

  test('finds nothing in a stage without a console', async () => {
    const without = serveConsole(buildConsole(() => ({ runtime: openConsoleParts().runtime, settings: undefined })));
    const page = await without(formEvent('/console/licenses/1/seats', {}, OWN_PAGE));
    expect(page).toMatchObject({ statusCode: 404, body: expect.stringContaining('This stage has no console.') });
  });

  test('keeps each line of what was typed into an area', async () => {
    const file = 'email,product\r\na@example.com,wp-rocket\r\nb@example.com,wp-rocket';
    const [, html] = await send(OWN_PAGE, { file });
    expect(/<textarea name="file"[^>]*>\n([^<]*)<\/textarea>/.exec(html)?.[1]).toBe(file);
  });
});

describe('a page', () => {
  test('shows markup in metadata, sites and reasons as text', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'';
    const bought = await backOffice.buy({ metadata: { plan: evil } });
    await act(people.admin, `licenses/${bought.id}/suspend`, { reason: evil });
    const { html, headers } = await people.admin.get(
      `/console/licenses/${bought.id}?instance=${encodeURIComponent(evil)}`,
    );
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(2);
    expect(headers['content-security-policy']).toMatch(/script-src 'self'; style-src 'self'/);
    expect(html).not.toMatch(/ style=| on[a-z]+="/);
  });

  test('shows a call of the API in which a customer’s site is an argument and no command', async () => {
    const bought = await backOffice.buy();
    const site = "https://shop.example/$(echo${IFS}ran)`id`'|x&y";
    expect((await activate(service, { ...bought.site('a'), instance_identifier: site })).status).toBe(201);
    const { location = '' } = await people.support.post('/console/find', { q: site });
    const { html } = await people.support.get(location);
    const calls = html.split('<details class="api">').filter((part) => part.includes('/explain'));
    const [, , address = ''] = argumentsIn(calls.at(-1) ?? '');
    expect(new URL(address).searchParams.get('instance')).toBe(site);
  });

  test('names the site that was unseen for the longest, on whatever page of the list it is', async () => {
    const bought = await backOffice.buy({ max_seats: 61 });
    await take(bought, 'fresh');
    const { seats, item } = await storedLicense(service, bought.id);
    const [seat] = seats;
    if (seat === undefined) throw new Error('nothing is active');
    const idle = { instance_identifier: 'https://idle.example.com', activated_at: '2020-01-01T00:00:00Z' };
    await putCopies(service, 60, (n) => ({
      ...seat,
      ...(n === 59 ? { ...idle, last_checked_at: null } : {}),
      sk: `${seat.sk}${String(n + 100)}`,
      id: newId(Date.now()),
    }));
    await overwrite(service, item, { seats_used: 61 });
    await activate(service, bought.site('late'));
    const page = await people.support.get(`/console/licenses/${bought.id}?instance=late.example.com`);
    expect(textIn(page)).toMatch(/Free https:\/\/idle\.example\.com, unseen for \d+ days/);
  });

  test('stays below 100 KB with 5,000 sites and 300 changes, and leads on to the others', async () => {
    const bought = await backOffice.buy({ max_seats: null });
    await take(bought, 'site');
    const { seats, item } = await storedLicense(service, bought.id);
    const [seat] = seats;
    const journal = (await wholeTable(service)).filter(({ sk, entity }) => isEntryOf(bought.id, sk, entity)).at(-1);
    if (seat === undefined || journal === undefined) throw new Error('nothing is active');
    await putCopies(service, 5_000, (n) => ({ ...seat, sk: `${seat.sk}${String(n)}`, id: newId(Date.now()) }));
    await putCopies(service, 300, (n) => ({
      ...journal,
      sk: `journal#${String(n + 3).padStart(10, '0')}`,
      seq: n + 3,
      id: newId(Date.now()),
    }));
    expect(item.pk).toBe(seat.pk);
    const { html } = await people.admin.get(`/console/licenses/${bought.id}`);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    const [sites, events] = ['seats', 'events'].map((name) => new RegExp(`href="(\\?${name}=[^"]+)"`).exec(html)?.[1]);
    for (const more of [sites, events])
      expect((await people.admin.get(`/console/licenses/${bought.id}${more ?? ''}`)).status).toBe(200);
  });
});
