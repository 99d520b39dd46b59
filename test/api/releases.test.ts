import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { listEvents } from '../../lib/api/events.ts';
import { SECTIONS } from '../../lib/domain/release.ts';
import { buildZip } from '../../local/zip.ts';
import { checkArrived, checkObject, openReleaseOffice, pluginZip, put } from '../support/service/packages.ts';
import { byOperation } from '../support/service/service.ts';
import { useBrand, usePackages, useService } from '../support/service/started-service.ts';
import { startedBefore } from '../support/run/started-before.ts';

const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));

test('a draft becomes a published release with what its package says', async () => {
  const draft = await office.draft('1.0.0', { channel: 'beta', rollout_percent: 20, name: 'Rocket' });
  expect(draft).toMatchObject({ status: 'draft', channel: 'beta', package: { state: 'waiting', errors: [] } });
  const zip = pluginZip('wp-rocket', '1.0.0');
  expect((await put(draft, zip)).status).toBe(200);
  expect(await checkArrived(packages)).toEqual([{ batchItemFailures: [] }]);
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const published = await office.publish(draft.id);
  expect(published).toMatchObject({
    status: 200,
    body: {
      status: 'published',
      version: '1.0.0',
      rollout_percent: 20,
      name: 'Rocket',
      requires: '6.0',
      tested: '6.8',
      requires_php: '7.4',
      sections: { description: '<p>Fast.</p>', changelog: '<h4>1.0.0</h4>\n<ul>\n<li>Better.</li>\n</ul>' },
      package: { state: 'accepted', size: zip.length, sha256, errors: [] },
    },
  });
  expect((await office.publish(draft.id)).body).toEqual(published.body);
  expect((await office.get(draft.id)).body).toEqual(published.body);
});

test('events tell of a release, and of each section that changed by its name', async () => {
  const { id } = await office.published('1.1.0');
  const release = String(id);
  await office.change(release, { rollout_percent: 50, sections: { faq: '<p>Why?</p>' } });
  await office.yank(release);
  const { body } = await service.call(listEvents, { apiKey: shop.apiKey, query: { type: 'release.*', limit: '50' } });
  const events = (body['events'] as { entity: { id: string }; type: string; reason: unknown; after: object }[]).filter(
    ({ entity }) => entity.id === release,
  );
  expect(events.map(({ type }) => type).sort()).toEqual([
    'release.created',
    'release.published',
    'release.updated',
    'release.yanked',
  ]);
  expect(events.find(({ type }) => type === 'release.updated')?.after).toEqual({
    rollout_percent: 50,
    sections: ['faq'],
  });
  expect(events.find(({ type }) => type === 'release.yanked')).toMatchObject({ reason: 'broken' });
});

describe('a version', () => {
  test('belongs to one release for good, even after that was yanked', async () => {
    const { id } = await office.published('1.2.0');
    const again = () => office.call('create_release', {}, { version: '1.2.0' });
    expect(await again()).toMatchObject({ status: 409, body: { code: 'version_taken', release_id: id } });
    await office.yank(String(id));
    for (const idempotency_key of [undefined, 'another-request'])
      expect(await office.call('create_release', {}, { version: '1.2.0', idempotency_key })).toMatchObject({
        status: 409,
        body: { code: 'version_taken' },
      });
  });

  test.each(['', '1.0 beta', 'ü', '1/2', 'a'.repeat(65)])('%j is refused by name', async (version) => {
    expect(await office.call('create_release', {}, { version })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/version' }] },
    });
  });

  test('is taken by one of two drafts that are created at once', async () => {
    const both = await Promise.all([1, 2].map(() => office.call('create_release', {}, { version: '1.2.1' })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

describe('publishing', () => {
  test('is refused until a package has been uploaded', async () => {
    const { id } = await office.draft('1.3.0');
    expect(await office.yank(id)).toMatchObject({
      status: 409,
      body: { code: 'release_status_forbids', release_status: 'draft', action: 'yank' },
    });
    expect(await office.publish(id)).toMatchObject({
      status: 409,
      headers: { 'retry-after': '2' },
      body: { code: 'package_not_ready', package_state: 'waiting' },
    });
  });

  test('waits for the check of a package that has arrived', async () => {
    const draft = await office.draft('1.3.1');
    await put(draft, pluginZip('wp-rocket', '1.3.1'));
    const published = office.publish(draft.id);
    await checkArrived(packages);
    expect(await published).toMatchObject({ status: 200, body: { status: 'published' } });
  });

  test('says why a package was refused, and another upload of the draft is published', async () => {
    const refused = await office.uploaded('1.3.2', pluginZip('wp-rocket', '9.9.9'));
    const errors = ['The package is of version 9.9.9, and the release of 1.3.2.'];
    expect(refused['package']).toMatchObject({ state: 'refused', errors, size: null });
    const release_id = String(refused['id']);
    expect(await office.publish(release_id)).toMatchObject({
      status: 422,
      body: { code: 'package_refused', errors: [{ pointer: '/package', message: errors[0] }] },
    });
    const another = await office.call('upload_package', { release_id }, {});
    await put(another.body as Parameters<typeof put>[0], pluginZip('wp-rocket', '1.3.2'));
    await checkArrived(packages);
    expect(await office.publish(release_id)).toMatchObject({ status: 200 });
  });

  test('has one event when it is asked for twice at once', async () => {
    const { id } = await office.uploaded('1.3.3');
    const both = await Promise.all([office.publish(String(id)), office.publish(String(id))]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await service.call(listEvents, {
      apiKey: shop.apiKey,
      query: { type: 'release.published', limit: '100' },
    });
    const events = (body['events'] as { entity: { id: string } }[]).filter(({ entity }) => entity.id === id);
    expect(events).toHaveLength(1);
  });
});

describe('an upload', () => {
  test('is refused by the bucket when its size or hash is not the one given before', async () => {
    const zip = pluginZip('wp-rocket', '1.4.0');
    const sha256 = createHash('sha256').update(zip).digest('hex');
    const draft = await office.draft('1.4.0', { size: zip.length, sha256 });
    expect(draft.upload.headers).toMatchObject({ 'content-length': String(zip.length) });
    const other = Buffer.from(zip);
    other[0] = 0;
    expect((await put(draft, other)).status).toBe(400);
    const longer = { ...draft, upload: { ...draft.upload, headers: { ...draft.upload.headers } } };
    delete longer.upload.headers['content-length'];
    expect((await put(longer, Buffer.concat([zip, zip]))).status).toBe(403);
    expect((await put(draft, zip)).status).toBe(200);
    await checkArrived(packages);
    expect(await office.publish(draft.id)).toMatchObject({ status: 200 });
  });

  test('to a changed address is refused by the bucket', async () => {
    const draft = await office.draft('1.4.1');
    const changed = { ...draft, upload: { ...draft.upload, url: draft.upload.url.replace('1.zip', '2.zip') } };
    expect((await put(changed, pluginZip('wp-rocket', '1.4.1'))).status).toBe(403);
  });

  test('that is announced twice is checked once', async () => {
    const draft = await office.draft('1.4.2');
    await put(draft, pluginZip('wp-rocket', '1.4.2'));
    const [object] = packages.arrived.splice(0);
    if (object === undefined) throw new Error('nothing arrived');
    await checkObject(object);
    const { body: checked } = await office.get(draft.id);
    expect(await checkObject(object)).toEqual({ batchItemFailures: [] });
    expect((await office.get(draft.id)).body).toEqual(checked);
  });

  test('to an earlier address of a draft no longer counts', async () => {
    const draft = await office.draft('1.4.3');
    await office.call('upload_package', { release_id: draft.id }, {});
    await put(draft, pluginZip('wp-rocket', '1.4.3'));
    await checkArrived(packages);
    expect((await office.get(draft.id)).body['package']).toMatchObject({ state: 'waiting' });
  });

  test('after the check does not change the package that was accepted', async () => {
    const draft = await office.draft('1.4.4');
    const zip = pluginZip('wp-rocket', '1.4.4');
    await put(draft, zip);
    await checkArrived(packages);
    const { body } = await office.publish(draft.id);
    await put(draft, buildZip([{ path: 'evil/evil.php', content: 'x' }]));
    await checkArrived(packages);
    expect((await office.get(draft.id)).body).toEqual(body);
  });

  test('of a published or yanked release is refused', async () => {
    const { id } = await office.published('1.4.5');
    const upload = () => office.call('upload_package', { release_id: String(id) }, {});
    expect(await upload()).toMatchObject({ status: 409, body: { code: 'release_status_forbids' } });
    await office.yank(String(id));
    expect(await upload()).toMatchObject({ status: 409, body: { release_status: 'yanked', action: 'upload' } });
    expect(await office.publish(String(id))).toMatchObject({ status: 409, body: { action: 'publish' } });
    expect(await office.change(String(id), { rollout_percent: 1 })).toMatchObject({ status: 409 });
  });
});

describe('texts of a release', () => {
  test('keep plain tags and lose all others, whatever they contain', async () => {
    const { id } = await office.draft('1.5.0');
    const changelog =
      '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x">b</a><a href="https://a.example/?x=1&y=2">c</a>' +
      '<img src=x onerror=y><strong>d';
    const { body } = await office.change(id, { sections: { changelog } });
    expect(body['sections']).toEqual({
      changelog: '<p>a<a>b</a><a href="https://a.example/?x=1&amp;y=2">c</a><strong>d</strong></p>',
    });
  });

  test('that become too long when they are escaped are refused, in a new release as in one that changes', async () => {
    const { id } = await office.draft('1.5.2');
    const sections = Object.fromEntries(SECTIONS.map((name) => [name, '&'.repeat(8_000)]));
    const refused = { status: 400, body: { code: 'bad_request', errors: [{ pointer: '/sections' }] } };
    expect(await office.change(id, { sections })).toMatchObject(refused);
    expect(await office.call('create_release', {}, { version: '1.5.3', sections })).toMatchObject(refused);
  });

  test('are taken from the package again when they are set to null', async () => {
    const { id } = await office.uploaded('1.5.1', undefined, { requires: '5.0', sections: { faq: 'x' } });
    const release = String(id);
    expect((await office.get(release)).body).toMatchObject({ requires: '5.0', sections: { faq: 'x' } });
    const { body } = await office.change(release, { requires: null, sections: null });
    expect(body).toMatchObject({ requires: '6.0' });
    expect(body['sections']).not.toHaveProperty('faq');
  });
});

describe('a list of releases', () => {
  test('shows the newest first, page by page', async () => {
    const other = openReleaseOffice(service, packages, shop, 'imagify');
    for (const version of ['1.0', '1.1', '1.2']) await other.draft(version);
    const list = byOperation('list_releases');
    const first = await service.call(list, {
      apiKey: shop.apiKey,
      params: { product: 'imagify' },
      query: { limit: '2' },
    });
    const versions = (reply: typeof first) =>
      (reply.body['releases'] as { version: string }[]).map(({ version }) => version);
    expect(versions(first)).toEqual(['1.2', '1.1']);
    const cursor = String(first.body['next_cursor']);
    const second = await service.call(list, { apiKey: shop.apiKey, params: { product: 'imagify' }, query: { cursor } });
    expect([versions(second), second.body['next_cursor']]).toEqual([['1.0'], null]);
    expect(
      await service.call(list, { apiKey: shop.apiKey, params: { product: 'wp-rocket' }, query: { cursor } }),
    ).toMatchObject({
      status: 400,
      body: { code: 'cursor_invalid' },
    });
  });
});
