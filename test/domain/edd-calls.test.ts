import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readEddRequest } from '../../lib/domain/edd-call.ts';
import { readPhpParameters } from '../../lib/domain/php-parameters.ts';
import { decodeName, foldName } from '../../lib/domain/edd-product-names.ts';
import { findEddItem, isNamedAs } from '../../lib/domain/edd-item.ts';
import { declaredKind, readEddSites } from '../../lib/domain/edd-sites.ts';
import { wordUnknown } from '../../lib/domain/edd-words.ts';
import { refuse } from '../../lib/domain/refusal.ts';

const AGENT = 'WordPress/6.1.9; https://shop.example/blog';
const read = (query: string, userAgent = AGENT) => readEddRequest(readPhpParameters(query, ''), userAgent);
const callOf = (query: string, userAgent = AGENT) => read(query, userAgent).call;

type Recorded = {
  client: string;
  item: string;
  method: string;
  url: string;
  body: string;
  headers: Record<string, string>;
};
const recorded = readFileSync('test/cases/edd-requests.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(({ url }) => url !== '/');

describe('a recorded request for an update', () => {
  test.each(recorded.map((request) => [request.client, request.item, request] as const))(
    'of client %s, by %s, names action, key, product and site',
    (client, item, { url, body, headers }) => {
      const query = url.split('?')[1] ?? '';
      const { action, call, batch } = readEddRequest(readPhpParameters(query, body), headers['user-agent'] ?? '');
      expect({ action, batch }).toEqual({ action: 'get_version', batch: undefined });
      expect(call.license).toMatch(/^ACME-/);
      expect(call.url).toBe('https://www.shop.example/blog');
      const byName = item === 'name' || client === '1.2';
      expect(call.item_id).toBe(byName ? undefined : client === 'sdk' ? 83 : 85);
      expect(call.item_name).toBe(byName ? 'Acme Updater' : '');
      expect(call.version).toBe(/[?&]version=/.test(`&${query}&${body}`) ? '1.0.0' : '');
      expect(call.beta).toBe(body.includes('beta=1'));
    },
  );
});

describe('a product is named', () => {
  test.each([
    ['item_id=85', 85],
    ['item_id=-85', 85],
    ['item_id=0085', 85],
    ['item_id=0', undefined],
    ['item_id=85abc', undefined],
    ['item_id=8.5', undefined],
    ['item_id=false', undefined],
    ['item_id=', undefined],
    ['item_id[]=85', undefined],
    ['item_id=99999999999999999999', undefined],
    ['', undefined],
  ])('by the id in %s', (query, id) => {
    expect(callOf(query).item_id).toBe(id);
  });

  test.each([
    ['item_name=Acme', 'Acme'],
    ['item_name=0&item_id=0&name=Acme', 'Acme'],
    ['item_id=85&name=Acme', ''],
    ['item_name=Other&name=Acme', 'Other'],
    ['item_name=Acme&item_name=Acme%252BLegacy', 'Acme+Legacy'],
    ['item_name=Acme%2BUpdater', 'Acme+Updater'],
    ['item_name=Acme%2520%2526amp%253B%2520Co', 'Acme & Co'],
    ['item_name=Acme+%26%238211%3B+Pro', 'Acme – Pro'],
    ['item_name=%2541cme+%26%23x26%3B', 'Acme &'],
  ])('by the name in %s', (query, name) => {
    expect(callOf(query).item_name).toBe(name);
  });

  test.each([
    ['Acme Updater', 'acme-updater'],
    ['Acme+Updater', 'acme-updater'],
    ['  ACME -- updater! ', 'acme-updater'],
    ['Ácmé Üpdäter', 'acme-updater'],
    ['&Aacute;cm&eacute; Updater', 'acme-updater'],
    ['Größe Łódź Ærø', 'grosse-lodz-aero'],
    ['Acme & Co', 'acme-co'],
    ['Acme &amp; Co', 'acme-co'],
    ['Acme &amp;amp;amp; Co', 'acme-co'],
    ['Acme%2520%2526amp%253Bamp%253B%2520Co', 'acme-co'],
    ['Acme &#8211; Pro', 'acme-pro'],
    ['日本語 版', '日本語-版'],
    ['&unknown; &#0; &#99999999;', 'unknown-0-99999999'],
    ['!!!', ''],
  ])('%s folds to %s', (name, folded) => {
    expect(foldName(name)).toBe(folded);
    expect(foldName(folded)).toBe(folded);
  });

  test('a plus sign in a name that is sent back stays', () => {
    expect(decodeName('Acme%2BLegacy+X')).toBe('Acme+Legacy+X');
  });
});

describe('a license key', () => {
  test.each([
    ['license=K-1', 'K-1'],
    ['license=%20K-1%0A', 'K-1'],
    ['license=K%202', 'K 2'],
    ['license=K+2', 'K 2'],
    ['license=K%2B2', 'K 2'],
    ['license=K%252D2', 'K-2'],
    ['license=KEY%20WITH+PLUS&amp;more', 'KEY WITH PLUS'],
    ['license=A&B', 'A'],
    ['license=%25%25', '%%'],
    ['license[]=K', ''],
    ['', ''],
  ])('in %s is read as it was meant', (query, license) => {
    expect(callOf(query).license).toBe(license);
  });
});

describe('the site', () => {
  test.each([
    ['url=https://x.example', AGENT, 'https://x.example'],
    ['url=https%253A%252F%252Fx.example', AGENT, 'https://x.example'],
    ['', AGENT, 'https://shop.example/blog'],
    ['url=', AGENT, 'https://shop.example/blog'],
    ['url=0', AGENT, 'https://shop.example/blog'],
    ['', 'WordPress/6.1.9;https://shop.example', 'https://shop.example'],
    ['', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', ''],
    ['', 'WordPress/6.1.9; ', ''],
    ['', 'WordPress/6.1.9; shop.example', ''],
    ['', 'My Plugin/1.0', ''],
    ['', '', ''],
  ])('of %s with the User-Agent %s is %s', (query, agent, url) => {
    expect(callOf(query, agent).url).toBe(url);
  });

  const sitesOf = (url: string) => readEddSites({ url, license: 'K' }).map(({ normalised }) => normalised);

  test.each([
    ['https://www.Shop.example/blog/', ['shop.example/blog']],
    ['http://shop.example:8080', ['shop.example', 'shop.example:8080']],
    ['https://shop.example/Blog', ['shop.example/blog', 'shop.example/Blog']],
    ['https://shop.example:8443/Blog/', ['shop.example/blog', 'shop.example:8443/Blog']],
    ['https://BÜCHER.example', ['xn--bcher-kva.example']],
    ['https://xn--bcher-kva.example', ['xn--bcher-kva.example']],
    ['shop.example', ['shop.example']],
    ['http://[::1]:8080/A', ['[::1]/a', '[::1]:8080/A']],
    ['Machine 7', ['machine 7']],
    ['', []],
    ['https://', []],
    ['://', []],
  ])('%s is looked for as Easy Digital Downloads compares it, then as all routes do', (url, expected) => {
    expect(sitesOf(url)).toEqual(expected);
  });

  test('that contains the license key is none', () => {
    const license = 'ACME-0000-1111-2222-3333';
    expect(readEddSites({ url: `https://shop.example/${license}`, license })).toEqual([]);
  });

  test.each([
    ['', undefined],
    ['production', undefined],
    ['staging', 'staging'],
    ['development', 'staging'],
    ['local', 'staging'],
  ])('with the environment "%s" declares the kind %s', (environment, kind) => {
    expect(declaredKind(environment)).toBe(kind);
  });
});

describe('a batch', () => {
  const query =
    'edd_action=get_version&license=TOP&url=https://x.example&php_version=8.2' +
    '&products[b-plugin][item_id]=7&products[b-plugin][license]=OWN&products[b-plugin][url]=https://y.example' +
    '&products[a-plugin][item_name]=Acme&products[a-plugin][version]=1.2';

  test('answers in the order sent, and inherits the license and site of the whole request', () => {
    const batch = [...(read(query).batch ?? [])];
    expect(batch.map(([name]) => name)).toEqual(['b-plugin', 'a-plugin']);
    expect(batch.map(([, call]) => call)).toMatchObject([
      { item_id: 7, license: 'OWN', url: 'https://y.example', slug: 'b-plugin', php_version: '8.2' },
      { item_name: 'Acme', license: 'TOP', url: 'https://x.example', slug: 'a-plugin', version: '1.2' },
    ]);
  });

  test.each(['products=', 'products[]=', 'products=none'])('of nothing is one: %s', (sent) => {
    expect([...(read(`edd_action=get_version&${sent}`).batch ?? ['none'])].length).toBeLessThanOrEqual(1);
  });

  test('has the texts of a product itself, where it sends them', () => {
    const own = { environment: 'staging', slug: 'own', php_version: '7.4', wp_version: '6.1' };
    const sent = Object.entries(own).map(([name, value]) => `&products[c][${name}]=${value}`);
    expect([...(read(`${query}&environment=local&wp_version=6.8${sent.join('')}`).batch ?? [])].at(-1)).toEqual([
      'c',
      expect.objectContaining(own),
    ]);
  });

  test('is none if the parameter was not sent', () => {
    expect(read('edd_action=get_version').batch).toBeUndefined();
  });
});

describe('the product of a call', () => {
  const product = { id: '1', slug: 'acme', name: 'Acme Pro', edd_item_id: 7, edd_item_name: null };

  test('is none for a name without letters, and the one whose name folds to the same', () => {
    expect(findEddItem([product], { item_id: undefined, item_name: '…' })).toEqual({ kind: 'unknown' });
    expect(findEddItem([product], { item_id: undefined, item_name: 'ACME  pro!' })).toEqual({ kind: 'named', product });
  });

  test('may be named by its own name, by the name for these clients, or not at all', () => {
    const renamed = { ...product, edd_item_name: 'Acme Updater' };
    for (const sent of ['', 'acme pro', 'Acme Updater']) expect(isNamedAs(renamed, sent)).toBe(true);
    expect([isNamedAs(product, 'acme pro'), isNamedAs(product, 'Acme Updater')]).toEqual([true, false]);
  });
});

test('a license key that a brand lacks has a word, and any other refusal stays what it is', () => {
  expect(wordUnknown(refuse('license_key_not_found'), () => 'missing')).toBe('missing');
  const limited = refuse('license_not_found');
  expect(wordUnknown(limited, () => 'missing')).toBe(limited);
});
