import { beforeAll, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { moveClock } from '../support/clock.ts';
import { openEddShop, useEddShop } from '../support/edd/edd-shop.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useEddShop(service);
const { activating, asking, checking, deactivating } = openEddShop(service, shop);

/** The second has the form of our own keys, with the prefix of no brand. */
const texts = { foreign: 'old-shop-key-0001', 'like one of another brand': newLicenseKey('ZZZZ') };
beforeAll(async () => {
  const importing = await openImport(service, shop);
  for (const text of Object.values(texts)) await bringRow(importing, sampleRow(text, 1));
});

test.each(Object.entries(texts))('an imported key that looks %s works on every action', async (_, text) => {
  const url = 'https://site-0.example';
  expect((await checking(text, { url })).body).toMatchObject({ license: 'valid', site_count: 1 });
  expect((await checking(text, { item_id: 99 })).body['license']).toBe('invalid_item_id');
  expect((await activating(text)).body).toMatchObject({ success: true, license: 'valid', site_count: 2 });
  expect((await asking(text, { version: '1.0' })).body['msg']).toBe(
    'There is no release of this product for this site.',
  );
  expect((await deactivating(text)).body).toMatchObject({ license: 'deactivated', site_count: 1 });
  expect((await deactivating(text, { item_id: 99 })).body).toMatchObject({ license: 'failed', license_limit: 5 });
});

test('an imported key of the form of our own works five seconds after its import, whatever its checksum', async () => {
  const text = newLicenseKey(shop.key_prefix).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  const url = 'https://site-0.example';
  expect((await checking(text, { url })).body['license']).toBe('invalid');
  await bringRow(await openImport(service, shop), sampleRow(text, 1));
  moveClock(5_000);
  expect((await checking(text, { url })).body).toMatchObject({ license: 'valid', site_count: 1 });
  expect((await activating(text)).body).toMatchObject({ success: true, site_count: 2 });
});

test('a key of another brand is answered and counted like one that nobody has', async () => {
  const answers = async (key: string) =>
    Promise.all([checking, activating, deactivating, asking].map(async (ask) => (await ask(key)).body));
  const unknown = await answers(newLicenseKey('ZZZZ'));
  const plain = (bodies: object[]) => bodies.map((body) => ({ ...body, checksum: '' }));
  expect(plain(await answers(shop.ofAnother))).toEqual(plain(unknown));
  expect(unknown.map((body) => body['license'])).toEqual(['invalid', 'invalid', 'failed', undefined]);
});
