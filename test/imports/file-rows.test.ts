import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { keptText } from '../../lib/commands/import/build.ts';
import { buildLicenseKey, LICENSE_KEY_BYTES } from '../../lib/domain/license-key.ts';
import { readNotices } from '../../lib/imports/queue.ts';
import { readCsvLines, readHeader, readJsonLines, type FileRecord } from '../../lib/imports/records.ts';
import { readRows, type FileRow } from '../../lib/imports/rows.ts';
import { openSeenKeys } from '../../lib/imports/seen-keys.ts';
import { openVault } from '../../lib/process/vault.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { countRows, type Written } from '../../lib/imports/tally.ts';
import { isTaken, type ImportJob } from '../../lib/table/imports.ts';
import { importView } from '../../lib/views/import-view.ts';
import { sampleRow } from '../support/service/import-rows.ts';

const START = { line: 0, offset: 0 };
const bytesOf = (...texts: (string | Error)[]): AsyncIterable<Uint8Array> =>
  Readable.from(chunksOf(texts), { objectMode: false });

function* chunksOf(texts: readonly (string | Error)[]): Generator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}
const all = async <T>(found: AsyncIterable<T>): Promise<T[]> => {
  const kept: T[] = [];
  for await (const one of found) kept.push(one);
  return kept;
};
const rowsOf = (format: 'csv' | 'ndjson', text: string): Promise<FileRow[]> =>
  all(readRows({ format, preset: 'own', mapping: {} }, () => Promise.resolve(bytesOf(text)), null, START));
const kindsOf = (records: readonly FileRecord[]): string[] => records.map(({ kind }) => kind);

describe('a file of JSON', () => {
  test.each([
    ['with a line end', '{"a":1}\n{"a":2}\n'],
    ['without one', '{"a":1}\n{"a":2}'],
    ['without one, and an empty line', '{"a":1}\n{"a":2}\n  '],
  ])('is read to its end %s', async (_, text) => {
    const records = await all(readJsonLines(bytesOf(text), START));
    expect(records.map((record) => record.kind === 'json' && record.value)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('names the field that is unknown, and the one whose value is wrong', async () => {
    const row = sampleRow('OLD-KEY-0001');
    const lines = [{ ...row, other: 1 }, { ...row, customer_email: 'nobody' }, { licenses: 3 }];
    const found = await rowsOf('ndjson', lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(found.map((one) => 'fault' in one && one.fault)).toMatchObject([
      { field: 'other', message: 'There is no such field.' },
      { field: 'customer_email', message: 'The value must be an e-mail address.' },
      { field: 'license_key' },
    ]);
  });
});

describe('a file of CSV', () => {
  test('has empty cells where a line is too short', async () => {
    const [row] = await rowsOf(
      'csv',
      'license_key,customer_email,product,expires_at,seat_limit\nAAAA-BBBB,a@b.example,p',
    );
    expect(row).toMatchObject({ line: 2, row: { license_key: 'AAAA-BBBB', licenses: [{ product: 'p' }] } });
  });

  test('is read behind a row that is too long', async () => {
    const text = `license_key,customer_email,product,expires_at\n${'x'.repeat(1_100_000)}\nAAAA-BBBB,a@b.example,p,\n`;
    expect(await rowsOf('csv', text)).toMatchObject([
      { line: 2, fault: { code: 'row_too_large' } },
      { line: 3, row: { license_key: 'AAAA-BBBB' } },
    ]);
  });

  test('whose lines cannot be fetched fails with that, and not as a broken file', async () => {
    const away = Object.assign(new Error('the bucket stopped'), { code: 'AWAY' });
    await expect(all(readCsvLines(bytesOf('a,b\n1,2\n', away), ',', START))).rejects.toBe(away);
    expect(kindsOf(await all(readCsvLines(bytesOf('a,b\n1,2\n'), ',', START)))).toEqual(['cells', 'cells']);
  });

  test.each([
    ['nothing', ' \n', 'The file is empty.'],
    ['an open quote', `"${'x'.repeat(70_000)}`, 'is not CSV'],
    ['very many columns', 'x,'.repeat(300), 'more than 200 columns'],
  ])('that begins with %s has no header', async (_, text, message) => {
    await expect(readHeader(bytesOf(text))).rejects.toThrow(message);
  });
});

describe('a dry run', () => {
  const seen = () => openSeenKeys({ vault: openVault(Buffer.alloc(32, 7)), brand: { key_prefix: 'AB', settings: {} } });
  const row = (key: string, customer_email = 'a@b.example') => ({
    ...{ license_key: key, customer_email, per_customer: false, licenses: [] },
  });

  test('recognizes each of very many keys, and who brought it', () => {
    const keys = seen();
    const texts = Array.from({ length: 2_000 }, (_, n) => `OLD-KEY-${String(n)}`);
    for (const text of texts) {
      expect(keys.meet(row(text))).toBeUndefined();
      keys.note(row(text));
    }
    keys.note(row('OLD-KEY-1', 'other@b.example'));
    expect(texts.every((text) => keys.meet(row(text))?.kind === 'unchanged')).toBe(true);
    expect(keys.meet(row('OLD-KEY-1', 'other@b.example'))).toMatchObject({
      kind: 'failed',
      fault: { code: 'key_twice_in_file' },
    });
  });

  test('knows a key whose hash begins with zeros', () => {
    const zeros = { keyedHash: () => Buffer.alloc(32).toString('base64url') };
    const keys = openSeenKeys({ vault: zeros as never, brand: { key_prefix: 'AB', settings: {} } });
    keys.note(row('ANY-KEY-1'));
    expect(keys.meet(row('ANY-KEY-1'))).toMatchObject({ kind: 'unchanged' });
  });
});

test('a brand’s own key is kept in its canonical spelling, and any other as it was typed', () => {
  const own = buildLicenseKey('ACME', Buffer.alloc(LICENSE_KEY_BYTES, 3));
  expect(keptText('ACME', ` ${own.toLowerCase()} `)).toBe(own);
  expect(keptText('OTHER', own.toLowerCase())).toBe(own.toLowerCase());
  expect(keptText('ACME', 'old-shop-1')).toBe('old-shop-1');
});

test.each([
  ['an import', '{"brand":"AB","import_id":"i"}', [{ brand: 'AB', importId: 'i' }]],
  ['an export', '{"brand":"AB","export_id":"e"}', [{ brand: 'AB', exportId: 'e' }]],
  ['a file', '{"Records":[{"s3":{"object":{"key":"imports/AB/i"}}}]}', [{ brand: 'AB', importId: 'i' }]],
  ['a file of another folder', '{"Records":[{"s3":{"object":{"key":"exports/AB/i"}}}]}', []],
  ['a test of S3', '{"Event":"s3:TestEvent"}', []],
])('a message about %s names its work', (_, body, notices) => {
  expect(readNotices(body)).toEqual(notices);
});

test.each([
  ['until its time is over', 'w', '2026-11-01T00:00:01Z', true],
  ['no longer', 'w', '2026-11-01T00:00:00Z', false],
  ['never without a time', 'w', null, false],
  ['never once it was given back', null, '2026-11-01T00:00:01Z', false],
])('a worker has a job %s', (_, worker, worker_until, taken) => {
  expect(isTaken({ worker, worker_until }, '2026-11-01T00:00:00Z')).toBe(taken);
});

describe('the count of a batch', () => {
  const job = (changes: object = {}): ImportJob =>
    ({
      ...{ id: 'i', counts: { rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0 }, line: 7, offset: 70 },
      ...{ undo_counts: { removed: 0, left: 0 }, items: 2, reported: 0, ...changes },
    }) as ImportJob;
  const stored: string[] = [];
  const table = {
    wire: (_operation: string, input: unknown) => Promise.resolve(stored.push(JSON.stringify(input)) && {}),
    ...{ name: 'table', owners: ['AB'], signal: new AbortController().signal },
  } as unknown as Table;
  const count = (changes: object, batch: readonly FileRow[], outcomes: [FileRow, Written][]) =>
    countRows({ ctx: { now: () => 0 }, table, brand: 'AB', job: job(changes) }, batch, new Map(outcomes));
  const rowAt = (line: number) => ({ line, end: { line, offset: line * 10 } }) as FileRow;

  test('of nothing leaves an import of an earlier version where it was', async () => {
    expect(await count({}, [], [])).toMatchObject({ line: 7, offset: 70, items: 2, units: 0, reported: 0 });
  });

  test('reports what an undo could not take back, and what a row brought with a note', async () => {
    const [left, noted] = [rowAt(8), rowAt(9)];
    const fault = { code: 'internal', field: '', message: 'A fault.' } as const;
    const note = { code: 'site_twice', field: 'licenses', message: 'A note.' };
    const counted = await count(
      {},
      [left, noted],
      [
        [left, { kind: 'undone', removed: 1, left: 0, isCustomerUsed: false, fault }],
        [noted, { kind: 'row', outcome: { kind: 'created', writes: 3, units: 6, notes: [note] } } as Written],
      ],
    );
    expect(counted).toMatchObject({
      undo_counts: { removed: 1 },
      items: 5,
      units: 6,
      reported: 2,
      line: 9,
      offset: 90,
    });
    expect(stored.join('')).toMatch(/A fault\.[^]*A note\./);
  });
});

test('an import of an earlier version is estimated by two units for each item', () => {
  const tried = { state: 'tried', counts: { rows: 10 }, items: 100_000, rows_per_second: 5, undo_counts: {} };
  const times = { started_at: null, finished_at: null, offset: 0, size: null };
  expect(importView({ ...tried, ...times } as ImportJob, 0).estimate).toMatchObject({
    write_units: 200_000,
    seconds: 2,
  });
  const later = { ...tried, ...times, units: 5, file_products: ['p'] } as unknown as ImportJob;
  expect(importView(later, 0).estimate).toMatchObject({ write_units: 5 });
});
