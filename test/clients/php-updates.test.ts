import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openShop } from './wordpress/shop.ts';
import { folder, type LicensedSite, type SiteRequest, openSite } from './wordpress/sites.ts';
import { HOUR_S } from '../../lib/domain/time.ts';

jest.setTimeout(90_000);

/** The service remembers releases for a minute. */
const CLOCK_AHEAD_S = 121;

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

describe('an update', () => {
  const plugin = 'wp-rocket/wp-rocket.php';
  const header = { Version: '1.0.0', UpdateURI: 'http://127.0.0.1' };
  const offered = async (
    site: LicensedSite,
    kind: 'admin' | 'page' = 'admin',
  ): Promise<{ new_version: string; package: string }> => {
    const filter: [string, unknown[]] = ['filter', [`update_plugins_127.0.0.1`, false, header, plugin]];
    const { results, requests } = await site.request({ kind, steps: [filter] });
    expect(requests).toEqual([]);
    return results[0] as { new_version: string; package: string };
  };

  test('is offered without a request, and its package is fetched and checked before it is unpacked', async () => {
    const { site } = await shop.activeSite('updates');
    const offer = await offered(site);
    expect(offer).toMatchObject({ new_version: '1.1.0', package: expect.stringContaining('/downloads/') });
    const download: [string, unknown[]] = ['filter', ['upgrader_pre_download', false, offer.package, null, { plugin }]];
    const { results } = await site.request({ kind: 'admin', steps: [download] });
    expect(readFileSync(String(results[0])).subarray(0, 2).toString()).toBe('PK');
    rmSync(String(results[0]));
  });

  // A page is also what a remote manager posts to, the REST API, and a page that runs cron on its way.
  test.each(['admin', 'page'] as const)(
    'is refused in a request of kind %s when its bytes are not the published ones',
    async (kind) => {
      const { site } = await shop.activeSite(`tampered-${kind}`);
      const offer = await offered(site, kind);
      const download: [string, unknown[]] = [
        'filter',
        ['upgrader_pre_download', false, offer.package, null, { plugin }],
      ];
      shop.broken.use('answers HTML');
      const dial = { [`${shop.url}/downloads`]: `${shop.broken.url}/downloads` };
      const { results } = await site.request({ kind, steps: [download], dial });
      expect(results[0]).toMatchObject({
        code: 'license_package_refused',
        message: expect.stringMatching(/not the package/),
      });
    },
  );

  test('without a signature is refused unless its author accepts it and the site has met none', async () => {
    const { site } = await shop.activeSite('unsigned');
    const { package: link } = await offered(site);
    const download: [string, unknown[]] = ['filter', ['upgrader_pre_download', false, link, null, { plugin }]];
    const withoutSignature = await shop.startStripping(['signature', 'kid']);
    const dial = { [`${shop.url}/api`]: `${withoutSignature.url}/api` };
    const fetched = async (asked: SiteRequest): Promise<unknown> =>
      (await site.request({ ...asked, kind: 'admin', steps: [download] })).results[0];
    const refused = { message: expect.stringMatching(/not signed/) };
    const accepting = { config: { unsigned_packages: 'accept' } };
    expect(await fetched({ dial })).toMatchObject(refused);
    rmSync(String(await fetched({ dial, ...accepting })));
    rmSync(String(await fetched(accepting)));
    expect(await fetched({ dial, ...accepting })).toMatchObject(refused);
    withoutSignature.stop();
  });

  test('is taken back to the version before, checked in the same way, and is not offered again', async () => {
    const { site } = await shop.activeSite('back');
    const goBack: [string, unknown[]] = ['goBack', []];
    const at = (installed: string): SiteRequest => ({ kind: 'admin', installed, later_s: CLOCK_AHEAD_S });
    const refused = (await site.request({ ...at('1.1.0'), steps: [goBack] })).results;
    expect(refused).toMatchObject([{ ok: false, code: 'no_older_version' }]);
    const sha256 = await shop.publish('1.0.5', CLOCK_AHEAD_S);
    const { results, options } = await site.request({ ...at('1.1.0'), steps: [goBack] });
    expect(results).toMatchObject([{ ok: true, code: 'older_version' }]);
    expect(options['installed_package']?.value).toEqual([sha256, { overwrite_package: true }]);
    const data = { ...header, Version: '1.0.5' };
    const filter: [string, unknown[]] = ['filter', ['update_plugins_127.0.0.1', false, data, plugin]];
    const offer = (await site.request({ ...at('1.0.5'), steps: [filter] })).results[0];
    expect(offer).toMatchObject({ new_version: '1.0.5' });
  });

  test('has no link for a site whose license does not allow it', async () => {
    const { site, id } = await shop.activeSite('no-link');
    await shop.ask('POST', `/licenses/${id}/suspend`, { reason: 'dispute' });
    await site.cron();
    expect(await offered(site)).toMatchObject({ new_version: '1.1.0', package: '' });
  });
});

test('a site is served by the newest of two copies of the client, whichever plugin loads it', async () => {
  const client = join(process.cwd(), 'clients/php/license-service-client.php');
  const newer = join(folder, 'newer.php');
  writeFileSync(newer, readFileSync(client, 'utf8').replaceAll('1.0.0', '1.10.0').replaceAll('R1_0_0', 'R1_10_0'));
  const { site } = await shop.activeSite('two-copies');
  const clients = [client, newer, client];
  for (const order of [clients, clients.toReversed()])
    expect((await site.request({ clients: order })).version).toContain('R1_10_0');
  expect(await site.page({ clients })).toMatchObject({ mayRun: true, requests: 0, queries: 0 });
});

describe('an operator', () => {
  const command = (name: string, words: string[] = [], options = {}): [string, unknown[]] => [
    'cli',
    [name, words, options],
  ];

  test('activates, checks, diagnoses and deactivates by WP-CLI, which never shows the key', async () => {
    const { key } = await shop.buy();
    const site = openSite('wp-cli', shop.config);
    const names = ['status', 'refresh', 'diagnose', 'deactivate', 'status'];
    const steps = [command('activate', [key]), ...names.map((name) => command(name))];
    const { results, requests } = await site.request({ kind: 'cli', steps });
    expect(results).toEqual([
      'Success: valid: This license is active on this site.',
      expect.objectContaining({ code: 'valid', may_run: 'yes', fault: 'none' }),
      'Success: valid: This license is active on this site.',
      expect.objectContaining({
        reached: expect.stringMatching(/^yes/),
        clock_off_by: expect.stringMatching(/^[01] s$/),
      }),
      expect.stringMatching(/^Success: deactivated/),
      expect.objectContaining({ code: 'no_key', may_run: 'no' }),
    ]);
    expect(JSON.stringify(results)).not.toContain(key);
    expect(new Set(requests.map(({ timeout }) => timeout))).toEqual(new Set([10]));
  });

  test('sees in Site Health how the license is, and a WP-Cron that does not run', async () => {
    const { site, key } = await shop.activeSite('health');
    const health = async (later_s: number) =>
      (await site.request({ kind: 'admin', later_s, steps: [['health', []]] })).results[0];
    const now = await health(0);
    expect(now).toMatchObject({
      test: { status: 'good' },
      information: { license_wp_rocket_wp_rocket: { fields: { code: { value: 'valid' } } } },
    });
    expect(JSON.stringify(now)).not.toContain(key);
    expect(await health(4 * 24 * HOUR_S)).toMatchObject({
      test: { status: 'recommended', description: expect.stringMatching(/WP-Cron does not run/) },
    });
  });
});
