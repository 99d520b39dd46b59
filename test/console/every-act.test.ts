import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { actsOn, allActs } from '../../lib/console/acts.ts';
import { BRAND_NOUNS } from '../../lib/console/brand-nouns.ts';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { inMs, moveClock } from '../support/run/clock.ts';
import { openBrowser, type Page } from '../support/console/browser.ts';
import { act, find, REASON as reason, textIn, usePeople } from '../support/console/people.ts';
import { openBackOffice, type Bought } from '../support/service/back-office.ts';
import { countAll } from '../support/service/counting.ts';
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

/** A thing of its own for an act that ends something. */
async function fresh(operation: string, name: string): Promise<string> {
  const { params = {} } = await freshCall(byOperation(operation), world);
  return params[name] ?? '';
}

/** The address of an act's form and what is typed, on things that allow it. */
type Typed = { at: () => Promise<string> | string; fields?: () => Record<string, string> };
const endpoint = { at: () => `brands/${world.shop.slug}/webhook-endpoints/${idOf('endpoint_id')}` };
const list = (noun: string) => ({ at: () => `brands/${world.shop.slug}/${noun}` });
const product = { at: () => `brands/${world.shop.slug}/products/wp-rocket` };
const license = (body: object = {}) => ({ at: async () => `licenses/${(await buy(body)).id}` });
/** A person can replace only the text of a key whose scopes that person has. */
const apiKey = {
  at: async () => {
    const body = { name: 'spare', scopes: ['licenses:read'] };
    const made = await world.call(byOperation('create_api_key'), { apiKey: world.shop.apiKey, body });
    return `brands/${world.shop.slug}/api-keys/${String(made.body['id'])}`;
  },
};
const importJob = (operation: string) => ({
  at: async () => `brands/${world.shop.slug}/imports/${await fresh(operation, 'import_id')}`,
});

let seat: { license: string; activation: string };

const TYPED: Record<string, Typed> = {
  'licenses/free': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
  'licenses/restore': { at: () => `licenses/${seat.license}`, fields: () => ({ activation_id: seat.activation }) },
  'licenses/renew': { ...license({ policy: { duration: 'P1Y' } }), fields: () => ({ extend_by: 'P1Y' }) },
  'licenses/seats': { ...license(), fields: () => ({ max_seats: '4' }) },
  'licenses/expiry': { ...license(), fields: () => ({ expiration_date: '2199-12-31' }) },
  'licenses/product': { ...license(), fields: () => ({ product: 'imagify' }) },
  'licenses/suspend': license(),
  'licenses/resume': {
    at: async () => {
      const { id } = await buy();
      await act(people.admin, `licenses/${id}/suspend`);
      return `licenses/${id}`;
    },
  },
  'licenses/transfer': { ...license(), fields: () => ({ customer_email: 'taker@example.com' }) },
  'licenses/cancel': license(),
  'license-keys/reveal': { at: () => `license-keys/${idOf('license_key_id')}` },
  'license-keys/rotate': {
    at: async () => `license-keys/${(await buy()).keyId}`,
    fields: () => ({ overlap_hours: '1' }),
  },
  'customers/email': { at: () => `customers/${idOf('customer_id')}`, fields: () => ({ email: 'other@example.com' }) },
  'sales/sell': {
    ...list('sales'),
    fields: () => ({ customer_email: 'by-hand@example.com', products: 'wp-rocket, imagify', external_id: 'hand-1' }),
  },
  'products/create': { ...list('products'), fields: () => ({ name: 'New one', slug: 'new-one' }) },
  'products/rename': { ...product, fields: () => ({ name: 'Renamed' }) },
  'products/rollout': { ...product, fields: () => ({ release_id: idOf('release_id'), rollout_percent: '40' }) },
  'products/yank': { ...product, fields: () => ({ release_id: idOf('release_id') }) },
  'bundles/create': {
    ...list('bundles'),
    fields: () => ({ name: 'Pair', slug: 'pair', products: 'wp-rocket imagify' }),
  },
  'bundles/change': {
    at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}`,
    fields: () => ({ name: 'Two', products: 'wp-rocket' }),
  },
  'bundles/delete': { at: () => `brands/${world.shop.slug}/bundles/${idOf('bundle')}` },
  'webhook-endpoints/create': { ...list('webhook-endpoints'), fields: () => ({ url: 'http://127.0.0.1:9/new' }) },
  'webhook-endpoints/change': { ...endpoint, fields: () => ({ event_types: 'license.*, seat.deactivated' }) },
  'webhook-endpoints/pause': endpoint,
  'webhook-endpoints/resume': endpoint,
  'webhook-endpoints/test': endpoint,
  'webhook-endpoints/replay': { ...endpoint, fields: () => ({ from: inMs(-HOUR_MS) }) },
  'webhook-endpoints/rotate': { ...endpoint, fields: () => ({ overlap_hours: '2' }) },
  'webhook-endpoints/send': { ...endpoint, fields: () => ({ delivery_id: idOf('delivery_id') }) },
  'webhook-endpoints/delete': endpoint,
  'api-keys/create': { ...list('api-keys'), fields: () => ({ name: 'Shop', scopes: 'licenses:read, events:read' }) },
  'api-keys/rotate': { ...apiKey, fields: () => ({ overlap_hours: '1' }) },
  'api-keys/revoke': apiKey,
  'imports/create': {
    ...list('imports'),
    fields: () => ({ name: 'By hand', mode: 'dry_run', format: 'csv', file: 'license_key\nA-1\n' }),
  },
  'imports/run': {
    at: async () => {
      const made = await fresh('run_import', 'import_id');
      await act(people.admin, `brands/${world.shop.slug}/imports/${made}/cancel`);
      return `brands/${world.shop.slug}/imports/${made}`;
    },
  },
  'imports/cancel': importJob('cancel_import'),
  'imports/undo': importJob('undo_import'),
};

/** Acts whose change is no entry of the journal. */
const UNJOURNALLED = /^(?:imports|webhook-endpoints\/(?:test|replay|send))/;

beforeAll(async () => {
  const bought = await buy({ max_seats: 2 });
  const { body } = await activate(world, bought.site('seated'));
  seat = { license: bought.id, activation: String(body['activation_id']) };
});

describe('every act of the console', () => {
  test.each(allActs.map(({ on, name }) => `${on}/${name}`))('%s is done, with person and reason', async (name) => {
    const typed = TYPED[name];
    if (typed === undefined) throw new Error('nobody has said how this act is done');
    const at = await typed.at();
    const before = new Set(journalIn(await wholeTable(world)).map(({ id }) => id));
    const once = randomUUID();
    const page = await act(people.admin, `${at}/${name.split('/')[1] ?? ''}`, { ...typed.fields?.(), once });
    expect([page.status, page.status === 422 ? textIn(page) : '']).toEqual([
      /reveal|rotate|(?:endpoints|keys)\/create/.test(name) ? 200 : 303,
      '',
    ]);
    if (page.location !== undefined) expect((await people.admin.get(page.location)).status).toBe(200);
    const entries = journalIn(await wholeTable(world)).filter(({ id }) => !before.has(id));
    for (const entry of entries) expect(entry).toMatchObject({ actor: { type: 'person', id: 'bea' }, reason });
    expect(entries.length === 0).toBe(UNJOURNALLED.test(name));
  });

  test('shows the same call of the API on its form', async () => {
    const { html } = await people.admin.get(`/console/licenses/${seat.license}`);
    expect(html).toContain(`/api/v1/brand/licenses/${seat.license}/renew`);
    const sell = await people.admin.get(`${brandPath()}/sales`);
    expect(textIn(sell)).toContain('curl -X POST');
  });
});

describe('the box', () => {
  test('finds a change by the id of its request, and says where a refused one is found', async () => {
    const bought = await buy();
    const [entry] = journalIn(await wholeTable(world)).filter(({ entity }) => entity.id === bought.id);
    await countAll(world, world.shop);
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
    const key = (await buy()).key.replace(/^.{4}/, 'ZZZZ');
    expect(textIn(await people.support.post('/console/find', { q: key }))).not.toContain('filter request_id');
  });
});

describe('the pages of a brand', () => {
  test.each(BRAND_NOUNS.map(({ noun }) => noun))('list %s, and show one of them', async (noun) => {
    const page = await people.admin.get(`${brandPath()}/${noun}`);
    expect(page.status).toBe(200);
    const [, href] =
      new RegExp(`<td><a href="(/console/(?:brands/[^"]+/${noun}|licenses)/[^"]+)"`).exec(page.html) ?? [];
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
      products: 200,
      bundles: 200,
      'webhook-endpoints': 403,
      'api-keys': 403,
      imports: 403,
    });
    for (const { noun } of BRAND_NOUNS)
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
    const one = await fresh('update_webhook_endpoint', 'endpoint_id');
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
    expect(Buffer.byteLength(page.html)).toBeLessThan(100_000);
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
  await platform.post('/console/sign-out');
  expect(refused).toEqual([]);
  const granted = statementsOf('console').flatMap((statement) =>
    statement.like.filter((pattern) => !pattern.includes('data-key')).map((pattern) => allowanceOf(statement, pattern)),
  );
  expect(granted.filter((allowance) => needed.get('console')?.has(allowance) !== true)).toEqual([]);
});
