import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { checkLicense } from '../../lib/api/check.ts';
import { describeIssue } from '../../lib/http/messages.ts';
import { plainError } from '../../lib/http/plain-error.ts';
import { rateHeaders } from '../../lib/http/rate-limit.ts';
import { hashRequest } from '../../lib/http/request-hash.ts';
import { writeDetail } from '../../lib/http/site-texts.ts';

test.each([
  [z.string(), undefined, 'is required'],
  [z.string(), 3, 'must be a text'],
  [z.date(), 3, 'must be date'],
  [z.union([z.string(), z.number()]), undefined, 'is required'],
  [z.union([z.string(), z.number()]), true, 'has none of the forms that are taken here'],
  [z.enum(['a', 'b']), undefined, 'is required'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal('a'), 'c', 'must be a'],
] as [z.ZodMiniType, unknown, string][])('a field of %o with %p %s', (schema, input, message) => {
  const { error } = schema.safeParse(input, { error: describeIssue });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});

test('an error is logged by name, message and stack, and no error by none of them', () => {
  expect(plainError(new TypeError('broken'))).toMatchObject({ name: 'TypeError', message: 'broken' });
  expect(plainError(undefined)).toEqual({ name: undefined, message: '', stack: '' });
});

test('a caller who was not counted is shown no limit', () => {
  expect(rateHeaders([])).toEqual({});
});

test('a valid license has no text about it, and a copy of another site one that names that', () => {
  const facts = { expires_at: null, grace_until: null, products: [] };
  expect(writeDetail({ code: 'valid', is_activated: true }, facts)).toBeNull();
  const copy_of = { activation_id: 'a', instance: 'https://sh•••.example' };
  expect(writeDetail({ code: 'valid', is_activated: true }, { ...facts, copy_of })).toContain(copy_of.instance);
});

test('a field without a value makes another request than one that is not there', () => {
  const hashes = [{ a: 1 }, { a: 1, b: undefined }, { b: null, a: 1 }].map((input) => hashRequest(checkLicense, input));
  expect(new Set(hashes).size).toBe(2);
});
