import { beforeAll, describe, expect, test } from '@jest/globals';
import { transact } from '../../lib/dynamo/transact.ts';
import { newId } from '../../lib/process/ids.ts';
import { groups, PRODUCT_SHARDS, computeShard } from '../../lib/table/keys.ts';
import { licenseItem, putNewLicense } from '../../lib/table/licenses.ts';
import { readProductLicenses, type ProductPage } from '../../lib/table/product-licenses.ts';
import { sampleLicense } from '../support/service/sample-license.ts';
import { useService } from '../support/service/started-service.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const BRAND = 'LIST';
const AT_ONCE = 40;
const service = useService();

type Made = { anchor: string; at: string };

/** Creates licenses of a product and returns them in the order of expiry; their ids decide on their shards. */
async function makeLicenses(tag: string, expiries: readonly (string | null)[], makeId: () => string): Promise<Made[]> {
  const made = expiries.map((expires_at) => {
    const id = makeId();
    const product = { id: `01900000-0000-7000-8000-${tag}`, slug: tag, name: tag };
    return sampleLicense({ id, anchor: `${tag}-${id}`, expires_at, product });
  });
  for (let from = 0; from < made.length; from += AT_ONCE)
    await transact<never>(
      service.table(BRAND),
      made.slice(from, from + AT_ONCE).flatMap((license) => putNewLicense<never>(BRAND, license, neverThere)),
    );
  return made
    .map(({ anchor, id, expires_at }) => ({ anchor, at: `${expires_at ?? '9999-12-31T23:59:59Z'}#${id}` }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

const neverThere = (): never => {
  throw new Error('the license is there already');
};

async function allPages(
  tag: string,
  page: ProductPage,
): Promise<{ pages: number[]; entries: Made[]; requests: number }> {
  const table = service.table(BRAND);
  let requests = 0;
  const counted: typeof table.wire = (operation, input, signal) => {
    requests += 1;
    return table.wire(operation, input, signal);
  };
  const found: { pages: number[]; entries: Made[] } = { pages: [], entries: [] };
  for (let after: string | undefined; ;) {
    const { entries, hasMore } = await readProductLicenses({ ...table, wire: counted }, BRAND, tag, { ...page, after });
    found.pages.push(entries.length);
    found.entries.push(...entries);
    if (!hasMore) return { ...found, requests };
    after = entries.at(-1)?.at;
  }
}

const YEARS = ['2027', '2028', '2029', '2030'];
/** Many expire in the same second, and some are for life. */
const someExpiries = (count: number): (string | null)[] =>
  Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `${YEARS[i % 4] ?? ''}-01-01T00:00:00Z`));
const anyId = (): string => newId(NOW);
const idOfOneShard = (): string => `${newId(NOW).slice(0, -4)}0007`;

test('the shard of a license depends on its id and stays the same when its product or expiry changes', () => {
  const license = sampleLicense({ id: newId(NOW), expires_at: '2027-01-01T00:00:00Z' });
  const shard = computeShard(license.id, PRODUCT_SHARDS);
  const other = { id: '01900000-0000-7000-8000-0000000000ff', slug: 'other', name: 'Other' };
  expect(licenseItem(BRAND, license)['group_pk']).toBe(groups.product(BRAND, '000000000004', shard));
  expect(licenseItem(BRAND, { ...license, product: other })['group_pk']).toBe(
    groups.product(BRAND, '0000000000ff', shard),
  );
  for (const expires_at of ['2028-01-01T00:00:00Z', null]) {
    const renewed = licenseItem(BRAND, { ...license, expires_at });
    expect(renewed['group_pk']).toBe(groups.product(BRAND, '000000000004', shard));
    expect(renewed['group_sk']).toBe(`${expires_at ?? '9999-12-31T23:59:59Z'}#${license.id}`);
  }
});

describe.each([
  ['in all shards', 'aaaaaaaaaaaa', anyId],
  ['in one shard', 'bbbbbbbbbbbb', idOfOneShard],
] as const)('the licenses of a product %s', (_, tag, makeId) => {
  let made: Made[];
  beforeAll(async () => {
    made = await makeLicenses(tag, someExpiries(120), makeId);
  });

  test.each([5, 16, 50, 119, 120, 121])(
    'are listed once each by expiry, with those for life last, %i per page',
    async (limit) => {
      const { entries, pages } = await allPages(tag, { limit });
      expect(entries).toEqual(made);
      expect(pages.slice(0, -1).every((count) => count === limit)).toBe(true);
      expect(pages).toHaveLength(Math.max(1, Math.ceil(made.length / limit)));
    },
  );

  test.each([7, 50])('are listed before a time without those of its exact second, %i per page', async (limit) => {
    const before = '2029-01-01T00:00:00Z';
    const { entries } = await allPages(tag, { limit, before });
    expect(entries).toEqual(made.filter(({ at }) => at < before));
    expect(entries.every(({ at }) => at < '2029')).toBe(true);
  });
});

test('a page of licenses in all shards needs about one request per shard', async () => {
  const { pages, requests } = await allPages('aaaaaaaaaaaa', { limit: 50 });
  expect(requests).toBeLessThan((pages.length + 1) * PRODUCT_SHARDS);
});

test('a product without licenses has a single empty page', async () => {
  expect(await allPages('cccccccccccc', { limit: 50 })).toEqual({ pages: [0], entries: [], requests: PRODUCT_SHARDS });
});
