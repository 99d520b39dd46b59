import { beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { MINUTE_MS, isoSeconds } from '../../lib/domain/time.ts';
import { searchEventsAcrossBrands, type EveryBrandPosition } from '../../lib/queries/search-events-across-brands.ts';
import { putNewBrand, type Brand } from '../../lib/table/brands.ts';
import { journalWrite, type JournalEntry } from '../../lib/table/journal.ts';
import { PLATFORM } from '../../lib/table/keys.ts';
import { transact, type Write } from '../../lib/dynamo/transact.ts';
import { journalIn, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';

/** More than one page requests for one day. */
const BRANDS = 202;
const AT_ONCE = 16;
const today = isoSeconds(Date.now()).slice(0, 10);
const MADE_MS = Date.parse(`${today}T21:00:00Z`);
const EVENING_MS = Date.parse(`${today}T22:00:00Z`);
const BEFORE_MIDNIGHT_MS = Date.parse(`${today}T23:50:00Z`);
const letters = (n: number): string => String.fromCharCode(...[...String(n)].map((digit) => 65 + Number(digit)));
const prefixes = upTo(BRANDS).map((n) => `MANY${letters(n)}`);
/**
 * The first and the last brand in the order of slugs have an entry that a fast clock has dated on the next day.
 */
const AHEAD = prefixes.toSorted().filter((_, i) => i === 0 || i === BRANDS - 1);
const service = useService();
beforeAll(async () => {
  for (let from = 0; from < BRANDS; from += AT_ONCE) {
    const some = prefixes.slice(from, from + AT_ONCE);
    await transact(service.table(PLATFORM, ...some), some.flatMap(newBrandWrites));
  }
  const aheadMs = BEFORE_MIDNIGHT_MS + 20 * MINUTE_MS;
  const made = journalIn(await wholeTable(service)).filter(({ brand }) => AHEAD.includes(brand));
  await transact(
    service.table(...AHEAD),
    made.map(({ entity, brand }) => entryOf({ id: entity.id, key_prefix: brand }, 2, aheadMs)),
  );
}, 60_000);

function newBrandWrites(key_prefix: string): Write<never>[] {
  const [slug, now] = [key_prefix.toLowerCase(), isoSeconds(MADE_MS)];
  const brand: Brand = {
    id: newId(MADE_MS),
    name: key_prefix,
    slug,
    key_prefix,
    status: 'active',
    settings: {},
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const taken = (): never => {
    throw new Error(`two brands are called ${slug}`);
  };
  return [...putNewBrand<never>(brand, taken, taken), entryOf(brand, 1, MADE_MS)];
}

function entryOf({ id, key_prefix }: Pick<Brand, 'id' | 'key_prefix'>, seq: number, nowMs: number): Write<never> {
  const author = { brand: key_prefix, actor: { type: 'system', id: 'test' }, requestId: 'test', nowMs } as const;
  const type = seq === 1 ? 'brand.created' : 'brand.updated';
  const change = { type, entity: { type: 'brand', id }, notBefore: '', before: null, after: { seq } } as const;
  return journalWrite(author, { ...change, seq });
}

type Asked = { limit?: number; from?: string; to?: string; type?: string };
const page = (nowMs: number, asked: Asked, at?: EveryBrandPosition) =>
  searchEventsAcrossBrands({ table: service.table, nowMs }, { limit: 50, ...asked }, at);

async function all(nowMs: number, asked: Asked): Promise<JournalEntry[]> {
  const found: JournalEntry[] = [];
  let at: EveryBrandPosition | undefined;
  do {
    const { found: some, next } = await page(nowMs, asked, at);
    found.push(...some.map(({ entry }) => entry));
    at = next;
  } while (at !== undefined);
  return found;
}

test.each([
  ['long before midnight', {}, EVENING_MS],
  ['long before midnight', { to: '9999-12-31T23:59:59Z' }, EVENING_MS],
  ['shortly before midnight', {}, BEFORE_MIDNIGHT_MS],
  ['shortly before midnight', { to: '9999-12-31T23:59:59Z' }, BEFORE_MIDNIGHT_MS],
])('the events of 202 brands, requested %s, have a full first page: %j', async (_, asked, nowMs) => {
  const { found } = await page(nowMs, { ...asked, limit: 20 });
  expect(found).toHaveLength(20);
  const ahead = found.map(({ entry }) => entry.type === 'brand.updated');
  expect(ahead.indexOf(true)).toBe(nowMs === EVENING_MS ? -1 : 0);
});

test('the events of 202 brands are listed once each, including those dated ahead by a fast clock', async () => {
  const ids = (entries: readonly JournalEntry[]): string[] => entries.map(({ id }) => id).sort();
  const found = await all(BEFORE_MIDNIGHT_MS, { from: `${today}T00:00:00Z`, type: 'brand.*', limit: 100 });
  const journal = journalIn(await wholeTable(service)).filter(({ entity }) => entity.type === 'brand');
  expect(journal).toHaveLength(BRANDS + AHEAD.length);
  expect(ids(found)).toEqual(ids(journal));
}, 120_000);
