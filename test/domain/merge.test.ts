import { describe, expect, test } from '@jest/globals';
import { isWithinLimit, mergeMetadata, mergePolicy, METADATA_BYTES } from '../../lib/domain/merge.ts';
import { fc } from '../support/run/properties.ts';

const name = fc.string({ minLength: 1, maxLength: 8 });
const metadata = fc.dictionary(name, fc.string());
const changes = fc.dictionary(name, fc.option(fc.string()));

describe('metadata', () => {
  test('gets all given values in a merge, loses what null removes and keeps everything else', () => {
    fc.assert(
      fc.property(metadata, changes, (before, change) => {
        const after = mergeMetadata(before, change);
        for (const [key, value] of Object.entries(change))
          expect(Object.hasOwn(after, key) ? after[key] : null).toBe(value);
        for (const [key, value] of Object.entries(before))
          if (!Object.hasOwn(change, key)) expect(after[key]).toBe(value);
        for (const key of Object.keys(after))
          expect(Object.hasOwn(before, key) || Object.hasOwn(change, key)).toBe(true);
      }),
    );
  });

  test('is the same after merging the same changes once or twice', () => {
    fc.assert(
      fc.property(metadata, changes, (before, change) => {
        const once = mergeMetadata(before, change);
        expect(mergeMetadata(once, change)).toEqual(once);
      }),
    );
  });

  test('is limited by the bytes of its JSON', () => {
    const overhead = '{"a":""}'.length;
    expect(isWithinLimit({ a: 'x'.repeat(METADATA_BYTES - overhead) })).toBe(true);
    expect(isWithinLimit({ a: 'x'.repeat(METADATA_BYTES - overhead + 1) })).toBe(false);
    expect(isWithinLimit({ a: 'é'.repeat(METADATA_BYTES / 2) })).toBe(false);
  });
});

test.each([
  [{ grace_days: 3, overage: '2x' }, { grace_days: null }, { overage: '2x' }],
  [{ duration: 'P1Y' }, { duration: null }, {}],
  [{ duration: null }, { grace_days: 1 }, { duration: null, grace_days: 1 }],
  [{ seat_limit: 3 }, { seat_limit: null }, { seat_limit: null }],
  [{ grace_days: 3 }, {}, { grace_days: 3 }],
] as const)('the policy %j changed by %j is %j', (policy, change, expected) => {
  expect(mergePolicy(policy, change)).toEqual(expected);
});
