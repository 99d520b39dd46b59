import { describe, expect, test } from '@jest/globals';
import {
  findMissingColumn,
  flattenRecord,
  joinRows,
  readForeignTime,
  readRecord,
  type RecordReading,
} from '../../lib/domain/import-record.ts';

const edd: RecordReading = { preset: 'edd', mapping: {} };
const record = {
  'License Key': 'abc',
  'Customer Email': 'a@b.example',
  'Product Name': 'rocket',
  'License Status': 'Active',
  'Expiration Date': '0',
  'Activation Limit': '0',
  'Activated URLs': 'https://a.example, b.example',
};
const licenseIn = (changes: Record<string, string>): unknown => {
  const read = readRecord(edd, { ...record, ...changes });
  return read.kind === 'row' ? (read.row['licenses'] as unknown[])[0] : read;
};

describe('a foreign time', () => {
  test.each([
    ['1551694272', '2019-03-04T10:11:12Z'],
    ['2019-03-04 10:11:12', '2019-03-04T10:11:12Z'],
    ['2019-03-04 10:11', '2019-03-04T10:11:00Z'],
    ['2019-03-04T10:11:12.000000Z', '2019-03-04T10:11:12Z'],
    ['2019-03-04T10:11:12+02:00', '2019-03-04T08:11:12Z'],
    ['2019-03-04', '2019-03-04T23:59:59Z'],
    ['2019-02-30 10:11:12', undefined],
    ['04/03/2019', undefined],
    ['soon', undefined],
  ])('%s is read as %s', (text, time) => {
    expect(readForeignTime(text)).toBe(time);
  });
});

describe('a record', () => {
  test('of an unlimited license for life has neither limit nor expiry', () => {
    expect(licenseIn({})).toMatchObject({
      status: 'valid',
      seat_limit: null,
      expires_at: null,
      activations: [{ instance: 'https://a.example' }, { instance: 'b.example' }],
    });
  });

  test.each([
    ['inactive', 'valid'],
    ['EXPIRED', 'expired'],
    ['disabled', 'suspended'],
  ])('with the status %s is %s', (word, status) => {
    expect(licenseIn({ 'License Status': word })).toMatchObject({ status });
  });

  test('with an unknown word, a time that is none or damaged text names its field', () => {
    expect(licenseIn({ 'License Status': 'revoked' })).toMatchObject({ kind: 'unread', field: 'status' });
    expect(licenseIn({ 'Expiration Date': 'soon' })).toMatchObject({ kind: 'unread', field: 'expires_at' });
    expect(licenseIn({ 'Product Name': 'M\ufffdller' })).toMatchObject({ kind: 'unread', field: 'Product Name' });
  });

  test('leaves a limit that is no number to the check of the row', () => {
    expect(licenseIn({ 'Activation Limit': 'many' })).toMatchObject({ seat_limit: 'many' });
  });

  test('is read by the columns that a mapping names', () => {
    const mapped = { ...edd, mapping: { customer_email: 'Billing Email' } } as const;
    const read = readRecord(mapped, { ...record, 'Billing Email': 'other@b.example' });
    expect(read).toMatchObject({ row: { customer_email: 'other@b.example' } });
    expect(findMissingColumn(mapped, Object.keys(record))).toBe('Billing Email');
    expect(findMissingColumn(edd, Object.keys(record))).toBeUndefined();
  });
});

test('lines of one key join their sites by product', () => {
  const row = (product: string, instance: string) => ({
    license_key: 'k',
    licenses: [{ product, activations: [{ instance }] }],
  });
  const joined = [row('a', '2'), row('b', '3')].reduce<Record<string, unknown>>(joinRows, row('a', '1'));
  expect(joined['licenses']).toEqual([
    { product: 'a', activations: [{ instance: '1' }, { instance: '2' }] },
    { product: 'b', activations: [{ instance: '3' }] },
  ]);
});

test('a JSON object is flattened by its paths', () => {
  expect(flattenRecord({ a: { b: 1, c: null }, d: ['x', 'y'], e: true })).toEqual({
    'a.b': '1',
    'a.c': 'null',
    d: 'x y',
    e: 'true',
  });
});

describe('a record of an own file', () => {
  const own: RecordReading = { preset: 'own', mapping: {} };
  const columns = { license_key: 'abc', customer_email: 'a@b.example', product: 'rocket', expires_at: '2030-01-01' };

  test.each(['metadata', 'policy', 'moves', 'instance_metadata'])('names %s if that is not JSON', (field) => {
    expect(readRecord(own, { ...columns, [field]: '{"a":' })).toMatchObject({ kind: 'unread', field });
  });

  test('has the product’s own limit where a shop’s column is empty', () => {
    const bought = { product_order_api_key: 'abc', customer_email: 'a@b.example', activations_purchased_total: '' };
    const read = readRecord({ preset: 'wc_api_manager', mapping: {} }, bought);
    const licenses = read.kind === 'row' ? (read.row['licenses'] as object[]) : [];
    expect(licenses.map((license) => 'seat_limit' in license)).toEqual([false]);
  });
});

test('a JSON record is flattened to texts, without what is absent or nested deeper than any product does', () => {
  const deep = Array.from({ length: 10 }).reduce<object>((inner) => ({ in: inner }), { end: 1 });
  expect(flattenRecord({ a: { b: 1, c: true, d: null }, e: ['x', 'y', {}], f: undefined, deep })).toEqual({
    ...{ 'a.b': '1', 'a.c': 'true', 'a.d': 'null', e: 'x y' },
  });
});
