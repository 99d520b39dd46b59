import { describe, expect, test } from '@jest/globals';
import { readPhpParameters, type PhpValue } from '../../lib/domain/php-parameters.ts';
import { plainOf } from '../support/edd/php.ts';

const read = (query: string, form = ''): PhpValue => readPhpParameters(query, form);

describe('parameters are read as PHP reads them', () => {
  test.each([
    ['a=1&a=2', { a: '2' }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
    ['a[b]=2&a=1', { a: '1' }],
    ['a[b]=1&a[c]=2&a[b]=3', { a: { b: '3', c: '2' } }],
    ['a%5Bb%5D=1', { a: { b: '1' } }],
    ['a[]=x&a[]=y', { a: { 0: 'x', 1: 'y' } }],
    ['products[acme][license]=K&products[acme][item_id]=85', { products: { acme: { license: 'K', item_id: '85' } } }],
    ['a.b c=1', { a_b_c: '1' }],
    ['a[b=1', { a_b: '1' }],
    ['a[b]c=1', { a: { b: '1' } }],
    ['[a]=1&=2&&b', { b: '' }],
    ['%20a=1', { a: '1' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=x+y%2Bz', { a: 'x y+z' }],
    ['a=%E0%A4%A', { a: '%E0%A4%A' }],
    ['a=100%', { a: '100%' }],
    ['__proto__=1&constructor[prototype]=2', { ['__proto__']: '1', constructor: { prototype: '2' } }],
    ['', {}],
  ])('%s', (query, expected) => {
    expect(plainOf(read(query))).toEqual(plainOf(new Map(Object.entries(expected) as never)));
    expect(JSON.stringify(plainOf(read('', query)))).toBe(JSON.stringify(plainOf(read(query))));
  });

  test('a field of the form replaces the same field of the query, as a whole', () => {
    expect(plainOf(read('a=1&b=2&c[x]=1', 'b=3&c[y]=2'))).toEqual(plainOf(read('a=1&b=3&c[y]=2')));
  });

  test('a thousand variables are read, and not one more', () => {
    const many = Array.from({ length: 1200 }, (_, i) => `a${String(i)}=1`).join('&');
    expect(Object.keys(plainOf(read(many)) as object)).toHaveLength(1000);
  });
});
