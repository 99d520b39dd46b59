import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { moveClock } from '../support/run/clock.ts';
import { getKeySet } from '../../lib/api/key-set.ts';
import { now } from '../../lib/process/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { readTrustedKeys, verifyPackage, type OfferedPackage } from '../../clients/typescript/src/proof.ts';
import { openReleaseOffice, pluginZip } from '../support/service/packages.ts';
import { activate } from '../support/service/purchases.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { openRoots, renewKeys, soon } from '../support/service/signing.ts';
import { useBackOffice, useBrand, usePackages, useService } from '../support/service/started-service.ts';
import { startedBefore } from '../support/run/started-before.ts';

const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));

const HOST = { host: 'licenses.example.com', 'x-forwarded-proto': 'https' };
const latest = (body: object): Promise<Reply> =>
  service.call(byOperation('latest_release_by_post'), { body, headers: HOST });
const linkIn = (reply: Reply): string => (reply.body['package'] as { url: string }).url;
const versionIn = (reply: Reply): string | undefined => (reply.body['release'] as { version: string } | null)?.version;
const follow = (url: string): Promise<Reply> =>
  service.call(byOperation('download_package'), { params: { token: url.split('/').at(-1) ?? '' } });
/** Sites see a change within a minute. */
const forget = (): void => moveClock(2 * MINUTE_MS);

/** A site with an active license. */
async function site(name = 'shop', body: object = {}) {
  const bought = await backOffice.buy(body);
  await activate(service, bought.site(name));
  return { ...bought, asks: { ...bought.site(name) } };
}

describe('a site that asks for an update', () => {
  test('gets the release, and its package by a link of this service', async () => {
    await office.published('1.0.0');
    const { asks } = await site();
    const reply = await latest({ ...asks, installed_version: '0.9', php_version: '8.2', wp_version: '6.8' });
    const zip = pluginZip('wp-rocket', '1.0.0');
    const sha256 = createHash('sha256').update(zip).digest('hex');
    expect(reply).toMatchObject({
      status: 200,
      body: {
        release: { version: '1.0.0', name: 'wp-rocket', requires_php: '7.4', sha256, size: zip.length },
        code: 'valid',
        detail: null,
      },
    });
    expect(linkIn(reply)).toMatch(/^https:\/\/licenses\.example\.com\/downloads\/v1-[\w-]+$/);
    expect(linkIn(reply)).not.toContain(asks.license_key);
    const redirect = await follow(linkIn(reply));
    expect(redirect.status).toBe(302);
    const stored = await fetch(String(redirect.headers['location']));
    expect(stored.headers.get('content-disposition')).toBe('attachment; filename="wp-rocket.1.0.0.zip"');
    expect(Buffer.from(await stored.arrayBuffer()).equals(zip)).toBe(true);
    expect((await follow(linkIn(reply))).status).toBe(302);
  });

  test('without a key sees the release and gets no link', async () => {
    const reply = await latest({ brand: shop.slug, product: 'wp-rocket' });
    expect(reply.body).toMatchObject({ release: { version: '1.0.0' }, package: null, code: 'no_license' });
    expect(await latest({ product: 'wp-rocket' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/brand' }] },
    });
    expect(await latest({ brand: 'nobody', product: 'wp-rocket' })).toMatchObject({ status: 404 });
    expect(await latest({ brand: shop.slug, product: 'nothing' })).toMatchObject({ status: 404 });
  });

  test('with a license that does not allow it sees the release, the reason and no link', async () => {
    const { id, asks } = await site('other');
    expect((await latest({ ...asks, instance_identifier: 'https://new.example.com' })).body).toMatchObject({
      release: { version: '1.0.0' },
      package: null,
      code: 'not_activated',
    });
    await backOffice.suspend(id);
    expect((await latest(asks)).body).toMatchObject({
      package: null,
      code: 'suspended',
      detail: expect.stringContaining('suspended'),
    });
    await backOffice.cancel(id);
    expect((await latest(asks)).body).toMatchObject({ package: null, code: 'cancelled' });
  });

  test('with an unknown key is refused as by a check', async () => {
    const { asks } = await site('third');
    expect(await latest({ ...asks, license_key: 'nonsense' })).toMatchObject({
      status: 404,
      body: { code: 'license_key_not_found' },
    });
  });

  test('gets nothing when no release fits it', async () => {
    const { asks } = await site('old');
    expect((await latest({ ...asks, php_version: '7.0' })).body).toMatchObject({
      release: null,
      package: null,
      code: 'no_release',
    });
  });

  test('on the beta channel gets betas, and within its policy no version above the highest one', async () => {
    await office.published('2.0.0-beta1', { channel: 'beta' });
    forget();
    const { id, asks } = await site('beta');
    expect(versionIn(await latest(asks))).toBe('1.0.0');
    expect(versionIn(await latest({ ...asks, channel: 'beta' }))).toBe('2.0.0-beta1');
    await backOffice.change(id, { policy: { max_version: '1.0.0' } });
    expect(versionIn(await latest({ ...asks, channel: 'beta' }))).toBe('1.0.0');
  });

  test('is within a rollout or not, and a halted release is offered to none', async () => {
    const { id } = await office.published('3.0.0', { rollout_percent: 0 });
    forget();
    const { asks } = await site('rollout');
    expect(versionIn(await latest(asks))).toBe('1.0.0');
    expect(versionIn(await latest({ ...asks, installed_version: '3.0.0' }))).toBe('3.0.0');
    await office.change(String(id), { rollout_percent: 100 });
    forget();
    expect(versionIn(await latest(asks))).toBe('3.0.0');
    await office.yank(String(id));
    forget();
    expect(versionIn(await latest(asks))).toBe('1.0.0');
  });
});

describe('a license that only keeps running', () => {
  test('is offered, with a link, what was published before its expiry, and never a later one', async () => {
    await office.published('4.0.0');
    const { asks } = await site('kept', { duration: 'P1D', policy: { expiration_strategy: 'maintain' } });
    moveClock(2 * DAY_MS);
    await office.published('4.1.0');
    forget();
    const reply = await latest(asks);
    expect(reply.body).toMatchObject({ release: { version: '4.0.0' }, code: 'valid_maintained' });
    expect((await follow(linkIn(reply))).status).toBe(302);
  });
});

describe('a download link', () => {
  test('that was changed is refused', async () => {
    const { asks } = await site('changed');
    const url = linkIn(await latest(asks));
    for (const other of [`${url}A`, url.slice(0, -1), url.replace('/v1-', '/v2-'), 'x', url.replace(/.$/, '~')])
      expect(await follow(other)).toMatchObject({ status: 403, body: { code: 'download_not_allowed' } });
  });

  test('works for a day at least and two at most', async () => {
    const { asks } = await site('days');
    const url = linkIn(await latest(asks));
    moveClock(24 * HOUR_MS);
    expect((await follow(url)).status).toBe(302);
    moveClock(24 * HOUR_MS);
    expect(await follow(url)).toMatchObject({ status: 410, body: { code: 'download_ended' } });
  });

  test.each([
    ['its license was suspended', (id: string) => backOffice.suspend(id)],
    ['its license was cancelled', (id: string) => backOffice.cancel(id)],
    ['its license has got another product', (id: string) => backOffice.change(id, { product: 'imagify' })],
    [
      'a lower version became the highest one',
      (id: string) => backOffice.change(id, { policy: { max_version: '0.1' } }),
    ],
  ])('is refused once %s', async (_, change) => {
    const { id, asks } = await site('since');
    const url = linkIn(await latest(asks));
    expect((await follow(url)).status).toBe(302);
    expect((await change(id)).status).toBe(200);
    expect(await follow(url)).toMatchObject({ status: 403, body: { code: 'download_not_allowed' } });
  });

  test('is refused once its site has given up its seat', async () => {
    const { asks } = await site('gone');
    const url = linkIn(await latest(asks));
    await service.call(byOperation('deactivate_license'), { body: asks });
    expect(await follow(url)).toMatchObject({ status: 403 });
  });

  test('ends at once when its release is yanked', async () => {
    const { id } = await office.published('5.0.0');
    forget();
    const { asks } = await site('yanked');
    const url = linkIn(await latest(asks));
    await office.yank(String(id));
    expect(await follow(url)).toMatchObject({ status: 410, body: { code: 'download_ended' } });
  });
});

describe('plugin-update-checker', () => {
  const read = (query: Record<string, string>, file = 'wp-rocket.json') =>
    service.call(byOperation('plugin_update'), { params: { brand: shop.slug, file }, query, headers: HOST });

  test('gets its metadata, and a link where the license of the site may update', async () => {
    const { asks } = await site('puc');
    const reply = await read({ license_key: asks.license_key, site: asks.instance_identifier, php: '8.2' });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        slug: 'wp-rocket',
        version: '4.1.0',
        requires: '6.0',
        download_url: expect.stringContaining('/downloads/'),
      },
    });
    expect((await follow(String(reply.body['download_url']))).status).toBe(302);
  });

  test.each<[string, Record<string, string>]>([
    ['no site', { license_key: 'KEY' }],
    ['no key', { site: 'https://puc.example.com' }],
    ['an unknown key', { license_key: 'nonsense', site: 'https://puc.example.com' }],
    ['a site that is none', { license_key: 'KEY', site: '::' }],
    ['a site without a seat', { license_key: 'KEY', site: 'https://unknown.example.com' }],
  ])('with %s gets the version and no link', async (_, query) => {
    const { key } = await backOffice.buy();
    const reply = await read({ ...query, ...(query['license_key'] === 'KEY' ? { license_key: key } : {}) });
    expect(reply).toMatchObject({ status: 200, body: { version: '4.1.0' } });
    expect(reply.body).not.toHaveProperty('download_url');
  });

  test('gets an answer whatever its site sends', async () => {
    const odd = ['x'.repeat(3_000), 'a\u0000b\u202e', '', '\ud83d\ude00'];
    for (const text of odd)
      for (const name of ['license_key', 'site', 'installed_version', 'php'])
        expect(await read({ [name]: text })).toMatchObject({ status: 200, body: { slug: 'wp-rocket' } });
  });

  test('gets 404 for a product that does not exist, and the installed version for one without a release', async () => {
    expect((await read({}, 'nothing.json')).status).toBe(404);
    expect((await read({}, 'wp-rocket')).status).toBe(404);
    const ofNobody = { brand: 'nobody', file: 'wp-rocket.json' };
    expect((await service.call(byOperation('plugin_update'), { params: ofNobody })).status).toBe(404);
    const reply = await read({ installed_version: '1.2' }, 'imagify.json');
    expect(reply).toMatchObject({ status: 200, body: { version: '1.2', sections: { changelog: expect.any(String) } } });
  });
});

test('the changelog is a page with the texts of the newest stable version and nothing that runs', async () => {
  const open = (product: string) => service.call(byOperation('changelog'), { params: { brand: shop.slug, product } });
  const page = await open('wp-rocket');
  expect(page.status).toBe(200);
  expect(page.text).toContain('<h4>4.1.0</h4>');
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect((await open('imagify')).text).toContain('There is no changelog yet.');
  expect((await open('nothing')).status).toBe(404);
  const ofNobody = { brand: 'nobody', product: 'wp-rocket' };
  expect((await service.call(byOperation('changelog'), { params: ofNobody })).status).toBe(404);
});

describe('the package of an offer', () => {
  const nowS = (): number => Math.floor(now() / 1000);
  const keys = async () => {
    const roots = (await openRoots().list(soon())).map(({ x }) => x);
    return readTrustedKeys((await service.call(getKeySet)).text, { roots, version: 0, now: nowS() });
  };
  const offers = async () => {
    const { asks } = await site('signed');
    const native = (await latest(asks)).body['release'];
    const params = { brand: shop.slug, file: 'wp-rocket.json' };
    const puc = (await service.call(byOperation('plugin_update'), { params, headers: HOST })).body;
    return [native, puc].map((offer) => ({ ...(offer as OfferedPackage), brand: shop.slug, product: 'wp-rocket' }));
  };

  test('is signed, so that a site refuses one that was not published here', async () => {
    await renewKeys(service);
    moveClock(10 * MINUTE_MS);
    for (const offer of await offers()) {
      const zip = new Uint8Array(pluginZip('wp-rocket', offer.version));
      const other = new Uint8Array(pluginZip('wp-rocket', '9.9'));
      const set = await keys();
      await verifyPackage(zip, offer, set);
      await expect(verifyPackage(other, offer, set)).rejects.toThrow('refused: s');
      await expect(verifyPackage(zip, { ...offer, version: '9.9' }, set)).rejects.toThrow('refused: signature');
    }
  });

  test('is offered without a signature while no signing key can be had', async () => {
    const file = String(process.env['SIGNING_KEYS_FILE']);
    const held = readFileSync(file);
    rmSync(file);
    moveClock(10 * MINUTE_MS);
    for (const offer of await offers()) expect(offer).toMatchObject({ signature: null, kid: null });
    writeFileSync(file, held);
  });
});

test('a site names a product only where its key carries several', async () => {
  expect((await latest({ license_key: (await backOffice.buy()).key })).status).toBe(200);
  const { key } = await backOffice.buy({ products: ['wp-rocket', 'imagify'], license_key: 'new' });
  expect(await latest({ license_key: key })).toMatchObject({ status: 422, body: { code: 'product_required' } });
});
