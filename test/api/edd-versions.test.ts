import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_EDD_ANSWER_BYTES } from '../../lib/domain/edd-answer-size.ts';
import { cleanHtml } from '../../lib/domain/rich-text.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import { moveClock } from '../support/run/clock.ts';
import { encode, post, send, type Fields } from '../support/edd/edd-client.ts';
import { publish } from '../support/edd/edd-releases.ts';
import { inDays, openEddShop, useEddShop } from '../support/edd/edd-shop.ts';
import { phpVersion, reportMissingPhp, runPhp } from '../support/edd/php.ts';
import { byOperation } from '../support/service/service.ts';
import { renewKeys } from '../support/service/signing.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useEddShop(service);
const { activating, asking, buy, change } = openEddShop(service, shop);

/** Every answer to `get_version` of this file, for PHP to read at its end. */
const answered: Record<string, unknown>[] = [];
const PHP_TEXT = /^a:\d+:\{.*\}$/s;

/** Expects the fields that some client reads, in the types without which it warns or dies. */
function expectWhole(body: Record<string, unknown>): void {
  answered.push(body);
  const { msg, ...fields } = body;
  const isOffer = 'sha256' in fields;
  expect(Object.keys(fields)).toEqual([
    ...['new_version', 'stable_version', 'name', 'slug', 'url', 'homepage', 'last_updated', 'package'],
    ...['download_link', 'sections', 'banners', 'icons', 'requires', 'tested', 'requires_php'],
    ...(isOffer ? ['sha256', 'size', 'signature', 'kid'] : []),
  ]);
  expect(isOffer).toBe(body['url'] !== '');
  for (const field of Object.values(fields)) expect(typeof field).toBe('string');
  for (const name of ['sections', 'banners', 'icons']) expect(body[name]).toMatch(PHP_TEXT);
  expect(body['sections']).toContain('s:9:"changelog";');
  expect(body['name']).not.toBe('');
  expect(msg === undefined || typeof msg === 'string').toBe(true);
}

const refusal = (version: string) => ({
  new_version: version,
  package: '',
  download_link: '',
  msg: expect.any(String),
});
const ask = async (license: string, fields: Fields = {}): Promise<Record<string, unknown>> => {
  const reply = await asking(license, { version: '1.0.0', slug: 'rocket', ...fields });
  expect(reply.status).toBe(200);
  expectWhole(reply.body);
  return reply.body;
};

beforeAll(async () => {
  await publish(service, shop, 'wp-rocket', {
    version: '2.0.0',
    sections: { description: '<p>Schnell 🚀 “größer”</p>', changelog: '<ul><li>Neu</li></ul>' },
  });
  await publish(service, shop, 'wp-rocket', { version: '2.1.0-beta1', channel: 'beta' });
  await publish(service, shop, 'wp-rocket', { version: '2.0.5', requires_php: '8.4' });
  await publish(service, shop, 'maintained', { version: '1.5' });
});

describe('get_version', () => {
  test('offers the newest version with a link to a site that has a seat', async () => {
    await renewKeys(service);
    const { key } = await buy('wp-rocket');
    await activating(key);
    const body = await ask(key, { php_version: '8.2.0', wp_version: '6.1.9' });
    expect(body).toMatchObject({
      new_version: '2.0.0',
      stable_version: '2.0.0',
      name: 'wp-rocket',
      slug: 'rocket',
      url: `https://licenses.example.com/changelog/${shop.slug}/wp-rocket`,
      package: expect.stringMatching(/^https:\/\/licenses\.example\.com\/downloads\/\S+$/),
      requires: '6.0',
      tested: '6.9',
      requires_php: '7.4',
    });
    expect(body['download_link']).toBe(body['package']);
    expect(body['msg']).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain(key);
    expect(JSON.stringify(body)).not.toMatch(/[\u{10000}-\u{10ffff}]/u);
    expect(body['sections']).toContain('&#x1f680;');
  });

  test('offers what the site can run, and a beta to who asks for it', async () => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    expect(await ask(key, { php_version: '8.4.1' })).toMatchObject({ new_version: '2.0.5' });
    const beta = { new_version: '2.1.0-beta1', stable_version: '2.0.0' };
    for (const sent of ['1', 'true', 'yes'])
      expect(await ask(key, { beta: sent, php_version: '8.2' })).toMatchObject(beta);
    expect(await ask(key, { beta: 0, php_version: '8.2' })).toMatchObject({ new_version: '2.0.0' });
    expect(await ask(key, { php_version: '7.0' })).toMatchObject(refusal('1.0.0'));
  });

  test.each(['no key', 'no seat', 'no site', 'expired', 'suspended', 'cancelled'])(
    'shows the real version without a link where there is %s',
    async (state) => {
      const { key, id } = await buy('wp-rocket', { expiration_date: inDays(1) });
      if (state !== 'no seat') await activating(key);
      if (state === 'expired') moveClock(2 * DAY_MS);
      if (state === 'suspended') await change('suspend_license', id);
      if (state === 'cancelled') await change('cancel_license', id);
      const body = await ask(state === 'no key' ? '' : key, {
        php_version: '8.2',
        ...(state === 'no site' ? { url: 'https://' } : {}),
      });
      expect(body).toMatchObject({ new_version: '2.0.0', package: '', download_link: '', msg: expect.any(String) });
    },
  );

  test('offers a maintained license what came out before it expired, with a link', async () => {
    const { key } = await buy('maintained', { expiration_date: inDays(1) });
    await activating(key, { item_id: 87 });
    moveClock(2 * DAY_MS);
    await publish(service, shop, 'maintained', { version: '1.6' });
    moveClock(2 * 60_000);
    expect(await ask(key, { item_id: 87 })).toMatchObject({
      new_version: '1.5',
      package: expect.stringMatching(/^http/),
    });
  });

  test.each<[string, Fields]>([
    ['an unknown key', { license: 'nonsense' }],
    ['an unknown product', { item_id: 99 }],
    ['a product that the key lacks', { item_id: 86 }],
    ['an id and the name of another product', { item_name: 'Something Else' }],
    ['nothing', { license: '', item_id: 0 }],
  ])('offers nothing for %s', async (_, fields) => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    expect(await ask(key, fields)).toMatchObject(refusal('1.0.0'));
    expect(await ask(key, { ...fields, version: '' })).toMatchObject(refusal(''));
  });

  test('offers nothing for another brand’s key and brand', async () => {
    expect(await ask(shop.ofAnother)).toMatchObject(refusal('1.0.0'));
    const { body } = await post('nobody', { edd_action: 'get_version', version: '3', item_id: 85, license: 'x' });
    expectWhole(body);
    expect(body).toMatchObject(refusal('3'));
  });

  test('finds the product by a name that was encoded three times, and by the key alone', async () => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    const offered = { new_version: '2.0.0', package: expect.stringMatching(/^http/) };
    const php_version = '8.2';
    const names = ['Rocket%2520Pro', 'Rocket%252520Pro', 'Rocket &amp;amp;#38; Pro'];
    for (const item_name of names) {
      expect(await ask(key, { item_id: 0, item_name, php_version })).toMatchObject(offered);
      expect(await ask(key, { item_name, php_version })).toMatchObject(offered);
    }
    expect(await ask(key, { item_id: 0, php_version })).toMatchObject(offered);
  });

  test('offers a beta that names no requirements, before any stable version', async () => {
    const texts = { requires: null, tested: null, requires_php: null };
    await publish(service, shop, 'graced', { version: '0.9', channel: 'beta', ...texts });
    const none = { new_version: '0.9', stable_version: '', requires: '', tested: '', requires_php: '' };
    expect(await ask((await buy('graced')).key, { item_id: 88, beta: '1' })).toMatchObject(none);
  });

  test('leads from an expired license to the renewal page of its product, without the key', async () => {
    const silent = await service.brand({ products: { 'wp-rocket': { edd_item_id: 85 } } });
    await service.call(byOperation('update_brand'), {
      apiKey: service.platformKey,
      params: { brand_id: silent.id },
      body: { settings: { renewal_url: 'https://shop.example/?key={license_key}&id={item_id}' } },
    });
    await publish(service, silent, 'wp-rocket', { version: '2.0.0' });
    const client = openEddShop(service, { ...silent, ofAnother: '' });
    const { key } = await client.buy('wp-rocket', { expiration_date: inDays(1) });
    moveClock(2 * DAY_MS);
    const msgOf = async (fields: Fields) => (await client.asking(key, { version: '1.0.0', ...fields })).body['msg'];
    expect(await msgOf({})).toMatch(/expired.* https:\/\/shop\.example\/\?key=&id=85$/);
    expect(await msgOf({ item_id: '' })).toMatch(/expired.* https:\/\/shop\.example\/\?key=&id=$/);
  });

  test('offers nothing where the product has no release', async () => {
    const { key } = await buy('imagify');
    expect(await ask(key, { item_id: 86 })).toMatchObject(refusal('1.0.0'));
  });
});

describe('a batch', () => {
  const batch = (entries: [string, Fields][], top: Fields = {}) =>
    send({
      path: `/edd/${shop.slug}/`,
      form: [
        encode({ edd_action: 'get_version', url: 'https://one.example', php_version: '8.2', ...top }),
        ...entries.flatMap(([slug, fields]) =>
          Object.entries(fields).map(([name, value]) => `products[${slug}][${name}]=${encodeURIComponent(value)}`),
        ),
      ].join('&'),
    });

  test('is answered by slug, in the order sent, with the license of the whole request', async () => {
    const { key } = await buy('wp-rocket');
    await activating(key);
    const entries: [string, Fields][] = [
      ['z-plugin', { item_id: 85, version: '1.0' }],
      ['a-plugin', { item_id: 99, version: '7.0' }],
      ['m-plugin', { item_id: 85, license: 'nonsense', version: '8.0' }],
    ];
    const { body } = await batch(entries, { license: key });
    expect(Object.keys(body)).toEqual(['z-plugin', 'a-plugin', 'm-plugin']);
    for (const one of Object.values(body)) expectWhole(one as Record<string, unknown>);
    expect(body).toMatchObject({
      'z-plugin': { new_version: '2.0.0', slug: 'z-plugin', package: expect.stringMatching(/^http/) },
      'a-plugin': refusal('7.0'),
      'm-plugin': refusal('8.0'),
    });
  });

  test('of 21 products answers twenty, and the last one by offering nothing', async () => {
    const { key } = await buy('wp-rocket');
    const entries = Array.from({ length: 21 }, (_, n): [string, Fields] => [
      `p${String(n)}`,
      { item_id: 85, version: '1' },
    ]);
    const { body } = await batch(entries, { license: key });
    const versions = Object.values(body).map((one) => (one as { new_version: string }).new_version);
    expect(versions).toEqual([...Array.from({ length: 20 }, () => '2.0.0'), '1']);
  });

  test('of twenty products with long readmes is short enough for the edge, and keeps each newest change', async () => {
    const block = (n: number) => `<ul><li><strong>Change ${String(n)}</strong>: "all" is new 🚀</li></ul>\n`;
    const long = Array.from({ length: 500 }, (_, n) => block(n))
      .join('')
      .slice(0, 36_000);
    const names = ['description', 'installation', 'faq', 'changelog', 'upgrade_notice'];
    const sections = Object.fromEntries(names.map((name) => [name, cleanHtml(long)]));
    await publish(service, shop, 'maintained', { version: '9.0', sections });
    moveClock(2 * 60_000);
    const entries = Array.from({ length: 20 }, (_, n): [string, Fields] => [
      `p${String(n)}`,
      { item_id: n === 0 ? 85 : 87, version: '1' },
    ]);
    const { text, body } = await batch(entries);
    expect(Buffer.byteLength(text)).toBeGreaterThan(800_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_EDD_ANSWER_BYTES);
    const [short, ...answers] = Object.values(body) as Record<string, string>[];
    expect(short).toMatchObject({ new_version: '2.0.0', sections: expect.stringContaining('größer') });
    for (const one of answers) {
      expectWhole(one);
      expect(one['new_version']).toBe('9.0');
      expect(one['sections']).toMatch(/"changelog";s:\d{5}:"<ul><li><strong>Change 0<.*Change 100<.*<p>…<\/p>";/s);
    }
    const alone = await post(shop.slug, { edd_action: 'get_version', item_id: 87, version: '1' });
    expect(alone.body['sections']).toContain('"upgrade_notice"');
  });

  test('of nothing says so', async () => {
    const reply = await send({ path: `/edd/${shop.slug}/`, form: 'edd_action=get_version&products=' });
    expect(reply.body).toEqual({ msg: 'No item provided' });
  });
});

describe('the answers, as recorded clients take them', () => {
  type Case = { client: string; shape: string; info: unknown; died: unknown; warnings: unknown[] };
  const cases = readFileSync('test/cases/edd-answers.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
  /** The two shapes that this service sends: with serialized texts, for an offer and for a refusal. */
  const ours = cases.filter(({ shape }) => shape === 'serialized' || shape === 'refusal_serialized');

  test.each(ours.map(({ client, shape, ...made }) => [client, shape, made] as const))(
    'client %s takes the shape %s without an error, and shows the details page where it has one',
    (_, __, { died, warnings, info }) => {
      expect({ died, warnings, info: info ?? true }).toEqual({ died: null, warnings: [], info: true });
    },
  );

  test('is the same for all fourteen', () => {
    expect(new Set(ours.map(({ client }) => client)).size).toBe(14);
  });

  if (phpVersion === undefined) test('PHP is missing here: it has read none of these answers', reportMissingPhp);
  else
    test(`PHP ${phpVersion} unserializes every answer of this file to arrays of texts`, () => {
      expect(answered.length).toBeGreaterThan(20);
      const read = runPhp(
        '$out = array_map(function ($a) { $r = [];' +
          ' foreach (["sections", "banners", "icons"] as $f) {' +
          ' $v = unserialize($a[$f], ["allowed_classes" => false]); if (!is_array($v)) throw new Exception($f);' +
          ' foreach ($v as $t) if (!is_string($t)) throw new Exception($f); $r[$f] = array_keys($v); }' +
          ' return $r; }, $in);',
        answered,
      ) as { sections: string[]; banners: string[] }[];
      for (const { sections, banners } of read) {
        expect(sections).toEqual(expect.arrayContaining(['description', 'changelog']));
        expect(banners).toEqual(['high', 'low']);
      }
    });
});
