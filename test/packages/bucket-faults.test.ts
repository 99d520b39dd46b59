import { createHash } from 'node:crypto';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { BUCKET_NAME, type ArrivedObject } from '../../local/bucket.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { openBucket, UPLOAD_SECONDS } from '../../lib/packages/bucket.ts';
import { packageObjectKey } from '../../lib/packages/object-keys.ts';
import { shelfKey } from '../../lib/table/releases.ts';
import { moveClock } from '../support/run/clock.ts';
import { checkArrived, checkObject, openReleaseOffice, pluginZip, put } from '../support/service/packages.ts';
import { activate } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { useBackOffice, useBrand, useFaultProxy, usePackages, useService } from '../support/service/started-service.ts';
import { startedBefore } from '../support/run/started-before.ts';

const proxy = useFaultProxy();
const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const backOffice = useBackOffice(service, shop);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));

const NOT_THE_DATE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
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

  test('without versions is checked all the same', async () => {
    const draft = await office.draft('1.0.9');
    await put(draft, pluginZip('wp-rocket', '1.0.9'));
    for (const { key, size } of packages.arrived.splice(0))
      expect(await checkObject({ key, size } as ArrivedObject)).toEqual({ batchItemFailures: [] });
    expect((await office.get(draft.id)).body['package']).toMatchObject({ state: 'accepted' });
  });

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

describe('an object that is gone from the bucket', () => {
  const removeAll = async (key: string): Promise<void> => {
    const storage = openBucket({ region: 'eu-west-1', bucket: BUCKET_NAME, endpoint: packages.endpoint });
    const signal = AbortSignal.timeout(10_000);
    for (let found = await storage.find(key, signal); found; found = await storage.find(key, signal))
      await storage.remove(found, signal);
  };

  test('before its check, refuses the draft, which another upload then fills', async () => {
    const draft = await office.draft('1.2.1');
    await put(draft, pluginZip('wp-rocket', '1.2.1'));
    const [object] = packages.arrived.splice(0);
    if (object === undefined) throw new Error('nothing arrived');
    await removeAll(object.key);
    expect(await checkObject(object)).toEqual({ batchItemFailures: [] });
    expect(await office.publish(draft.id)).toMatchObject({
      status: 422,
      body: { code: 'package_refused', errors: [{ message: 'The uploaded package is gone. Upload it again.' }] },
    });
    const again = await office.call('upload_package', { release_id: draft.id }, {});
    await put(again.body as typeof draft, pluginZip('wp-rocket', '1.2.1'));
    await checkArrived(packages);
    expect((await office.publish(draft.id)).status).toBe(200);
  });

  test('after its publishing, is offered until it is yanked, and its download ends at storage', async () => {
    const { id } = await office.published('1.2.2');
    const bought = await backOffice.buy();
    await activate(service, bought.site('gone'));
    const { key_prefix } = shop;
    const { product, package: sent } = (await office.get(String(id))).body as {
      product: { id: string };
      package: { sha256: string };
    };
    await removeAll(packageObjectKey(key_prefix, { id: String(id), product_id: product.id }, sent.sha256));
    moveClock(2 * MINUTE_MS);
    const { body } = await service.call(byOperation('latest_release_by_post'), { body: bought.site('gone') });
    expect(body).toMatchObject({ release: { version: '1.2.2' }, code: 'valid' });
    const token = (body['package'] as { url: string }).url.split('/').at(-1) ?? '';
    const redirect = await service.call(byOperation('download_package'), { params: { token } });
    expect(redirect.status).toBe(302);
    expect((await fetch(String(redirect.headers['location']))).status).toBe(404);
  });
});

test('an upload is refused by the bucket once its address has ended, and another address takes it', async () => {
  const draft = await office.draft('1.2.3');
  const later = Date.now() + UPLOAD_SECONDS * 1_000 + 1_000;
  jest.useFakeTimers({ now: later, doNotFake: [...NOT_THE_DATE] });
  try {
    expect((await put(draft, pluginZip('wp-rocket', '1.2.3'))).status).toBe(403);
  } finally {
    jest.useRealTimers();
  }
  const again = await office.call('upload_package', { release_id: draft.id }, {});
  expect((await put(again.body as typeof draft, pluginZip('wp-rocket', '1.2.3'))).status).toBe(200);
  await checkArrived(packages);
  expect((await office.publish(draft.id)).status).toBe(200);
});

test('an upload that is still being checked cannot replace the package that was published meanwhile', async () => {
  const [first, second] = [
    pluginZip('wp-rocket', '1.2.4'),
    pluginZip('wp-rocket', '1.2.4', [{ path: 'wp-rocket/b', content: 'b' }]),
  ];
  const draft = await office.draft('1.2.4');
  for (const zip of [first, second]) expect((await put(draft, zip)).status).toBe(200);
  const [one, other] = packages.arrived.splice(0);
  if (one === undefined || other === undefined) throw new Error('nothing arrived');
  const [reached, released] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  const clients = S3Client.prototype as unknown as { send: (...args: unknown[]) => Promise<unknown> };
  const { send } = clients;
  const held = jest.spyOn(clients, 'send').mockImplementation(async function (this: unknown, ...args) {
    if (args[0] instanceof CopyObjectCommand) {
      held.mockRestore();
      reached.resolve(undefined);
      await released.promise;
    }
    return send.apply(this, args);
  });
  const late = checkObject(other);
  await reached.promise;
  await checkObject(one);
  const published = await office.publish(draft.id);
  released.resolve(undefined);
  await late;
  const sha256 = createHash('sha256').update(first).digest('hex');
  expect(published).toMatchObject({ status: 200, body: { package: { sha256 } } });
  expect((await office.get(draft.id)).body).toEqual(published.body);
  const bought = await backOffice.buy();
  await activate(service, bought.site('late'));
  moveClock(2 * MINUTE_MS);
  const { body } = await service.call(byOperation('latest_release_by_post'), { body: bought.site('late') });
  expect(body).toMatchObject({ release: { version: '1.2.4', sha256 } });
  const token = (body['package'] as { url: string }).url.split('/').at(-1) ?? '';
  const redirect = await service.call(byOperation('download_package'), { params: { token } });
  const stored = await fetch(String(redirect.headers['location']));
  expect(Buffer.from(await stored.arrayBuffer()).equals(first)).toBe(true);
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

test('an old client costs one round trip beside what is remembered, and none for a mistyped key', async () => {
  await office.published('1.2.5');
  const bought = await backOffice.buy();
  const site = bought.site('old');
  await activate(service, site);
  const one = { item_name: 'wp-rocket', license: site.license_key, url: site.instance_identifier };
  const batch = Object.entries(one).map(([name, value]) => [`products[wp-rocket][${name}]`, value]);
  const requestsOf = async (action: string, fields: object): Promise<string[]> => {
    const query = { edd_action: action, ...fields };
    const ask = () => service.call(byOperation('edd'), { params: { brand: shop.slug }, query });
    await ask();
    proxy.asked.splice(0);
    expect((await ask()).status).toBe(200);
    return proxy.asked.map(({ operation }) => operation);
  };
  expect(await requestsOf('check_license', one)).toEqual(['BatchGetItem']);
  expect(await requestsOf('get_version', one)).toEqual(['BatchGetItem']);
  expect(await requestsOf('get_version', Object.fromEntries(batch) as object)).toEqual(['BatchGetItem']);
  const license = site.license_key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  for (const action of ['check_license', 'get_version', 'activate_license', 'deactivate_license'])
    expect(await requestsOf(action, { ...one, license })).toEqual([]);
});

test('a brand that does not exist is looked for by old clients once in five seconds', async () => {
  const ask = () =>
    service.call(byOperation('edd'), {
      params: { brand: 'nobody' },
      query: { edd_action: 'check_license', license: 'x' },
    });
  await ask();
  proxy.asked.splice(0);
  expect((await ask()).body['license']).toBe('invalid');
  expect(proxy.asked).toEqual([]);
  moveClock(5_000);
  await ask();
  expect(proxy.asked).toHaveLength(1);
});

test('a product without a shelf has no release for its licenses, and no page for anybody else', async () => {
  const Key = shelfKey(shop.key_prefix, 'imagify');
  await service.documents.send(new DeleteCommand({ TableName: service.tableName, Key }));
  moveClock(2 * MINUTE_MS);
  const bought = await backOffice.buy({ products: ['imagify'] });
  const site = { ...bought.site('shelf'), product: 'imagify' };
  await activate(service, site);
  const latest = (body: object) => service.call(byOperation('latest_release_by_post'), { body });
  const none = { release: null, package: null, code: 'no_release', detail: expect.any(String) };
  expect(await latest(site)).toMatchObject({ status: 200, body: none });
  const params = { brand: shop.slug, file: 'imagify.json' };
  const open = [
    await latest({ brand: shop.slug, product: 'imagify' }),
    await service.call(byOperation('plugin_update'), { params }),
    await service.call(byOperation('changelog'), { params: { brand: shop.slug, product: 'imagify' } }),
    await service.call(byOperation('composer_package'), {
      params: { ...params, vendor: shop.slug },
      headers: { authorization: `Basic ${Buffer.from(`any:${bought.key}`).toString('base64')}` },
    }),
  ];
  expect(open.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

test('a message that tells of no object is done with', async () => {
  const { handler } = await import('../../functions/inspect-package.ts');
  const invocation = { awsRequestId: 'inspect', getRemainingTimeInMillis: () => 60_000 };
  for (const body of ['{}', 'nothing']) {
    const event = { Records: [{ messageId: 'm', body }] } as unknown as Parameters<typeof handler>[0];
    expect(await handler(event, invocation)).toEqual({ batchItemFailures: [] });
  }
});
