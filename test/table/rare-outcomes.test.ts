import { describe, expect, test } from '@jest/globals';
import { hashApiKey } from '../../lib/domain/api-key.ts';
import { isoSeconds } from '../../lib/domain/time.ts';
import { toAttributes } from '../../lib/dynamo/attributes.ts';
import { byApiKey } from '../../lib/http/authenticate.ts';
import { newApiKey } from '../../lib/process/new-credentials.ts';
import { isPresent } from '../../lib/dynamo/condition.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { lostRace } from '../support/table/lost-races.ts';
import { readLicenseAndActivation } from '../../lib/table/activation-by-id.ts';
import type { Customer } from '../../lib/table/customers.ts';
import { findEddBrand } from '../../lib/table/edd-brands.ts';
import { findCustomer } from '../../lib/table/email-slots.ts';
import { saveExport, type ExportJob } from '../../lib/table/exports.ts';
import { forgetProduct, rememberProducts } from '../../lib/table/held-keys.ts';
import { journalBetween } from '../../lib/table/journal-days.ts';
import { keys, PLATFORM } from '../../lib/table/keys.ts';
import { heldToKey } from '../../lib/table/live-key.ts';
import { readProductLicenses } from '../../lib/table/product-licenses.ts';
import { readSeatPage } from '../../lib/table/seat-page.ts';
import { noteSimilarKeys } from '../../lib/table/similar-keys.ts';

type Input = Record<string, unknown>;
type Answers = Readonly<Record<string, (input: Input) => object>>;

/** A table whose engine answers as between two writes of others: no real one can be stopped there. */
function openStub(answers: Answers) {
  const asked: string[] = [];
  const wire = (operation: string, input: Input) => {
    asked.push(operation);
    return Promise.resolve().then(() => answers[operation]?.(input) ?? {});
  };
  const table = { wire, name: 'table', owners: ['B', 'WPR', PLATFORM], signal: new AbortController().signal };
  return { asked, table: table as unknown as Table };
}
const refused = (): 'refused' => 'refused';
const NOW = Date.parse('2027-01-01T00:00:00Z');

describe('a reader between two writes of others', () => {
  test('reads an e-mail again that has moved to another customer', async () => {
    const { table } = openStub({});
    const slot = { hash: 'hash', item: { partition: 'other', holder: 'other' } };
    expect(await findCustomer(table, 'B', slot)).toEqual({ kind: 'retry' });
  });

  test('finds no license that has been removed since its address was read', async () => {
    const { table } = openStub({});
    expect(await readLicenseAndActivation(table, 'B', 'anchor', 'id')).toEqual({
      kind: 'done',
      value: { license: undefined, found: undefined },
    });
  });

  test('leaves out an event that has left the table since its index was read', async () => {
    const entry = { pk: { S: 'B#event#e' }, sk: { S: 'event#1' }, group_sk: { S: '0190' } };
    const { table, asked } = openStub({ Query: () => ({ Items: [entry] }) });
    const at = isoSeconds(NOW);
    for await (const second of journalBetween(() => table, 'B', at, at)) expect(second).toBeUndefined();
    expect(asked).toContain('BatchGetItem');
  });

  test('reads on where a page of a list is empty and not the last', async () => {
    const entryAt = (at: string) => ({ pk: { S: 'B#seats#anchor' }, group_sk: { S: at } });
    const { table } = openStub({
      Query: (input) => {
        const isOf = (shard: number): boolean => JSON.stringify(input).includes(`#${String(shard)}"`);
        if (isOf(0) && input['ExclusiveStartKey'] === undefined)
          return { Items: [], LastEvaluatedKey: { pk: { S: 'a' }, sk: { S: 'b' } } };
        return { Items: isOf(0) ? [entryAt('2027#1')] : isOf(1) ? [entryAt('2028#1')] : [] };
      },
    });
    const { entries } = await readProductLicenses(table, 'B', 'tag', { limit: 1 });
    expect(entries).toEqual([{ anchor: 'anchor', at: '2027#1' }]);
  });
});

test('a key of a brand that a restore has lost opens nothing', async () => {
  const text = newApiKey('WPR', () => Buffer.alloc(32).toString('base64url'));
  const stored = { text_hash: hashApiKey(text), revoked_at: null, expires_at: null, allowed_cidrs: [], scopes: [] };
  const Item = toAttributes({ ...keys.apiKey('WPR', stored.text_hash), id: 'k', ...stored });
  const { table } = openStub({ BatchGetItem: () => ({ Responses: { table: [Item] } }) });
  const madeUp = { isKnown: () => Promise.resolve(false), refuse: () => Promise.reject(new Error('it is known')) };
  const request = { sourceIp: '203.0.113.7', nowMs: NOW, table: () => table, madeUp: madeUp as never };
  expect(await byApiKey(text, request)).toMatchObject({ code: 'api_key_invalid' });
});

test('a change of an export that another call has changed is not saved', async () => {
  const { table } = openStub({
    TransactWriteItems: () => {
      throw lostRace(1);
    },
  });
  expect(await saveExport(table, 'B', { id: 'e', version: 1 } as ExportJob, { rows: 2 })).toBeUndefined();
});

describe('the memory of a customer for a key', () => {
  const key = { id: 'k', partition: 'p', tags: ['a'], left: [] as string[] };
  const customer = { partition: 'c', keys: [key], version: 1 } as unknown as Customer;

  test('is not brought back once it is forgotten', () => {
    const write = rememberProducts('B', customer, 'forgotten', ['b'], refused);
    expect(write).toEqual({ check: keys.customer('B', 'c'), guard: expect.anything(), refused });
  });

  test.each([
    [1, false],
    [1_000, undefined],
  ])('has after %i products that left no further trace than fits', (count, value) => {
    const left = Array.from({ length: count }, (_, i) => `left-${String(i)}`);
    const crowded = { ...customer, keys: [{ ...key, left }] } as unknown as Customer;
    const [write] = forgetProduct('B', crowded, 'k', { removed: 'a' }, refused);
    expect(write).toMatchObject({ at: [{ path: ['keys', 'k', 'tags', 'a'], value }] });
  });
});

describe('a write of the caller’s own API key', () => {
  const key = { owner: 'B', text_hash: 'hash', expires_at: null };
  const live = { revoked_at: null, expires_at: null };
  const update = { update: keys.apiKey('B', 'hash'), set: {} };

  test('holds only while the key lives', () => {
    const [write] = heldToKey(key, NOW, [update]);
    expect(write?.guard).toBeDefined();
    expect(write?.refused?.({ ...live, revoked_at: isoSeconds(NOW) })).toMatchObject({ code: 'api_key_invalid' });
    expect(write?.refused?.({ ...live, expires_at: isoSeconds(NOW) })).toMatchObject({ code: 'api_key_expired' });
    expect(write?.refused?.(live)).toMatchObject({ code: 'api_key_invalid' });
  });

  test('keeps its own guard, and its own refusal for a key that lives', () => {
    const [write] = heldToKey(key, NOW, [{ ...update, guard: isPresent, refused }]);
    expect(write?.refused?.(live)).toBe('refused');
    expect(write?.refused?.(undefined)).toMatchObject({ code: 'api_key_invalid' });
  });
});

describe('a container', () => {
  test('reads a page of seats again once sixteen others were asked for', async () => {
    const { table, asked } = openStub({ Query: () => ({ Items: [] }) });
    const read = (anchor: string) => readSeatPage(table, 'B', { anchor, seat_set: 0, seq: 1 }, NOW);
    await read('first');
    await read('first');
    expect(asked).toHaveLength(1);
    for (let i = 0; i < 16; i += 1) await read(`other-${String(i)}`);
    await read('first');
    expect(asked).toHaveLength(18);
  });

  test('notes once that a brand has imported keys that look like its own', async () => {
    const { table, asked } = openStub({});
    await noteSimilarKeys(table, 'B');
    await noteSimilarKeys(table, 'B');
    expect(asked).toEqual(['TransactWriteItems']);
  });

  test('forgets the slugs that no brand has once they are a thousand', async () => {
    const { table, asked } = openStub({});
    const find = (slug: string) => findEddBrand(() => table, slug, NOW, []);
    await find('first');
    const once = asked.length;
    await find('first');
    expect(asked).toHaveLength(once);
    for (let i = 0; i < 1_000; i += 1) await find(`other-${String(i)}`);
    asked.length = 0;
    await find('first');
    expect(asked).toHaveLength(once);
  });
});
