import { expect, describe, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS, isoSeconds } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { REASON as reason, act, find, textIn, usePeople } from '../support/console/people.ts';
import type { Bought } from '../support/service/back-office.ts';
import { activate, verdict } from '../support/service/purchases.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';
import { storedLicense, wholeTable, journalIn } from '../support/table/whole-table.ts';
import { countAll } from '../support/service/counting.ts';
import { byOperation } from '../support/service/service.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);
const people = usePeople({ brand });

const take = async (bought: Bought, name: string): Promise<string> =>
  String((await activate(service, bought.site(name))).body['activation_id']);
const lastEntry = async ({ id }: Bought) => (await storedLicense(service, id)).journal.at(-1);

describe('the ten commonest tickets', () => {
  test('1: every seat is taken: the idle seat is named, freed, and given back by undo', async () => {
    const bought = await backOffice.buy({ max_seats: 1, expiration_date: '2199-12-31' });
    const id = await take(bought, 'old');
    moveClock(140 * DAY_MS);
    await people.renew();
    await activate(service, bought.site('new'));
    const page = await people.support.get(`/console/licenses/${bought.id}?instance=new.example.com`);
    expect(textIn(page)).toContain('new.example.com may not run: it is not active, and its only seat is taken.');
    expect(textIn(page)).toContain('Free https://old.example.com, unseen for 140 days.');
    expect(textIn(page)).toContain('https://new.example.com: 1 call refused because every seat was taken');
    const freed = await act(people.support, `licenses/${bought.id}/free`, { activation_id: id });
    expect(freed.status).toBe(303);
    expect(await lastEntry(bought)).toMatchObject({
      type: 'seat.deactivated',
      actor: { type: 'person', id: 'sam' },
      reason,
    });
    expect((await people.support.get(freed.location ?? '')).html).toContain('Undo');
    expect((await act(people.support, `licenses/${bought.id}/restore`, { activation_id: id })).status).toBe(303);
    expect((await storedLicense(service, bought.id)).license.seats_used).toBe(1);
  });

  test('2: a license has expired: the renewal is offered with its new expiry, and made', async () => {
    const bought = await backOffice.buy({ policy: { duration: 'P1M' } });
    moveClock(40 * DAY_MS);
    await people.renew();
    const page = await find(people.admin, bought.email);
    expect(textIn(page)).toContain('Renew by a month.');
    expect(textIn(page)).toMatch(/The license then expires on \d+ \w+ \d{4}, [\d:]+ UTC instead of/);
    const renewed = await act(people.admin, `licenses/${bought.id}/renew`, { extend_by: 'P1M' });
    expect(textIn(await people.admin.get(renewed.location ?? ''))).toContain('The license is renewed.');
    expect((await backOffice.get(bought.id)).body['status']).toBe('valid');
  });

  test('3: a license is in its grace period: the page says until when', async () => {
    const bought = await backOffice.buy({ policy: { duration: 'P1M', grace_days: 14 } });
    await take(bought, 'a');
    moveClock(34 * DAY_MS);
    await people.renew();
    const page = await people.support.get(`/console/licenses/${bought.id}?instance=a.example.com`);
    expect(textIn(page)).toMatch(
      /may run and update: its license expired \d days ago and is in grace until \d+ \w+ \d{4}\./,
    );
    expect(textIn(page)).toContain('Your role may not do this. Ask a brand admin: Renew by a month.');
  });

  test('4: a customer has lost the key: it is found by e-mail and shown once, and the look is journalled', async () => {
    const bought = await backOffice.buy();
    expect((await find(people.support, bought.email)).html).not.toContain(bought.key);
    const shown = await act(people.support, `license-keys/${bought.keyId}/reveal`);
    expect([shown.status, shown.html]).toEqual([200, expect.stringContaining(bought.key)]);
    expect((await people.support.get(`/console/license-keys/${bought.keyId}`)).html).not.toContain(bought.key);
    const entries = (await wholeTable(service)).filter(({ type }) => type === 'license_key.revealed');
    expect(entries).toEqual([expect.objectContaining({ actor: { type: 'person', id: 'sam' }, reason, seq: 2 })]);
  });

  test('5: a key has leaked: it is replaced, and the new one is shown once', async () => {
    const bought = await backOffice.buy();
    const fields = { overlap_hours: '0', once: '11111111-2222-4333-8444-555555555555' };
    const [first, second] = [
      await act(people.admin, `license-keys/${bought.keyId}/rotate`, fields),
      await act(people.admin, `license-keys/${bought.keyId}/rotate`, fields),
    ];
    const shown = /<code class="secret">([^<]+)</.exec(first.html)?.[1];
    expect(shown).toMatch(/^[A-Z0-9-]+$/);
    expect(shown).not.toBe(bought.key);
    expect(second.html).toContain(shown);
  });

  test('6: a site has moved: it is found in any spelling, and its old seat is freed', async () => {
    const bought = await backOffice.buy({ max_seats: 1 });
    const id = await take(bought, 'before');
    const page = await find(people.support, 'HTTPS://WWW.Before.example.com/');
    expect(textIn(page)).toMatch(/before\.example\.com\/ may run and update/i);
    await act(people.support, `licenses/${bought.id}/free`, { activation_id: id });
    expect((await activate(service, bought.site('after'))).status).toBe(201);
  });

  test('7: an e-mail address was mistyped: it is changed, with the reason in the history', async () => {
    const bought = await backOffice.buy();
    const customer = String((await backOffice.get(bought.id)).body['customer_id']);
    const changed = await act(people.admin, `customers/${customer}/email`, { email: 'right@example.com' });
    expect(changed.status).toBe(303);
    expect(textIn(await people.admin.get(changed.location ?? ''))).toMatch(/e-mail address .*changed|changed/i);
    expect((await people.support.get(`/console/customers/${customer}`)).html).not.toContain('id="acts"');
    expect((await find(people.admin, 'right@example.com')).html).toContain('right@example.com');
    const entry = (await wholeTable(service)).find(({ type }) => type === 'customer.updated');
    expect(entry).toMatchObject({ actor: { type: 'person', id: 'bea' }, reason });
  });

  test('8: a payment is disputed, then refunded: the license is suspended, resumed and cancelled', async () => {
    const bought = await backOffice.buy();
    await take(bought, 'a');
    const codes: string[] = [];
    for (const name of ['suspend', 'resume', 'cancel']) {
      expect((await act(people.admin, `licenses/${bought.id}/${name}`)).status).toBe(303);
      codes.push((await verdict(service, bought.site('a'))).code);
    }
    expect(codes).toEqual(['suspended', 'valid', 'cancelled']);
  });

  test('9: a site was sold: its license moves to the new customer and stays active', async () => {
    const bought = await backOffice.buy();
    await take(bought, 'a');
    const fields = { customer_email: 'buyer@example.com', keep_activations: 'yes' };
    expect((await act(people.admin, `licenses/${bought.id}/transfer`, fields)).status).toBe(303);
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
    await people.renew();
    const workedMs = Date.now() - 1.5 * DAY_MS;
    const page = await people.support.get(`/console/licenses/${bought.id}?at=${isoSeconds(workedMs)}`);
    expect(textIn(page)).toMatch(/At .* UTC the license was valid , 1 of 2 seats were taken/);
    expect(textIn(page)).toContain('its license is suspended');
    const minute = String(Math.floor(workedMs / MINUTE_MS));
    const at = async (query: string) => textIn(await people.support.get(`/console/licenses/${bought.id}?${query}`));
    expect(await at(`minute=${minute}`)).toMatch(/the license was valid , 1 of 2 seats were taken/);
    expect(await at('at=2020-01-01')).toContain('there was no such license');
  });
});

test('an act without a reason is refused by the name of the field, and changes nothing', async () => {
  const bought = await backOffice.buy();
  for (const fields of [{}, { reason: '  ' }]) {
    const page = await people.admin.post(`/console/licenses/${bought.id}/suspend`, fields);
    expect([page.status, textIn(page)]).toEqual([422, expect.stringMatching(/reason is required/i)]);
  }
  expect((await backOffice.get(bought.id)).body['status']).toBe('valid');
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
      const { location } = await people.support.post('/console/find', { q });
      expect([q, location?.split('?')[0]]).toEqual([q, `/console/licenses/${bought.id}`]);
    }
    expect((await people.support.post('/console/find', { q: bought.keyId })).location).toBe(
      `/console/license-keys/${bought.keyId}`,
    );
  });

  test('never puts a key or an e-mail address into an address', async () => {
    const bought = await backOffice.buy();
    for (const q of [bought.key, bought.email])
      expect((await people.support.post('/console/find', { q })).location).toBe(`/console/licenses/${bought.id}`);
  });

  test('answers for what does not exist with what was typed, and lists several licenses', async () => {
    for (const fields of [{ q: ' ' }, {}])
      expect((await people.support.post('/console/find', fields)).status).toBe(404);
    const nothing = await people.support.post('/console/find', { q: '<b>nobody</b>' });
    expect([nothing.status, nothing.html]).toEqual([404, expect.stringContaining('value="&lt;b&gt;nobody&lt;/b&gt;"')]);
    const customer_email = 'many@example.com';
    for (const license_key of ['new', 'new']) await backOffice.buy({ customer_email, license_key });
    expect((await people.support.post('/console/find', { q: customer_email })).html).toContain('2 licenses');
  });

  const findAddress = async (q: string): Promise<string> => {
    const { location, html } = await people.admin.post('/console/find', { q });
    return location?.split('?')[0] ?? html;
  };

  test('finds what a request changed, whatever it was', async () => {
    const before = new Set(journalIn(await wholeTable(service)).map(({ id }) => id));
    const { body } = await service.call(byOperation('create_product'), {
      apiKey: brand.apiKey,
      body: { name: 'Asked for', slug: 'asked-for' },
    });
    const [entry] = journalIn(await wholeTable(service)).filter(({ id }) => !before.has(id));
    await countAll(service, brand);
    expect(await findAddress(entry?.request_id ?? '')).toBe(
      `/console/brands/${brand.slug}/products/${String(body['id'])}`,
    );
  });

  test('finds a change by the id of its request, and says where a refused one is found', async () => {
    const bought = await backOffice.buy();
    const [entry] = journalIn(await wholeTable(service)).filter(({ entity }) => entity.id === bought.id);
    await countAll(service, brand);
    const found = await people.support.post('/console/find', { q: entry?.request_id ?? '' });
    expect(found.location).toMatch(/^\/console\/licenses\//);
    const refusedOne = await people.support.post('/console/find', { q: '01938c5b-11aa-7b3c-8d4e-2f60718293a4' });
    expect([refusedOne.status, textIn(refusedOne)]).toEqual([
      404,
      expect.stringContaining('filter request_id = "01938c5b-11aa-7b3c-8d4e-2f60718293a4"'),
    ]);
  });

  test('finds a refused request whose caller chose the id, and puts no license key into a query', async () => {
    const ofCaller = await people.support.post('/console/find', { q: 'shop-retry.7_b' });
    expect(textIn(ofCaller)).toContain('filter request_id = "shop-retry.7_b"');
    const key = (await backOffice.buy()).key.replace(/^.{4}/, 'ZZZZ');
    expect(textIn(await people.support.post('/console/find', { q: key }))).not.toContain('filter request_id');
  });
});
