import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildZip } from '../../local/zip.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { moveClock, startMinute } from '../support/run/clock.ts';
import { DAY_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { openReleaseOffice, pluginZip } from '../support/service/packages.ts';
import { renewKeys } from '../support/service/signing.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { useBackOffice, useBrand, usePackages, useService } from '../support/service/started-service.ts';
import { startedBefore } from '../support/run/started-before.ts';

const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));

type Listed = { version: string; dist: { url: string; shasum: string }; extra: Record<string, object> };
const HOST = { host: 'licenses.example.com', 'x-forwarded-proto': 'https' };
const follow = (url: string): Promise<Reply> =>
  service.call(byOperation('download_package'), { params: { token: url.split('/').at(-1) ?? '' } });
/** Sites see a change within a minute. */
const forget = (): void => moveClock(2 * MINUTE_MS);

beforeAll(async () => {
  await renewKeys(service);
  await office.published('1.0.0');
  await office.published('4.1.0');
});

describe('Composer', () => {
  const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}`, ...HOST });
  const read = (headers: Record<string, string>, file = 'wp-rocket.json') =>
    service.call(byOperation('composer_package'), { params: { brand: shop.slug, vendor: shop.slug, file }, headers });

  test('finds the repository, and the versions that a license may have with their SHA-1', async () => {
    const root = await service.call(byOperation('composer_repository'), {
      params: { brand: shop.slug },
      headers: HOST,
    });
    expect(root.body).toMatchObject({
      'metadata-url': `https://licenses.example.com/composer/${shop.slug}/p2/%package%.json`,
    });
    const { key } = await backOffice.buy({ policy: { max_version: '2' } });
    const { status, body } = await read(basic(key));
    expect(status).toBe(200);
    const versions = (body['packages'] as Record<string, Listed[]>)[`${shop.slug}/wp-rocket`];
    expect(versions?.map(({ version }) => version)).toEqual(['1.0.0']);
    const [first] = versions ?? [];
    expect(first?.dist.shasum).toBe(createHash('sha1').update(pluginZip('wp-rocket', '1.0.0')).digest('hex'));
    expect(first?.extra['license-service']).toEqual({
      sha256: createHash('sha256').update(pluginZip('wp-rocket', '1.0.0')).digest('hex'),
      size: pluginZip('wp-rocket', '1.0.0').length,
      signature: expect.any(String),
      kid: expect.any(String),
    });
    const dist = new URL(first?.dist.url ?? '').pathname;
    expect(dist).toMatch(new RegExp(`^/composer/${shop.slug}/dist/wp-rocket/[0-9a-f-]{36}[.]zip$`));
  });

  const locked = (headers: Record<string, string>, releaseId: unknown, file = `${String(releaseId)}.zip`) =>
    service.call(byOperation('composer_dist'), { params: { brand: shop.slug, product: 'wp-rocket', file }, headers });

  test('installs a locked version a year later, at any rollout, for as long as the license may have it', async () => {
    const { id: releaseId } = await office.published('5.0.0');
    const { id, key } = await backOffice.buy();
    moveClock(365 * DAY_MS);
    await office.change(String(releaseId), { rollout_percent: 0 });
    const link = await locked(basic(key), releaseId);
    expect(link.status).toBe(302);
    const redirect = await follow(String(link.headers['location']));
    const stored = await fetch(String(redirect.headers['location']));
    expect(Buffer.from(await stored.arrayBuffer()).equals(pluginZip('wp-rocket', '5.0.0'))).toBe(true);

    for (const headers of [HOST, basic('nonsense')]) expect((await locked(headers, releaseId)).status).toBe(401);
    expect((await locked(basic(key), releaseId, 'latest.zip')).status).toBe(404);
    const of = await backOffice.buy({ products: ['imagify'] });
    const old = await backOffice.buy({ policy: { max_version: '2' } });
    expect(await locked(basic(of.key), releaseId)).toMatchObject({
      status: 403,
      body: { code: 'download_not_allowed' },
    });
    const { headers } = await locked(basic(old.key), releaseId);
    expect((await follow(String(headers['location']))).status).toBe(403);
    await backOffice.suspend(id);
    expect((await locked(basic(key), releaseId)).status).toBe(403);
    await office.yank(String(releaseId));
    const late = await locked(basic(old.key), releaseId);
    expect((await follow(String(late.headers['location']))).status).toBe(410);
    forget();
  });

  test('is asked for a key when it has none, or one of nobody', async () => {
    for (const headers of [HOST, basic('nonsense'), basic(''), { authorization: 'Basic %%' }]) {
      const reply = await read(headers);
      expect(reply).toMatchObject({ status: 401, body: { code: 'license_key_required' } });
      expect(reply.headers['www-authenticate']).toBe('Basic realm="license key"');
    }
  });

  test('gets no version for a license that may not update', async () => {
    const { id, key } = await backOffice.buy();
    await backOffice.suspend(id);
    expect((await read(basic(key))).body).toEqual({ packages: { [`${shop.slug}/wp-rocket`]: [] } });
    expect((await read(basic(key), 'wp-rocket~dev.json')).status).toBe(200);
    expect((await read(basic(key), 'wp-rocket.txt')).status).toBe(404);
  });

  test('is asked for another key by one of another brand, and for none after too many wrong ones', async () => {
    const foreign = await openBackOffice(service, await service.brand()).buy();
    expect(await read(basic(foreign.key))).toMatchObject({ status: 401, body: { code: 'license_key_required' } });
    startMinute();
    const codes = new Set<unknown>();
    for (let tries = 0; tries <= 60; tries += 1)
      codes.add((await read(basic(newLicenseKey(shop.key_prefix)))).body['code']);
    expect([...codes]).toEqual(['license_key_required', 'rate_limited']);
    forget();
  });

  test('sees of a beta what its package and its product say', async () => {
    const version = '7.0.0-beta1';
    const content = `<?php\n/*\nPlugin Name: R\nVersion: ${version}\n*/`;
    const zip = buildZip([{ path: 'wp-rocket/wp-rocket.php', content }]);
    const { id } = await office.uploaded(version, zip, { channel: 'beta' });
    expect((await office.publish(String(id))).status).toBe(200);
    const homepage = 'https://wp-rocket.example.com';
    expect((await office.call('update_product', {}, { homepage })).status).toBe(200);
    forget();
    const { key } = await backOffice.buy();
    const { packages: listed } = (await read(basic(key))).body as { packages: Record<string, Listed[]> };
    const beta = Object.values(listed)
      .flat()
      .find((one) => one.version === version);
    expect(beta).toMatchObject({ homepage, require: {} });
    await office.yank(String(id));
    forget();
  });

  test.each([0, 1, 99])('gets no version that is rolled out to %s %%, and gets it at 100', async (rollout_percent) => {
    const version = `6.${String(rollout_percent)}`;
    const { id } = await office.published(version, { rollout_percent });
    forget();
    const { key } = await backOffice.buy();
    const names = async () =>
      Object.values((await read(basic(key))).body['packages'] as Record<string, { version: string }[]>)
        .flat()
        .map((one) => one.version);
    expect(await names()).toContain('1.0.0');
    expect(await names()).not.toContain(version);
    await office.change(String(id), { rollout_percent: 100 });
    forget();
    expect(await names()).toContain(version);
    await office.yank(String(id));
    forget();
  });
});
