import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { actsOn, allActs } from '../../lib/console/acts.ts';
import { routes } from '../../lib/api/routes.ts';
import { isMetric } from '../../lib/domain/counts.ts';
import { listCriteria } from '../../lib/console/find.ts';
import { BRAND_NOUNS } from '../../lib/console/brand-nouns.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { openBrowser, type Page } from '../support/console/browser.ts';
import { act, find, REASON as reason, textIn, usePeople } from '../support/console/people.ts';
import { typeActs } from '../support/console/typed-acts.ts';
import { eraseArchived } from '../support/service/archive.ts';
import { openBackOffice, type Bought } from '../support/service/back-office.ts';
import { countAll } from '../support/service/counting.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import { activate } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { useWorld } from '../support/service/started-service.ts';
import { allowanceOf, needed, refused } from '../support/run/policy.ts';
import { statementsOf } from '../support/run/roles.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';
import { freshCall } from '../support/service/world.ts';

const world = useWorld();
const people = usePeople({
  get brand() {
    return world.shop;
  },
});
const idOf = (name: string): string => world.ids[name] ?? '';
const brandPath = (): string => `/console/brands/${world.shop.slug}`;
const buy = (body: object = {}): Promise<Bought> => openBackOffice(world, world.shop).buy(body);

/** Set once the site is active. */
const seat = { license: '', activation: '' };
const TYPED = typeActs(world, people, seat);

/** Acts whose change is no entry of the journal. */
const UNJOURNALLED = /^(?:imports|exports|releases\/upload|webhook-endpoints\/(?:test|replay|send))/;

beforeAll(async () => {
  const bought = await buy({ max_seats: 2 });
  const { body } = await activate(world, bought.site('seated'));
  Object.assign(seat, { license: bought.id, activation: body['activation_id'] });
});

test('an erasure takes the customer of the page, and no other who has the address of the form by now', async () => {
  const idFor = async (customer_email: string) =>
    String((await openBackOffice(world, world.shop).get((await buy({ customer_email })).id)).body['customer_id']);
  const [shown, other] = [await idFor('shown@example.com'), await idFor('took-it@example.com')];
  const page = await act(people.admin, `customers/${shown}/erase`, { email: 'took-it@example.com' });
  expect(page.status).toBe(404);
  for (const id of [shown, other])
    expect(textIn(await people.admin.get(`/console/customers/${id}`))).toContain('Erase for good');
});

test('every page shows the call of the API that does the same, analytics one for each picture', async () => {
  await countAll(world, world.shop);
  const pages = [
    '/console',
    brandPath(),
    ...BRAND_NOUNS.map(({ noun }) => `${brandPath()}/${noun}?product=wp-rocket`),
    `${brandPath()}/products/wp-rocket`,
    `/console/licenses/${seat.license}`,
    `/console/customers/${idOf('customer_id')}`,
    `/console/license-keys/${idOf('license_key_id')}`,
  ];
  for (const page of pages)
    expect([page, (await people.admin.get(page)).html.includes('curl -X GET')]).toEqual([page, true]);
  const nothing = await people.admin.post('/console/find', { q: 'nothing-like-this.example' });
  expect(nothing.html.split('curl -X GET').length - 1).toBe(listCriteria('nothing-like-this.example').length);
  const { html } = await people.admin.get(`/console/analytics?brand=${world.shop.slug}`);
  const metrics = [...html.matchAll(/metric=([\w.]+)&/g)].map(([, metric]) => metric);
  expect(metrics).toHaveLength(html.split('<svg').length - 1);
  for (const metric of metrics) expect(isMetric(metric ?? '')).toBe(true);
});

describe('every act of the console', () => {
  test.each(allActs.map(({ on, name }) => `${on}/${name}`))('%s is done, with person and reason', async (name) => {
    const typed = TYPED[name];
    if (typed === undefined) throw new Error('this act has no entry that fills its form');
    const at = await typed.at();
    const before = new Set(journalIn(await wholeTable(world)).map(({ id }) => id));
    const once = randomUUID();
    const page = await act(people.admin, `${at}/${name.split('/')[1] ?? ''}`, { ...typed.fields?.(), once });
    expect([page.status, page.status === 422 ? textIn(page) : '']).toEqual([
      /reveal|rotate|releases\/upload|(?:endpoints|keys|releases)\/create/.test(name) ? 200 : 303,
      '',
    ]);
    if (page.location !== undefined) expect((await people.admin.get(page.location)).status).toBe(200);
    const entries = journalIn(await wholeTable(world)).filter(({ id }) => !before.has(id));
    // An erasure takes its own reason along: a person may have named the customer in it.
    const kept = name === 'customers/erase' ? '[erased]' : reason;
    for (const entry of entries) expect(entry).toMatchObject({ actor: { type: 'person', id: 'bea' }, reason: kept });
    expect(entries.length === 0).toBe(UNJOURNALLED.test(name));
  });

  test('says what is wrong with a field that its form hides, and sends no test message again', async () => {
    const page = await act(people.admin, `brands/${world.shop.slug}/releases/${idOf('release_id')}/upload`);
    expect([page.status, textIn(page)]).toEqual([422, expect.stringMatching(/send it again\. product is required\./)]);
    const { params = {} } = await freshCall(byOperation('update_webhook_endpoint'), world);
    const endpoint = `brands/${world.shop.slug}/webhook-endpoints/${params['endpoint_id'] ?? ''}`;
    const { location = '' } = await act(people.admin, `${endpoint}/test`);
    const { html } = await people.admin.get(location);
    expect([html.includes('webhook.test'), html.includes('/send"')]).toEqual([true, false]);
  });

  test('covers every change that a brand can make by the API, or says why not', () => {
    const acted = new Set(allActs.map(({ route }) => route.operation));
    const changes = routes.filter(({ auth, method }) => auth === 'brand' && method !== 'GET');
    expect(changes.length).toBeGreaterThan(35);
    expect(changes.map(({ operation }) => operation).filter((name) => !acted.has(name))).toEqual([]);
  });

  test('shows the same call of the API on its form', async () => {
    const { html } = await people.admin.get(`/console/licenses/${seat.license}`);
    expect(html).toContain(`/api/v1/brand/licenses/${seat.license}/renew`);
    const sell = await people.admin.get(`${brandPath()}/sales`);
    expect(textIn(sell)).toContain('curl -X POST');
  });
});

describe('the box', () => {
  const findAddress = async (q: string): Promise<string> => {
    const { location, html } = await people.admin.post('/console/find', { q });
    return location?.split('?')[0] ?? html;
  };

  test('finds everything that has an id', async () => {
    const at = `/console/brands/${world.shop.slug}`;
    const made = await act(people.admin, `brands/${world.shop.slug}/products/create`, { name: 'Found', slug: 'found' });
    const seated = `/console/licenses/${seat.license}`;
    const entries = journalIn(await wholeTable(world));
    const event = entries.find(({ type, entity }) => type === 'license.activated' && entity.id === seat.license)?.id;
    const bundle = entries.find(({ type }) => type === 'bundle.created')?.entity.id ?? '';
    await bringRow(await openImport(world, world.shop), sampleRow('OLD-SHOP-KEY-0001'));
    const brought = (await wholeTable(world)).find((item) => item['instance_identifier'] === 'https://site-1.example');
    const expected: [string, string][] = [
      [made.location?.split(/[/?]/).at(-2) ?? '', made.location?.split('?')[0] ?? ''],
      [idOf('release_id'), `${at}/releases/${idOf('release_id')}`],
      [bundle, `${at}/bundles/${bundle}`],
      [idOf('api_key_id'), `${at}/api-keys/${idOf('api_key_id')}`],
      [idOf('endpoint_id'), `${at}/webhook-endpoints/${idOf('endpoint_id')}`],
      [idOf('import_id'), `${at}/imports/${idOf('import_id')}`],
      [idOf('export_id'), `${at}/exports/${idOf('export_id')}`],
      [idOf('brand_id'), at],
      [idOf('customer_id'), `/console/customers/${idOf('customer_id')}`],
      [seat.activation, seated],
      [String(brought?.['id']), `/console/licenses/${String(brought?.['license_id'])}`],
      [event ?? '', seated],
    ];
    for (const [id, address] of expected) expect([id, await findAddress(id)]).toEqual([id, address]);
  });
});

describe('the pages of a brand', () => {
  test.each(BRAND_NOUNS.map(({ noun }) => noun))('list %s, and show one of them', async (noun) => {
    const page = await people.admin.get(`${brandPath()}/${noun}?product=wp-rocket`);
    expect(page.status).toBe(200);
    const [, href] =
      new RegExp(`<td><a href="(/console/(?:brands/[^"]+/${noun}|licenses|customers|license-keys)/[^"]+)"`).exec(
        page.html,
      ) ?? [];
    const shown = await people.admin.get(href ?? '');
    expect([shown.status, Buffer.byteLength(shown.html) < 100_000]).toEqual([200, true]);
    expect(shown.html).not.toMatch(/ style=| on[a-z]+="|\bundefined\b|\[object/);
  });

  test('are those that the role may see, and no act of another role', async () => {
    const statuses = await Promise.all(
      BRAND_NOUNS.map(async ({ noun }) => [noun, (await people.support.get(`${brandPath()}/${noun}`)).status]),
    );
    expect(Object.fromEntries(statuses)).toEqual({
      sales: 200,
      customers: 200,
      'license-keys': 200,
      products: 200,
      releases: 403,
      bundles: 200,
      'webhook-endpoints': 403,
      'api-keys': 403,
      imports: 403,
      exports: 403,
    });
    for (const { noun } of BRAND_NOUNS.filter(({ read, noun }) => read !== undefined || noun === 'sales'))
      for (const { name, creates } of actsOn(noun)) {
        const at = `brands/${world.shop.slug}/${noun}${creates === true ? '' : `/${idOf('endpoint_id')}`}/${name}`;
        expect([at, (await act(people.support, at)).status]).toEqual([at, 403]);
      }
    expect((await people.support.get(`${brandPath()}/products`)).html).not.toContain(
      '<form method="post" action="/console/brands',
    );
  });

  test('of another brand are those of a brand that does not exist', async () => {
    const other = await world.brand();
    const bare = ({ status, html }: Page) => `${String(status)} ${html.replaceAll(/[0-9a-f-]{36}/g, '…')}`;
    for (const path of ['', '/products', '/products/wp-rocket', '/api-keys'])
      expect(bare(await people.admin.get(`/console/brands/${other.slug}${path}`))).toBe(
        bare(await people.admin.get(`/console/brands/nobody${path}`)),
      );
    expect((await people.admin.get(`/console/analytics?brand=${other.slug}`)).status).toBe(404);
    const sold = await act(people.admin, `brands/${other.slug}/products/create`, { name: 'x', slug: 'x' });
    expect(sold.status).toBe(404);
  });

  test('keep their filters in the address', async () => {
    await buy({ products: ['imagify'] });
    const all = await people.admin.get(`${brandPath()}/sales?product=imagify`);
    expect(all.html).toContain('<option value="imagify" selected>');
    expect(textIn(all)).toContain('imagify');
    const none = await people.admin.get(`${brandPath()}/sales?product=imagify&status=suspended`);
    expect(textIn(none)).toContain('None.');
    const { params } = await freshCall(byOperation('update_webhook_endpoint'), world);
    const one = params?.['endpoint_id'] ?? '';
    const exhausted = await people.admin.get(`${brandPath()}/webhook-endpoints/${one}?status=exhausted`);
    expect([exhausted.status, exhausted.html]).toEqual([200, expect.stringContaining('value="exhausted" selected')]);
  });

  test('show markup in names as text', async () => {
    const evil = '<script>alert(1)</script>';
    await act(people.admin, `brands/${world.shop.slug}/products/create`, { name: evil, slug: 'evil' });
    await act(people.admin, `brands/${world.shop.slug}/api-keys/create`, { name: evil });
    for (const noun of ['products', 'api-keys']) {
      const { html } = await people.admin.get(`${brandPath()}/${noun}`);
      expect([html.includes('<script>alert'), html.includes('&lt;script&gt;alert(1)')]).toEqual([false, true]);
    }
  });

  test('lead nowhere by an address that somebody has typed, only by those of the service', async () => {
    const href = 'https://evil.example/sign-in';
    await act(people.admin, `brands/${world.shop.slug}/api-keys/create`, { name: href });
    const list = await people.admin.get(`${brandPath()}/api-keys`);
    const found = new RegExp(`href="([^"]+)">${href}<`).exec(list.html)?.[1] ?? '';
    expect(found).toMatch(/^\/console\//);
    expect((await people.admin.get(found)).html).not.toContain(`href="${href}`);
    await act(people.admin, `brands/${world.shop.slug}/imports/create`, {
      ...{ name: href, mode: 'dry_run', format: 'csv', file: 'license_key\nA-1\n' },
    });
    expect((await people.admin.get(`${brandPath()}/imports`)).html).not.toContain(`href="${href}`);
    const exported = await people.admin.get(`${brandPath()}/exports/${idOf('export_id')}`);
    expect(exported.html).toMatch(/<a href="http[^"]+" rel="noopener noreferrer">|download<\/dt>\s*<dd>none/);
  });

  test('refuse a bad form with 422, and keep what was typed', async () => {
    const page = await act(people.admin, `brands/${world.shop.slug}/products/create`, {
      name: 'Kept',
      slug: 'Not a slug',
    });
    expect([page.status, page.html]).toEqual([422, expect.stringContaining('value="Not a slug"')]);
    expect(page.html).toContain('value="Kept"');
    const taken = await act(people.admin, `brands/${world.shop.slug}/products/create`, {
      name: 'Two',
      slug: 'imagify',
    });
    expect([taken.status, taken.html]).toEqual([409, expect.stringContaining('value="Two"')]);
  });

  test('show how the brand is doing, with a table behind each picture', async () => {
    await countAll(world, world.shop);
    const page = await people.support.get(`/console/analytics?brand=${world.shop.slug}&granularity=week`);
    expect(page.status).toBe(200);
    expect(page.html.split('<svg').length - 1).toBe(11);
    expect(page.html.split('As a table').length - 1).toBe(11);
    expect(textIn(page)).toMatch(/Valid Expired Suspended Cancelled [1-9]/);
    expect(textIn(page)).toContain('0 webhook endpoints fail now');
    expect(Buffer.byteLength(page.html)).toBeLessThan(100_000);
    expect(textIn(page)).toContain('This stage counts checks and refused calls for all brands together.');
    expect((await people.support.get('/console/analytics')).status).toBe(200);
    expect((await people.support.get('/console/analytics?granularity=hour')).status).toBe(404);
  });
});

test('the function of the console needs every grant that it has, beside those of the data key', async () => {
  const bought = await buy();
  for (const once of ['11111111-2222-4333-8444-666666666666', '11111111-2222-4333-8444-777777777777'])
    expect((await act(people.admin, `licenses/${bought.id}/suspend`, { once })).status).toBe(303);
  for (const q of [bought.email, bought.key.slice(-4), 'seated.example.com']) await find(people.admin, q);
  moveClock(2 * MINUTE_MS);
  await people.admin.get('/console');
  const platform = openBrowser(people.provider);
  await platform.signIn({ sub: 'pat', name: 'Pat', groups: ['platform'] });
  await platform.get('/console');
  const brandFields = { name: 'Granted', slug: 'granted', key_prefix: 'GRAN', once: randomUUID() };
  expect((await act(platform, 'brands/create', brandFields)).status).toBe(303);
  expect((await act(platform, 'brands/granted/change', { name: 'Changed' })).status).toBe(303);
  await platform.post('/console/sign-out');
  await eraseArchived(world, world.shop, async (email, license) => {
    await people.renew();
    const { body } = await openBackOffice(world, world.shop).get(license);
    return (await act(people.admin, `customers/${String(body['customer_id'])}/erase`, { email })).status;
  });
  expect(refused).toEqual([]);
  const granted = statementsOf('console').flatMap((statement) =>
    statement.like.filter((pattern) => !pattern.includes('data-key')).map((pattern) => allowanceOf(statement, pattern)),
  );
  expect(granted.filter((allowance) => needed.get('console')?.has(allowance) !== true)).toEqual([]);
});
