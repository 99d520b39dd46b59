import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from '@jest/globals';
import { fromAttributes, toAttributes } from '../../lib/dynamo/attributes.ts';
import { fc } from '../support/run/properties.ts';

/** The SDK sets a field of this name as the object's prototype, so it is lost. */
const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(name, tie('value'), { noNullPrototype: true }),
  ),
}));
const items = fc.dictionary(name, value, { noNullPrototype: true });

test('toAttributes gives the same result as the SDK, and fromAttributes restores the values', () => {
  fc.assert(
    fc.property(items, (item) => {
      const attributes = toAttributes(item);
      // The SDK treats a field named `constructor` as a custom class.
      expect(attributes).toEqual(marshall(item, { convertClassInstanceToMap: true }));
      expect(fromAttributes(attributes)).toEqual(unmarshall(attributes));
      expect(fromAttributes(attributes)).toEqual(item);
    }),
  );
});

test('a field named __proto__ is converted like any other field', () => {
  const item = JSON.parse('{"a": {"__proto__": {"b": "c"}}}') as Record<string, unknown>;
  expect(JSON.stringify(toAttributes(item))).toBe('{"a":{"M":{"__proto__":{"M":{"b":{"S":"c"}}}}}}');
  expect(JSON.stringify(fromAttributes(toAttributes(item)))).toBe(JSON.stringify(item));
});

test('toAttributes omits undefined fields at any depth', () => {
  expect(toAttributes({ a: undefined, b: { c: undefined, d: 1 } })).toEqual({ b: { M: { d: { N: '1' } } } });
});

test.each([[Number.NaN], [Infinity], [() => 1], [1n], [Symbol('s')]])(
  'toAttributes refuses a value that the table cannot store: %p',
  (wrong) => {
    expect(() => toAttributes({ wrong })).toThrow(TypeError);
  },
);

test('fromAttributes refuses an attribute type that the table does not use', () => {
  expect(() => fromAttributes({ set: { SS: ['a'] } })).toThrow(TypeError);
});
