import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkLicense } from '../../lib/api/check.ts';
import { routeKey } from '../../lib/api/route.ts';
import { BRAND_NOUNS } from '../../lib/console/brand-nouns.ts';
import { cloudWatchEnvironment, startCloudWatch } from '../../local/cloudwatch.ts';
import { act, REASON as reason, textIn, usePeople } from '../support/console/people.ts';
import { openBrowser, type Browser, type Page } from '../support/console/browser.ts';
import { copiedCall } from '../support/console/copied-call.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { newEndpoint, newImport } from '../support/service/furnishings.ts';
import { startTestFiles } from '../support/service/import-files.ts';
import { activate } from '../support/service/purchases.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { startQueueSink } from '../support/webhooks/queue-sink.ts';
import { journalIn, overwrite, putCopies, wholeTable } from '../support/table/whole-table.ts';

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
  const [, customer = ''] = /href="(\/console\/customers\/[^"]+)"/.exec(license.html) ?? [];
  const { status, headers, html } = await people.admin.get(`${customer}/export`);
  expect([status, headers['content-disposition']]).toEqual([
    200,
    expect.stringMatching(/^attachment; filename="customer-/),
  ]);
  expect(JSON.parse(html)).toMatchObject([
    { customer: { email: 'all@example.com' }, licenses: [{}], next_cursor: null },
  ]);
  expect((await people.admin.get(customer)).html).toContain('/export"');
  expect((await people.support.get(customer)).html).not.toContain('/export"');
  expect((await people.support.get(`${customer}/export`)).status).toBe(403);
});

test('data of a customer that is too much for one file is no file, and the page says how it is taken', async () => {
  const office = openBackOffice(service, brand);
  const bought = await office.buy({ customer_email: 'much@example.com' });
  const customer = String((await office.get(bought.id)).body['customer_id']);
  const isEntry = (sk: string, entity: unknown): boolean =>
    sk.startsWith('journal#') && (entity as { id: string }).id === bought.id;
  const entry = (await wholeTable(service)).find(({ sk, entity }) => isEntry(sk, entity));
  if (entry === undefined) throw new Error('the license has no history');
  await putCopies(service, 450, (n) => ({
    ...entry,
    sk: `journal#${String(n + 10).padStart(10, '0')}`,
    seq: n + 10,
    after: { ...(entry['after'] as object), metadata: { note: 'x'.repeat(9_000) } },
  }));
  const page = await people.admin.get(`/console/customers/${customer}/export`);
  expect([page.status, page.headers['content-disposition']]).toEqual([413, undefined]);
  expect(copiedCall(page.html)).toContain(`/api/v1/brand/customers/export?customer_id=${customer}&limit=100&cursor=…`);
});

test('an erasure that is longer than one request keeps its form, can be gone on with later, and ends', async () => {
  const email = 'long@example.com';
  const office = openBackOffice(service, brand);
  const sold: string[] = [];
  for (let n = 0; n < 50; n += 1) {
    const { id } = await office.buy({ customer_email: email, license_key: 'new', metadata: { note: 'Lola' } });
    sold.push(id);
  }
  const noted = async (): Promise<boolean[]> =>
    Promise.all(sold.map(async (id) => JSON.stringify(await office.history(id)).includes('Lola')));
  const address = `customers/${String((await office.get(sold[0] ?? '')).body['customer_id'])}`;
  const erase = (typed: string): Promise<Page> => act(people.admin, `${address}/erase`, { email: typed });
  let page = await erase(email);
  expect([page.status, textIn(page)]).toEqual([200, expect.stringContaining('is not finished')]);
  expect(/<form[^>]*\/erase"[^]*?<\/form>/.exec(page.html)?.[0]).toContain(`value="${email}"`);
  expect(await noted()).toContain(true);
  const left = await people.admin.get(`/console/${address}`);
  expect([textIn(left).includes('Go on with the erasure'), left.html.includes(email)]).toEqual([true, false]);
  expect((await erase('somebody-else@example.com')).status).toBe(404);
  for (let more = 0; page.status === 200 && more < 10; more += 1) page = await erase(email);
  expect([page.status, page.location]).toEqual([303, expect.stringContaining('done=erase')]);
  expect(await noted()).not.toContain(true);
});

test('of two people who change a brand or a product, the second sees a conflict and keeps what was typed', async () => {
  const platform = await signInPlatform();
  const things: [Browser, string, string, string, string][] = [
    [platform, `brands/${brand.slug}`, 'change', 'settings', 'expiring_lead_days = [9]'],
    [people.admin, `brands/${brand.slug}/products/imagify`, 'policy', 'policy', 'seat_limit = 9'],
  ];
  for (const [browser, address, name, field, typed] of things) {
    const before = await browser.get(`/console/${address}`);
    const version = /name="version" value="([^"]+)"/.exec(before.html)?.[1]?.replaceAll('&quot;', '"') ?? '';
    const send = (text: string, of: string): Promise<Page> =>
      act(browser, `${address}/${name}`, { name: brand.slug, [field]: text, version: of });
    expect((await send(typed, version)).status).toBe(303);
    const late = await send(typed.replace('9', '8'), version);
    expect([late.status, textIn(late)]).toEqual([412, expect.stringContaining('Somebody else has changed this')]);
    expect(late.html).toContain(`>${typed.replace('9', '8')}</textarea>`);
    const fresh = /name="version" value="([^"]+)"/.exec(late.html)?.[1]?.replaceAll('&quot;', '"') ?? '';
    expect((await send(typed.replace('9', '8'), fresh)).status).toBe(303);
  }
});

test('checks and refusals are pictures where a stage keeps them, and are missed alone if they fail', async () => {
  const cloudWatch = await startCloudWatch();
  Object.assign(process.env, cloudWatchEnvironment(cloudWatch));
  const line = { event: 'call.answered', brand: brand.key_prefix, route: 'POST /x' };
  for (const code of ['seat_limit_reached', 'license_expired', 'seat_limit_reached'])
    cloudWatch.note({ ...line, status: 422, code });
  cloudWatch.note({ ...line, status: 200, code: 'valid', route: routeKey(checkLicense) });
  const page = await people.support.get(`/console/analytics?brand=${brand.slug}`);
  expect([page.status, page.html.split('<svg').length - 1]).toEqual([200, 13]);
  expect(textIn(page)).toMatch(/Checks 1 .*by reason 3 seat limit reached: 2 license expired: 1 As a table/);
  const all = await (await signInPlatform()).get('/console/analytics?granularity=day');
  expect([textIn(all).includes('How all your brands are doing'), all.html.length < 100_000]).toEqual([true, true]);
  expect(textIn(all)).toContain('Checks 1 ');
  await cloudWatch.stop();
  const without = await people.support.get(`/console/analytics?brand=${brand.slug}`);
  expect([without.status, without.html.split('<svg').length - 1]).toEqual([200, 11]);
  expect(textIn(without)).toContain('The counts of calls cannot be read at the moment.');
  for (const name of Object.keys(cloudWatchEnvironment(cloudWatch))) Reflect.deleteProperty(process.env, name);
});

test('a list of 25 found licenses stays below 100 KB', async () => {
  const office = openBackOffice(service, brand);
  for (let n = 0; n < 26; n += 1) await office.buy({ customer_email: 'bulk@example.com', license_key: 'new' });
  const found = await people.support.post('/console/find', { q: 'bulk@example.com' });
  expect([found.status, textIn(found).includes('25 licenses')]).toEqual([200, true]);
  expect(Buffer.byteLength(found.html)).toBeLessThan(100_000);
});

describe('a page', () => {
  const base = () => `/console/brands/${brand.slug}`;
  const seen = { license: '', customer: '', endpoint: '', made: '' };
  beforeAll(async () => {
    await startTestFiles();
    await startQueueSink();
    await people.renew();
    const office = openBackOffice(service, brand);
    const { id } = await office.buy({ customer_email: 'seen@example.com', max_seats: null });
    seen.license = `/console/licenses/${id}`;
    seen.customer = `/console/customers/${String((await office.get(id)).body['customer_id'])}`;
    seen.endpoint = `${base()}/webhook-endpoints/${(await newEndpoint(service, brand)).endpoint_id}`;
    seen.made = `${base()}/imports/${String((await newImport({ ...service, shop: brand }))['import_id'])}`;
    for (const address of Object.values(seen))
      expect([address, (await people.admin.get(address)).status]).toEqual([address, 200]);
  });

  test('of what is not there, or of a list after no position, says that nothing is here', async () => {
    const nouns = ['products', 'releases', 'bundles', 'webhook-endpoints', 'api-keys', 'imports', 'exports'];
    const addresses = [
      ...[`${seen.license}?seats=none`, `${seen.license}?events=none`, `${seen.customer}?licenses=none`],
      ...[`${seen.endpoint}?deliveries=none`, `${seen.made}?rows=none`],
      `${base()}/products/wp-rocket?releases=none`,
      ...BRAND_NOUNS.map(({ noun }) => `${base()}/${noun}?cursor=none&product=wp-rocket`),
      ...nouns.map((noun) => `${base()}/${noun}/nothing`),
      `${base()}/sales?product=nothing`,
      '/console/customers/01938c5b-0fff-7e6d-8c5b-4a3928170605/export',
      '/console/assets/nothing.js',
    ];
    for (const address of addresses)
      expect([address, (await people.admin.get(address)).status]).toEqual([address, 404]);
  });

  test('of a list or a license shows what there is, whatever is asked for beside it', async () => {
    for (const [address, text] of [
      [`${base()}/sales?status=odd`, /Licenses of .* None\./],
      [`${base()}/sales/nothing`, /Licenses of .* Show/],
      [`${base()}/releases?product=nothing`, /Releases/],
      [`${seen.license}?done=nothing`, /unlimited/],
      [`${seen.license}?at=2099-01-01`, /of unlimited seats were taken/],
    ] as const) {
      const page = await people.admin.get(address);
      expect([address, page.status, textIn(page)]).toEqual([address, 200, expect.stringMatching(text)]);
    }
  });

  test('of a brand without products has nothing to sell and nothing to release', async () => {
    const { slug } = await service.brand({ products: {} });
    const platform = await signInPlatform();
    for (const noun of ['sales', 'releases'])
      expect((await platform.get(`/console/brands/${slug}/${noun}`)).status).toBe(200);
    expect((await act(platform, `brands/${slug}/nothing`)).status).toBe(404);
    expect((await act(platform, 'nothing/1/free')).status).toBe(404);
  });

  test('names a license that begins with its first activation, and a site that takes no seat', async () => {
    const policy = { duration: 'P1Y', expiry_basis: 'first_activation', development_sites_free: true };
    const bought = await openBackOffice(service, brand).buy({ policy });
    const address = `/console/licenses/${bought.id}`;
    expect(textIn(await people.admin.get(address))).toContain('begins with the first activation');
    await activate(service, { ...bought.site('one'), instance_identifier: 'http://shop.test' });
    expect(textIn(await people.admin.get(address))).toContain('local, takes no seat');
  });

  test('of what is found lists the licenses of one site, each with its answer for that site', async () => {
    const office = openBackOffice(service, brand);
    for (const bought of [await office.buy(), await office.buy()])
      await activate(service, { ...bought.site('x'), instance_identifier: 'https://shared.example.com' });
    const found = await people.support.post('/console/find', { q: 'https://shared.example.com' });
    expect(found.html.split('?instance=https%3A%2F%2Fshared.example.com')).toHaveLength(3);
  });

  test('is signed in for before a form is taken, and its files are kept by the browser', async () => {
    const stranger = openBrowser(people.provider);
    const sent = await stranger.post('/console/find', { q: 'x' });
    expect([sent.status, sent.location]).toEqual([303, '/console/sign-in?to=%2Fconsole']);
    const [asset = ''] = /\/console\/assets\/[^"]+/.exec((await people.admin.get('/console')).html) ?? [];
    const packed = { 'accept-encoding': 'gzip' };
    const { status, headers } = await stranger.get(asset, packed);
    expect(status).toBe(200);
    expect((await stranger.get(asset, { ...packed, 'if-none-match': String(headers['etag']) })).status).toBe(304);
  });

  test('that cannot be made says so with the id of the request, and nothing of the reason', async () => {
    const office = openBackOffice(service, brand);
    const { id, email } = await office.buy({ customer_email: 'broken@example.com' });
    const { customer_id } = (await office.get(id)).body;
    const customer = (await wholeTable(service)).find((item) => item['id'] === customer_id);
    if (customer === undefined) throw new Error('the customer is not in the table');
    await overwrite(service, customer, { email_cipher: 'broken' });
    const page = await people.admin.get(`/console/licenses/${id}`);
    expect([page.status, page.html.includes(email)]).toEqual([500, false]);
  });
});
