import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import {
  checkArrived,
  checkObject,
  openReleaseOffice,
  pluginZip,
  put,
  usePackages,
} from '../support/service/packages.ts';
import { activate } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { useBackOffice, useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { startedBefore } from '../support/run/started-before.ts';

const proxy = useFaultProxy();
const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));

const fault = (name: string) => Object.assign(new Error(name), { name });
afterAll(() => proxy.stop());
let bucket: ReturnType<typeof mockClient> | undefined;
afterEach(() => {
  bucket?.restore();
  bucket = undefined;
});

describe('an unavailable bucket', () => {
  test.each(['TimeoutError', 'SlowDown', 'InternalServerError'])(
    'by %s lets a check be tried again and then succeed',
    async (name) => {
      const version = `1.${name}`;
      const draft = await office.draft(version);
      await put(draft, pluginZip('wp-rocket', version));
      const [object] = packages.arrived.splice(0);
      if (object === undefined) throw new Error('nothing arrived');
      bucket = mockClient(S3Client);
      bucket.on(GetObjectCommand).rejects(fault(name));
      expect(await checkObject(object)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
      expect((await office.get(draft.id)).body['package']).toMatchObject({ state: 'checking', errors: [] });
      bucket.restore();
      expect(await checkObject(object)).toEqual({ batchItemFailures: [] });
      expect((await office.get(draft.id)).body['package']).toMatchObject({ state: 'accepted' });
    },
  );

  test('lets a draft be created, and answers 503 to publishing it without a package', async () => {
    bucket = mockClient(S3Client);
    bucket.on(HeadObjectCommand).rejects(fault('TimeoutError'));
    const { id } = await office.draft('1.1.0');
    expect(await office.publish(id)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  test('changes nothing for sites, which are offered releases with a link', async () => {
    await office.published('1.2.0');
    const bought = await backOffice.buy();
    await activate(service, bought.site('away'));
    bucket = mockClient(S3Client);
    bucket.onAnyCommand().rejects(fault('TimeoutError'));
    const { status, body } = await service.call(byOperation('latest_release_by_post'), { body: bought.site('away') });
    expect([status, body['code']]).toEqual([200, 'valid']);
    expect(body['package']).not.toBeNull();
  });
});

test('an upload above 200 MB is refused and removed', async () => {
  const draft = await office.draft('1.3.0');
  await put(draft, pluginZip('wp-rocket', '1.3.0'));
  const [object] = packages.arrived.splice(0);
  if (object === undefined) throw new Error('nothing arrived');
  await checkObject({ ...object, size: 200 * 1024 * 1024 + 1 });
  expect(await office.publish(draft.id)).toMatchObject({
    status: 422,
    body: { errors: [{ message: 'The package is larger than 200 MB.' }] },
  });
});

test('an object that no draft waits for, and a message of another kind, are left alone', async () => {
  const stray = { key: 'drafts/x.zip', size: 3, 'version-id': 'v' };
  expect(await checkObject(stray)).toEqual({ batchItemFailures: [] });
  await checkArrived(packages);
});

test('an offer costs one round trip beside what the container remembers, and none for a mistyped key', async () => {
  const bought = await backOffice.buy();
  const site = bought.site('trips');
  await activate(service, site);
  const ask = (body: object) => service.call(byOperation('latest_release_by_post'), { body });
  await ask(site);
  proxy.asked.splice(0);
  expect((await ask(site)).status).toBe(200);
  expect(proxy.asked.map(({ operation }) => operation)).toEqual(['BatchGetItem']);
  proxy.asked.splice(0);
  const last = site.license_key.at(-1) === '0' ? '1' : '0';
  expect((await ask({ ...site, license_key: site.license_key.slice(0, -1) + last })).status).toBe(404);
  expect(proxy.asked).toEqual([]);
});
