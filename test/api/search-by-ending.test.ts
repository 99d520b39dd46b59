import { describe, expect, test } from '@jest/globals';
import { idsIn, licensesIn, pagesOf } from '../support/service/license-searches.ts';
import { openBackOffice, type Bought } from '../support/service/back-office.ts';
import { newEmail, purchase } from '../support/service/purchases.ts';
import { byOperation } from '../support/service/service.ts';
import { overwrite, upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { pointersOf } from '../support/service/world.ts';
import { useBrand, useLicenseSearches, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const other = useBrand(service);
const backOffice = useBackOffice(service, shop);
const searches = useLicenseSearches(service, shop);

const fourOf = (key: string): string => key.slice(-4);
const masked = (key: string): string => key.replace(/-.{4}-.{4}-.{4}-/, '-****-****-****-');
const found = async (license_key: string, more: Record<string, string> = {}): Promise<string[]> =>
  idsIn(await searches.own({ license_key, ...more }));

/** The stored item of the key that was bought. */
async function storedKey({ keyId }: Bought): Promise<StoredItem> {
  const item = (await wholeTable(service)).find(({ id, sk }) => id === keyId && sk === 'key');
  if (item === undefined) throw new Error('the key is not in the table');
  return item;
}

/** Stores copies of a key with the same ending, which would take years to occur by chance. */
async function plant(item: StoredItem, count: number, prefix = shop.key_prefix): Promise<void> {
  const last_fours = item['last_fours'] as string[];
  for (const i of upTo(count)) {
    const partition = `planted-${String(i)}-${last_fours.join()}`;
    const pk = `${prefix}#key#${partition}`;
    const group_pk = `${prefix}#tail#${String(last_fours[0])}#${String(i % 4)}`;
    await overwrite(service, item, { pk, partition, group_pk, group_sk: partition });
  }
}

describe('a license key', () => {
  test('is found by its text, its masked text and its last four characters, in any spelling', async () => {
    const { id, key } = await backOffice.buy();
    const four = fourOf(key);
    const spellings = [key, masked(key), four, four.toLowerCase(), ` ${four}\n`, `"${four}"`, `****-${four}`];
    const misread = four.replaceAll('0', 'O').replaceAll('1', 'l');
    for (const license_key of [...spellings, misread, masked(key).toLowerCase(), masked(key).replaceAll('-', ' – ')])
      for (const ask of [searches.own, searches.across, searches.platform])
        expect(idsIn(await ask({ license_key }))).toEqual([id]);
    for (const nobodys of [masked(key).replace(shop.key_prefix, other.key_prefix), 'UUUU', four.slice(1), `${four}X`])
      for (const ask of [searches.own, searches.across, searches.platform])
        expect(idsIn(await ask({ license_key: nobodys }))).toEqual([]);
  });

  test('leads to all of its licenses, in pages and with a status filter', async () => {
    const email = newEmail();
    const bought = await purchase(service, shop, { customer_email: email, products: ['wp-rocket', 'imagify'] });
    const four = fourOf(bought.license_key.key);
    const ids = bought.licenses.map(({ id }) => id).sort();
    expect((await found(four)).sort()).toEqual(ids);
    expect((await pagesOf(searches.own, { license_key: four, limit: '1' })).flat().sort()).toEqual(ids);
    expect(await found(four, { status: 'cancelled' })).toEqual([]);
    await backOffice.cancel(ids[0] ?? '');
    expect(await found(four, { status: 'cancelled' })).toEqual([ids[0]]);
  });

  test('is found by the end of every text that it has had', async () => {
    const bought = await backOffice.buy();
    const texts = [bought.key];
    for (const _ of upTo(2))
      texts.push(String((await backOffice.rotate(bought.keyId, { overlap_hours: 0 })).body['key']));
    for (const text of texts)
      for (const license_key of [fourOf(text), masked(text)]) {
        expect(await found(license_key)).toEqual([bought.id]);
        expect(await found(license_key, { email: bought.email })).toEqual([bought.id]);
      }
  });

  test('created by a transfer is found by its last four characters', async () => {
    const { id, key: old } = await backOffice.buy();
    const moved = await backOffice.transfer(id, { customer_email: newEmail() });
    const { key } = moved.body['license_key'] as { key: string };
    expect(await found(fourOf(key))).toEqual([id]);
    expect(await found(fourOf(old))).toEqual([]);
  });
});

describe('a search by e-mail and license key', () => {
  test('finds licenses of this customer on this key, by its text, masked text or last four characters', async () => {
    const customer_email = newEmail();
    const [mine, second] = [
      await backOffice.buy({ customer_email, license_key: 'new' }),
      await backOffice.buy({ customer_email, license_key: 'new' }),
    ];
    const stranger = await backOffice.buy();
    for (const spell of [(key: string) => key, masked, fourOf])
      for (const ask of [searches.own, searches.across, searches.platform]) {
        const license_key = spell(mine.key);
        expect(idsIn(await ask({ email: customer_email.toUpperCase(), license_key }))).toEqual([mine.id]);
        expect(idsIn(await ask({ email: stranger.email, license_key }))).toEqual([]);
        expect(idsIn(await ask({ email: customer_email, license_key: spell(second.key) }))).toEqual([second.id]);
      }
    const foreign = masked(mine.key).replace(shop.key_prefix, other.key_prefix);
    expect(idsIn(await searches.own({ email: customer_email, license_key: foreign }))).toEqual([]);
    const three = await searches.own({ email: customer_email, license_key: mine.key, product: 'wp-rocket' });
    expect(three.status).toBe(400);
    expect(pointersOf(three)).toContain('?product');
  });

  test('finds the events of this key only', async () => {
    const customer_email = newEmail();
    const [mine, second] = [
      await backOffice.buy({ customer_email, license_key: 'new' }),
      await backOffice.buy({ customer_email, license_key: 'new' }),
    ];
    for (const license_key of [mine.key, fourOf(mine.key)]) {
      const query = { email: customer_email, license_key };
      const reply = await service.call(byOperation('search_events'), { apiKey: service.platformKey, query });
      const entities = (reply.body['events'] as { entity: { id: string } }[]).map(({ entity }) => entity.id);
      expect(new Set(entities)).toEqual(new Set([mine.id, mine.keyId]));
      expect(entities).not.toContain(second.id);
    }
  });
});

describe('a search by the last four characters', () => {
  test('finds up to twenty keys of a brand, and requires the e-mail if there are more', async () => {
    const bought = await backOffice.buy();
    const item = await storedKey(bought);
    const four = fourOf(bought.key);
    await plant(item, 19);
    expect(new Set(await found(four))).toEqual(new Set([bought.id]));
    await plant(item, 20);
    for (const license_key of [four, masked(bought.key)])
      for (const ask of [searches.own, searches.across, searches.platform]) {
        const reply = await ask({ license_key });
        expect(reply).toMatchObject({
          status: 422,
          body: { code: 'too_many_matches', maximum: 20, key_prefix: shop.key_prefix },
        });
        expect(reply.body['detail']).toContain('e-mail');
        expect(reply.text).not.toContain(four);
      }
    expect(await found(four, { email: bought.email })).toEqual([bought.id]);
    expect(await found(bought.key)).toEqual([bought.id]);
    const events = await service.call(byOperation('search_events'), {
      apiKey: service.platformKey,
      query: { license_key: four },
    });
    expect(events).toMatchObject({ status: 422, body: { code: 'too_many_matches' } });
  });

  test('finds keys of one brand in its own list, and of every brand across brands', async () => {
    const mine = await backOffice.buy();
    const theirs = await openBackOffice(service, other).buy();
    const four = fourOf(mine.key);
    const item = await storedKey(theirs);
    await overwrite(service, item, { group_pk: `${other.key_prefix}#tail#${four}#3`, last_fours: [four] });
    expect(await found(four)).toEqual([mine.id]);
    for (const ask of [searches.across, searches.platform]) {
      const reply = await ask({ license_key: four });
      expect(new Set(idsIn(reply))).toEqual(new Set([mine.id, theirs.id]));
      const shown = licensesIn(reply).find(({ id }) => id === theirs.id)?.license_key.key;
      expect(shown).toBe(masked(theirs.key));
      expect(idsIn(await ask({ license_key: masked(mine.key) }))).toEqual([mine.id]);
    }
  });
});
