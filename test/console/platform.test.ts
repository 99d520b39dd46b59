import { expect, test } from '@jest/globals';
import { act, REASON as reason, textIn, usePeople } from '../support/console/people.ts';
import { openBrowser, type Browser } from '../support/console/browser.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';

const service = useService();
const brand = useBrand(service);
const people = usePeople({ brand });

async function signInPlatform(): Promise<Browser> {
  const platform = openBrowser(people.provider);
  await platform.signIn({ sub: 'pat', name: 'Pat', groups: ['platform'] });
  return platform;
}

test('the platform team makes a brand and changes it, with person and reason in its history', async () => {
  const platform = await signInPlatform();
  expect((await platform.get('/console')).html).toContain('action="/console/brands/create"');
  const fields = { name: 'New Brand', slug: 'new-brand', key_prefix: 'NEWB', settings: 'rate_limit_per_minute = 500' };
  const made = await act(platform, 'brands/create', fields);
  expect([made.status, made.location]).toEqual([303, '/console/brands/new-brand?done=create']);
  expect(textIn(await platform.get(made.location ?? ''))).toContain('The brand is created.');
  const changed = await act(platform, 'brands/new-brand/change', { name: 'Newer', status: 'suspended' });
  expect([changed.status, changed.location]).toEqual([303, '/console/brands/new-brand?done=change']);
  expect(textIn(await platform.get('/console/brands/new-brand'))).toMatch(/Newer.*suspended/);
  const entries = journalIn(await wholeTable(service)).filter(({ brand: owner }) => owner === 'NEWB');
  expect(entries).toMatchObject(
    ['brand.created', 'brand.updated'].map((type) => ({ type, actor: { type: 'person', id: 'pat' }, reason })),
  );
});

test('a form that makes a brand comes back with what was typed, and each fault at its field', async () => {
  const platform = await signInPlatform();
  const taken = await act(platform, 'brands/create', { name: 'Twice', slug: brand.slug, key_prefix: 'TWIC' });
  expect([taken.status, taken.html]).toEqual([409, expect.stringContaining('value="Twice"')]);
  const wrong = await act(platform, 'brands/create', {
    name: 'X',
    slug: 'x-brand',
    key_prefix: 'XBR',
    settings: 'rate_limit_per_minute = many',
  });
  expect([wrong.status, textIn(wrong)]).toEqual([422, expect.stringMatching(/Settings rate_limit_per_minute \w+/)]);
});

test('nobody else makes or changes a brand', async () => {
  for (const browser of [people.support, people.admin]) {
    expect((await browser.get('/console')).html).not.toContain('/console/brands/create');
    expect((await browser.get(`/console/brands/${brand.slug}`)).html).not.toContain('/change"');
    expect((await act(browser, 'brands/create', { name: 'X', slug: 'x', key_prefix: 'XX' })).status).toBe(403);
    expect((await act(browser, `brands/${brand.slug}/change`, { name: 'X' })).status).toBe(403);
  }
});

test('a customer without a license is found in the last of more than 25 brands', async () => {
  const last = await service.brand({ slug: 'zzz-last' });
  for (let n = 0; n < 26; n += 1) await service.brand({ slug: `aaa-${String(n)}`, products: {} });
  const office = openBackOffice(service, last);
  const { id } = await office.buy({ customer_email: 'seller@example.com' });
  await office.transfer(id, { customer_email: 'buyer@example.com' });
  const { location = '' } = await (await signInPlatform()).post('/console/find', { q: 'seller@example.com' });
  expect(location).toMatch(/^\/console\/customers\//);
});

test('all data of a customer is one file', async () => {
  await openBackOffice(service, brand).buy({ customer_email: 'all@example.com' });
  const { location } = await people.support.post('/console/find', { q: 'all@example.com' });
  const license = await people.support.get(location ?? '');
  const [, customer] = /href="(\/console\/customers\/[^"]+)"/.exec(license.html) ?? [];
  const { status, headers, html } = await people.support.get(`${customer ?? ''}/export`);
  expect([status, headers['content-disposition']]).toEqual([
    200,
    expect.stringMatching(/^attachment; filename="customer-/),
  ]);
  expect(JSON.parse(html)).toMatchObject([
    { customer: { email: 'all@example.com' }, licenses: [{}], next_cursor: null },
  ]);
});
