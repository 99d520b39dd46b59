import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { isRefusal } from '../../lib/domain/refusal.ts';
import { searchLicensesAcrossBrands } from '../../lib/queries/search-licenses-across-brands.ts';
import { findLicenses, type Sought } from '../../lib/queries/search/license-search.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { idsIn, pagesOf } from '../support/service/license-searches.ts';
import { openBackOffice, type Bought } from '../support/service/back-office.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { pointersOf } from '../support/service/world.ts';
import { useBrand, useLicenseSearches, useService } from '../support/service/started-service.ts';

const COUNT = 1200;
const EMAIL = 'collector@example.com';
/** Every 97th license has this plan, and every 194th has a color as well. */
const RARE = { 'metadata.plan': 'plus' };
let theirs: Bought;
let collector: Bought;
/** Licenses in order of creation. */
const rare: string[] = [];
const colored: string[] = [];

const service = useService();
const shop = useBrand(service, { slug: 'a-shop' });
const other = useBrand(service, { slug: 'b-shop' });
const searches = useLicenseSearches(service, shop);
beforeAll(async () => {
  theirs = await openBackOffice(service, other).buy({ customer_email: EMAIL, metadata: { plan: 'plus' } });
  collector = await openBackOffice(service, shop).buy({ customer_email: EMAIL });
  await multiply(collector);
}, 120_000);

/** Copies a license this many times, instead of years of purchases. */
async function multiply({ id }: Bought): Promise<void> {
  const items = await wholeTable(service);
  const license = items.find((item) => item.id === id && item.sk === 'license');
  const listed = items.find(({ sk }) => sk === `license#${id}`);
  if (license === undefined || listed === undefined) throw new Error('the license is not in the table');
  const copies = upTo(COUNT - 1).flatMap((i) => {
    const copy = newId(Date.now() + i);
    const anchor = `copy-${String(i)}`;
    if (i % 97 === 0) rare.push(copy);
    if (i % 194 === 0) colored.push(copy);
    const metadata = {
      ...(i % 97 === 0 ? { plan: 'plus' } : { plan: 'Plus' }),
      ...(i % 194 === 0 ? { color: 'red' } : {}),
    };
    const group_sk = String(license['group_sk']).replace(id, copy);
    const pk = `${shop.key_prefix}#seats#${anchor}`;
    return [
      { ...license, pk, id: copy, anchor, metadata, group_sk },
      { ...listed, sk: `license#${copy}`, anchor },
    ];
  });
  const { documents, tableName } = service;
  for (let i = 0; i < copies.length; i += 24) {
    const puts = copies.slice(i, i + 24).map((item) => ({ PutRequest: { Item: item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
  }
}

/** The number of licenses that an action reads from this table. */
function counted(table: Table): { table: Table; read: () => number } {
  let read = 0;
  const wire: Table['wire'] = (operation, input, signal) => {
    if ('RequestItems' in input)
      for (const { Keys = [] } of Object.values(input.RequestItems ?? {}))
        read += Keys.filter(({ sk }) => sk?.S === 'license').length;
    return table.wire(operation, input, signal);
  };
  return { table: { ...table, wire }, read: () => read };
}

describe('a search refined by metadata', () => {
  /** By e-mail the newest is first. The licenses have one expiry, so by product the oldest is first. */
  const twoWays: [string, Record<string, string>, (ids: readonly string[]) => string[]][] = [
    ['by e-mail', { email: EMAIL }, (ids) => ids.toReversed()],
    ['by product', { product: 'wp-rocket' }, (ids) => [...ids]],
  ];
  test.each(twoWays)(
    '%s finds each matching license once, in the order of the list',
    async (_, by, listed) => {
      const ask = searches.own;
      const few = await pagesOf(ask, { ...by, ...RARE, limit: '5' });
      expect(few.flat()).toEqual(listed(rare));
      const red = await pagesOf(ask, { ...by, ...RARE, 'metadata.color': 'red', status: 'valid', limit: '100' });
      expect(red.flat()).toEqual(listed(colored));
      const none = await pagesOf(ask, { ...by, ...RARE, status: 'suspended' });
      expect(none.flat()).toEqual([]);
    },
    120_000,
  );

  test('by e-mail shows the newest first, even on pages of one', async () => {
    expect((await pagesOf(searches.own, { email: EMAIL, ...RARE, limit: '1' })).flat()).toEqual(rare.toReversed());
  }, 120_000);

  test('across brands finds the matches of every brand, ordered by brand', async () => {
    for (const [ask, limit] of [
      [searches.across, '3'],
      [searches.platform, '100'],
    ] as const)
      expect((await pagesOf(ask, { email: EMAIL, ...RARE, limit })).flat()).toEqual([...rare.toReversed(), theirs.id]);
  }, 120_000);

  test('compares names and values exactly', async () => {
    const { own } = searches;
    const odd = { plan: 'plus', 'a.b': 'c d', Größe: 'ä&=', empty: '' };
    const { id, email } = await openBackOffice(service, shop).buy({ metadata: odd });
    for (const [name, value] of Object.entries(odd))
      expect(idsIn(await own({ email, [`metadata.${name}`]: value }))).toEqual([id]);
    const near = { Plan: 'plus', plan: 'Plus', 'a.b': 'c', a: 'c d', none: '', toString: 'plus', constructor: '' };
    for (const [name, value] of [...Object.entries(near), ['__proto__', 'x'] as const])
      expect(idsIn(await own({ email, [`metadata.${name}`]: value }))).toEqual([]);
  });

  test('also works with an e-mail and a license key', async () => {
    const { key, id, email } = await openBackOffice(service, shop).buy({ metadata: { plan: 'plus' } });
    for (const license_key of [key, key.slice(-4)]) {
      expect(idsIn(await searches.own({ email, license_key, ...RARE }))).toEqual([id]);
      expect(idsIn(await searches.own({ email, license_key, 'metadata.plan': 'minus' }))).toEqual([]);
    }
  });
});

describe('the limit of 500 licenses read per call', () => {
  const metadata = [['plan', 'none']] as const;
  const soughtBy: [string, (hash: string) => Sought][] = [
    ['e-mail', (hash) => ({ by: 'email', hash, refine: { metadata } })],
    ['product', () => ({ by: 'product', product: 'wp-rocket', expiresBefore: undefined, refine: { metadata } })],
  ];
  /** The partition of the customer who has the e-mail. */
  const hashOf = async (): Promise<string> => {
    const persons = (await wholeTable(service)).filter(({ sk }) => sk === 'person');
    const person = persons.find(({ pk, keys }) => pk.startsWith(`${shop.key_prefix}#`) && holds(keys));
    return String(person?.['partition']);
  };
  const holds = (held: unknown): boolean => Object.hasOwn(held as object, collector.keyId);

  test.each(soughtBy)(
    'holds for a search by %s, with empty pages and a cursor until the end',
    async (_, soughtOf) => {
      const sought = soughtOf(await hashOf());
      const reads: number[] = [];
      let after: Record<string, string> | undefined;
      do {
        const { table, read } = counted(service.table(shop.key_prefix));
        const page = await findLicenses({ brand: shop, table }, sought, { limit: 50, after });
        if (isRefusal(page)) throw new Error(page.code);
        expect(page.views).toEqual([]);
        reads.push(read());
        after = page.last;
      } while (after !== undefined && reads.length < 10);
      expect(Math.max(...reads)).toBeLessThanOrEqual(500);
      expect(reads.slice(0, 2)).toEqual([500, 500]);
      expect(reads).toHaveLength(3);
    },
    120_000,
  );

  test('holds for all brands together', async () => {
    const sought = soughtBy[0]?.[1](await hashOf());
    if (sought === undefined) throw new Error('nothing to search by');
    let pages = 0;
    let after: Parameters<typeof searchLicensesAcrossBrands>[2]['after'];
    do {
      let read = 0;
      const tables: (() => number)[] = [];
      const open = (prefix: string): Table => {
        const { table, read: ofBrand } = counted(service.table(prefix));
        tables.push(ofBrand);
        return table;
      };
      const page = await searchLicensesAcrossBrands({ open, show: () => 1 }, sought, { limit: 50, after });
      if (isRefusal(page)) throw new Error(page.code);
      for (const ofBrand of tables) read += ofBrand();
      expect(read).toBeLessThanOrEqual(500);
      after = page.last;
      pages += 1;
    } while (after !== undefined && pages < 20);
    expect(pages).toBeLessThan(8);
  }, 120_000);
});

describe('a metadata filter', () => {
  test.each([
    ['beside an order number', { external_id: 'order-1' }, ['?metadata.plan']],
    ['beside an instance', { instance: 'shop.example' }, ['?metadata.plan']],
    ['beside a key alone', { license_key: 'B3N1' }, ['?metadata.plan']],
  ])('is refused by its name %s', async (_, by, pointers) => {
    const reply = await searches.own({ ...by, ...RARE });
    expect(reply.status).toBe(400);
    expect(pointersOf(reply).sort()).toEqual(pointers);
  });

  test.each(['metadata.', `metadata.${'n'.repeat(65)}`, 'metadata', 'metadata[plan]', 'Metadata.plan', 'metadataplan'])(
    'is refused under the malformed name %s',
    async (name) => {
      const reply = await searches.own({ email: EMAIL, [name]: 'x' });
      expect({ status: reply.status, pointers: pointersOf(reply) }).toEqual({ status: 400, pointers: [`?${name}`] });
    },
  );

  test('is refused without another search field', async () => {
    expect((await searches.own(RARE)).status).toBe(400);
  });

  test('is refused for a search by license id', async () => {
    expect(pointersOf(await searches.platform({ license_id: theirs.id, ...RARE }))).toEqual(['?metadata.plan']);
  });

  test('cannot change between two pages, except for its order', async () => {
    const both = { 'metadata.color': 'red', 'metadata.plan': 'plus' };
    const first = await searches.own({ email: EMAIL, ...both, limit: '2' });
    const cursor = String(first.body['next_cursor']);
    const turned = Object.fromEntries(Object.entries(both).toReversed());
    expect((await searches.own({ email: EMAIL, ...turned, cursor })).status).toBe(200);
    for (const others of [RARE, {}, { ...both, 'metadata.plan': 'Plus' }, { ...both, 'metadata.more': '' }])
      expect(await searches.own({ email: EMAIL, ...others, cursor })).toMatchObject({
        status: 400,
        body: { code: 'cursor_invalid' },
      });
  });
});
