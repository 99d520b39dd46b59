import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HOUR_S } from '../../lib/domain/time.ts';
import { serverFaults } from './wordpress/broken-server.ts';
import { openShop } from './wordpress/shop.ts';
import { openSite } from './wordpress/sites.ts';

jest.setTimeout(90_000);

const ID = 'license_wp_rocket_wp_rocket';

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const runs = { mayRun: true, mayUpdate: true, requests: 0, queries: 0 };

describe('a site with a license', () => {
  test('runs on what it holds: a page makes no request and no query, and cron asks at the given time', async () => {
    const { site, key } = await shop.activeSite('first');
    expect(await site.page()).toEqual(runs);
    const { events, options, requests } = await site.cron();
    expect(requests.map(({ timeout }) => timeout)).toEqual([10, 10]);
    const notes = options[`${ID}_notes`]?.value;
    expect(events).toEqual({ [ID]: notes?.['next_check_at'] });
    expect(JSON.stringify(options[ID]).length).toBeLessThan(2_048);
    expect(options[ID]?.autoload).toBe(true);
    expect(options[`${ID}_notes`]?.autoload).toBe(false);
    expect(await site.status()).toMatchObject({
      code: 'valid',
      key: `••••${key.slice(-4)}`,
      seats_used: 1,
      seat_limit: 3,
    });
  });

  test('is refused when every seat is taken, and gets the seat that its owner chooses', async () => {
    const { site, key } = await shop.activeSite('old', { max_seats: 1 });
    const second = openSite('second', shop.config);
    expect(await second.activate(key)).toMatchObject({ ok: false, code: 'seat_limit_reached' });
    expect(await second.page()).toMatchObject({ mayRun: false, requests: 0 });
    const { seats } = (await second.status()) as { seats: [{ activation_id: string; instance: string }] };
    expect(seats).toMatchObject([{ instance: 'o••.example' }]);
    expect(await second.activate(key, seats[0].activation_id)).toMatchObject({ ok: true });
    await site.cron();
    expect(await site.page()).toMatchObject({ mayRun: false, mayUpdate: false });
    expect(await site.status()).toMatchObject({ code: 'not_activated' });
  });

  test('offers a copy of itself to move the seat, and the copy gets it', async () => {
    const { site } = await shop.activeSite('origin', { max_seats: 1 });
    const copy = openSite('copy', shop.config);
    copyFileSync(site.state, copy.state);
    await copy.cron();
    expect(await copy.status()).toMatchObject({ code: 'not_activated', copy_of: { instance: 'or••.example' } });
    expect(await copy.click('move', [])).toMatchObject({ ok: true });
    expect(await copy.page()).toMatchObject({ mayRun: true });
  });

  test('frees its seat when it is deactivated, and asks no more', async () => {
    const { site, key } = await shop.activeSite('leaving', { max_seats: 1 });
    expect(await site.click('deactivate', [])).toMatchObject({ ok: true, code: 'deactivated' });
    const { events, options } = await site.request({ kind: 'admin' });
    expect(events).toEqual({});
    expect(JSON.stringify(options)).not.toContain(key);
    expect(await site.page()).toMatchObject({ mayRun: false, requests: 0, queries: 0 });
    expect(await openSite('next', shop.config).activate(key)).toMatchObject({ ok: true });
  });

  test('keeps its seat when a copy of it is deactivated, before the first check of the copy and after it', async () => {
    const { site } = await shop.activeSite('production');
    for (const name of ['staging', 'checked-staging']) {
      const copy = openSite(name, shop.config);
      copyFileSync(site.state, copy.state);
      if (name === 'checked-staging') await copy.cron();
      const detail = 'This license is no longer active on this site.';
      expect(await copy.click('deactivate', [])).toEqual({ ok: true, code: 'deactivated', detail });
      expect(await copy.page()).toMatchObject({ mayRun: false, requests: 0 });
    }
    await site.cron();
    expect(await site.page()).toEqual(runs);
    expect(await site.status()).toMatchObject({ code: 'valid', seats_used: 1 });
  });

  test('keeps a license that works when another key is refused', async () => {
    const { site } = await shop.activeSite('keeps');
    expect(await site.activate('WPR-0000-0000-0000-0001')).toMatchObject({ ok: false, code: 'license_key_not_found' });
    expect(await site.page()).toEqual(runs);
  });

  test('obeys a change of the license at its next check, and shows what to do', async () => {
    const { site, id } = await shop.activeSite('suspended');
    await shop.ask('POST', `/licenses/${id}/suspend`, { reason: 'dispute' });
    await site.cron();
    expect(await site.page()).toMatchObject({ mayRun: false, mayUpdate: false });
    expect(await site.status()).toMatchObject({ code: 'suspended', detail: expect.stringMatching(/suspended/) });
    await shop.ask('POST', `/licenses/${id}/resume`, {});
    await site.cron();
    expect(await site.page()).toEqual(runs);
  });
});

describe('a server that is broken', () => {
  test.each(Object.keys(serverFaults))('costs a visitor nothing and changes nothing when it %s', async (fault) => {
    shop.broken.use(fault);
    const { site } = await shop.activeSite(`fault-${Object.keys(serverFaults).indexOf(fault)}`);
    const away = { dial: { [shop.url]: shop.broken.url }, patience_s: 1 };
    const before = await site.request();
    const { requests, options, events } = await site.cron(away);
    expect(requests).toHaveLength(1);
    expect(options[ID]).toEqual(before.options[ID]);
    const notes = options[`${ID}_notes`]?.value ?? {};
    expect(notes).toMatchObject({ fails: 1, fault: expect.any(String), next_check_at: events[ID] });
    expect(await site.page(away)).toEqual(runs);
    expect((await site.request({ ...away, kind: 'admin' })).requests).toEqual([]);
    expect(await site.click('refresh', [], away)).toMatchObject({ ok: false, code: 'no_answer' });
    await site.cron();
    expect(await site.status()).toMatchObject({ fault: null, code: 'valid' });
  });

  test.each([
    ['least', [240, 2_880, 21_600, 21_600]],
    ['most', [360, 4_320, 30_240, 30_240]],
  ] as const)('is asked after 5 minutes, an hour, then 6 hours, four times a day, at the %s', async (draws, waits) => {
    const { site } = await shop.activeSite(`backs-off-${draws}`);
    shop.broken.use('answers 500');
    const asked = { dial: { [shop.url]: shop.broken.url }, draws };
    for (const wait of waits) {
      const before = Math.floor(Date.now() / 1000);
      const { events } = await site.cron(asked);
      expect(events[ID]).toBeGreaterThanOrEqual(before + wait);
      expect(events[ID]).toBeLessThanOrEqual(Date.now() / 1000 + wait);
    }
  });

  test('is not asked before Retry-After says', async () => {
    const away = { dial: { [shop.url]: shop.broken.url } };
    const limited = await shop.activeSite('limited');
    shop.broken.use('answers 429');
    const { events } = await limited.site.cron(away);
    expect(events[ID]).toBeGreaterThan(Date.now() / 1000 + 7_100);
  });

  test('stops updates once the answer is stale, and the plugin only if its author says so', async () => {
    const { site } = await shop.activeSite('stale');
    const late = { later_s: 15 * 24 * HOUR_S };
    expect(await site.page(late)).toEqual({ ...runs, mayUpdate: false });
    expect(await site.page({ ...late, config: { when_stale: 'stop' } })).toEqual({
      ...runs,
      mayRun: false,
      mayUpdate: false,
    });
    expect(await site.status(late)).toMatchObject({ is_stale: true });
  });
});

describe('a key that nobody can use', () => {
  test('is asked about ever more seldom, in the end every 48 hours', async () => {
    const site = openSite('unknown', shop.config);
    expect(await site.activate('WPR-0000-0000-0000-0001')).toMatchObject({ code: 'license_key_not_found' });
    const waits: number[] = [];
    for (let i = 0; i < 3; i += 1) waits.push(((await site.cron()).events[ID] ?? 0) - Date.now() / 1000);
    expect(Math.max(...waits)).toBeGreaterThan(47.9 * HOUR_S);
    expect(Math.min(...waits)).toBeGreaterThan(23.9 * HOUR_S);
  });

  test('in a constant wins over a typed one, and is activated by cron', async () => {
    const { key } = await shop.buy();
    const site = openSite('constant', shop.config);
    const env = { WP_ROCKET_LICENSE_KEY: key };
    const { events } = await site.request({ kind: 'admin', env });
    expect(Object.keys(events)).toEqual([ID]);
    const { options } = await site.cron({ env });
    expect(await site.status({ env })).toMatchObject({ code: 'valid', is_key_fixed: true });
    expect(JSON.stringify(options)).not.toContain(key);
  });
});

describe('a constant that changes', () => {
  test('is asked about at once, and if it is refused, seldom: the license stays as it is', async () => {
    const { site } = await shop.activeSite('changed-constant');
    const { key } = await shop.buy();
    const open = (WP_ROCKET_LICENSE_KEY: string) => ({ kind: 'admin' as const, env: { WP_ROCKET_LICENSE_KEY } });
    const wait = ({ events }: { events: Record<string, number> }) => (events[ID] ?? 0) - Date.now() / 1000;
    expect(wait(await site.request(open(key)))).toBeLessThan(61);
    await site.cron(open(key));
    expect(await site.status(open(key))).toMatchObject({ code: 'valid', key: `••••${key.slice(-4)}` });
    const wrong = open('WPR-0000-0000-0000-0001');
    expect(wait(await site.request(wrong))).toBeLessThan(61);
    await site.cron(wrong);
    expect(wait(await site.request(wrong))).toBeGreaterThan(11 * HOUR_S);
    expect(await site.page()).toEqual(runs);
  });
});

describe('the state of a site', () => {
  test('survives new salts, as its signature is good', async () => {
    const { site } = await shop.activeSite('salts');
    expect(await site.page({ env: { SALT: 'new' } })).toMatchObject({ mayRun: true, requests: 0 });
    expect(await site.page({ env: { SALT: 'new' } })).toEqual(runs);
  });

  test('costs a page nothing where the salts are in the database, even while plugins load', async () => {
    const { key } = await shop.buy();
    const env = { SALT: 'in the database' };
    const site = openSite('late-salts', shop.config);
    expect(await site.click('activate', [key], { env })).toMatchObject({ ok: true });
    const { options } = await site.request({ env });
    for (let page = 0; page < 2; page += 1)
      expect(await site.request({ env, early: ['may_run', 'may_update'], steps: [['may_run', []]] })).toMatchObject({
        early: [true, true],
        results: [true],
        queries: 0,
        options,
      });
  });

  test('is forgotten when somebody has written it by hand', async () => {
    const { site } = await shop.activeSite('forged');
    const stored = readFileSync(site.state, 'latin1');
    const proof = /"proof";s:\d+:"([^"]+)"/.exec(stored)?.[1] ?? '';
    const other = proof.slice(0, -1) + (proof.endsWith('A') ? 'Q' : 'A');
    writeFileSync(site.state, stored.replace(proof, other), 'latin1');
    expect(await site.page()).toMatchObject({ mayRun: false, requests: 0 });
  });
});

describe('a network of sites', () => {
  test('shares one license where the plugin is active for all, and one event on its main site', async () => {
    const { key } = await shop.buy({ max_seats: 1 });
    const site = openSite('network', { ...shop.config, network: true });
    expect(await site.click('activate', [key], { blog: 1 })).toMatchObject({ ok: true });
    for (const blog of [1, 2]) expect(await site.page({ blog })).toEqual(runs);
    expect(await site.status({ blog: 2 })).toMatchObject({ code: 'valid', seats_used: 1 });
    expect(await site.click('refresh', [], { blog: 2 })).toMatchObject({ ok: true });
    expect(Object.keys((await site.cron({ blog: 2 })).events)).toEqual([`1:${ID}`]);
    expect(await site.click('deactivate', [], { blog: 2 })).toMatchObject({ ok: true });
    expect(await site.page({ blog: 2 })).toMatchObject({ mayRun: false, requests: 0, queries: 0 });
    expect((await site.cron({ blog: 1 })).events).toEqual({});
  });

  test('costs its pages no query, and its admin pages no write, while the license stays as it is', async () => {
    const { key } = await shop.buy();
    const site = openSite('large-network', { ...shop.config, network: true });
    await site.click('activate', [key], { blog: 1 });
    const writesOf = async (asked: object) => (await site.request({ kind: 'admin', ...asked })).writes;
    expect([await writesOf({ blog: 1 }), await writesOf({ blog: 2 })]).toEqual([0, 0]);
    // A site beyond those that hear of a change at once reads the state of the network, once.
    expect(await site.page({ blog: 3 })).toMatchObject({ mayRun: true, requests: 0, queries: 2 });
    for (const later_s of [0, 23 * HOUR_S]) expect(await site.page({ blog: 3, later_s })).toEqual(runs);
    const later_s = HOUR_S;
    expect([await writesOf({ blog: 3, later_s }), await writesOf({ blog: 3, later_s })]).toEqual([1, 0]);
  });

  test('has a license for each site where it is not', async () => {
    const { key } = await shop.buy();
    const site = openSite('blogs', { ...shop.config, network: false });
    expect(await site.click('activate', [key], { blog: 1 })).toMatchObject({ ok: true });
    expect(await site.page({ blog: 1 })).toEqual(runs);
    expect(await site.page({ blog: 2 })).toMatchObject({ mayRun: false, requests: 0 });
    const second = { blog: 2, address: 'https://blogs.example/second' };
    expect(await site.click('activate', [key], second)).toMatchObject({ ok: true });
    expect(await site.status(second)).toMatchObject({ code: 'valid', seats_used: 2 });
  });
});
