import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NotSimulated } from './errors.ts';

export type AttributeItem = Readonly<Record<string, AttributeValue>>;

const bytes = new WeakMap<AttributeItem, number>();

/** An item never changes: a write puts another one in its place. */
export function bytesOfItem(item: AttributeItem): number {
  const known = bytes.get(item);
  if (known !== undefined) return known;
  const counted = bytesOfMap(item);
  bytes.set(item, counted);
  return counted;
}

/** As DynamoDB counts: the names and the values, with a little for each value in a list or map. */
const bytesOfMap = (map: Readonly<Record<string, AttributeValue>>): number =>
  Object.entries(map).reduce((sum, [name, value]) => sum + name.length + bytesOfValue(value), 0);

function bytesOfValue({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return S.length;
  if (N !== undefined) return N.length;
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + bytesOfValue(value), 3);
  return M === undefined ? 1 : 3 + Object.keys(M).length + bytesOfMap(M);
}

/** The bytes of some items together. */
export const bytesOfItems = (items: readonly AttributeItem[]): number =>
  items.reduce((sum, item) => sum + bytesOfItem(item), 0);

const TYPES = ['S', 'N', 'BOOL', 'NULL', 'L', 'M'] as const;
export type ValueType = (typeof TYPES)[number];

function readType(value: AttributeValue): ValueType {
  const [found, more] = TYPES.filter((type) => value[type] !== undefined);
  if (found === undefined || more !== undefined) throw new NotSimulated(`a value of the type ${Object.keys(value)[0]}`);
  return found;
}

/** Whole numbers up to 2^53 and short decimals: others would round differently than DynamoDB's. */
export function readNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new NotSimulated(`the number ${text}`);
  return value;
}

/** Refuses a value that DynamoDB stores in another form than it came in. */
export function assertSimulated(value: AttributeValue): void {
  switch (readType(value)) {
    case 'N':
      if (String(readNumber(value.N ?? '')) !== value.N) throw new NotSimulated(`the number ${value.N ?? ''}`);
      return;
    case 'L':
      for (const part of value.L ?? []) assertSimulated(part);
      return;
    case 'M':
      for (const part of Object.values(value.M ?? {})) assertSimulated(part);
      return;
    default:
  }
}

/** The order of sort keys: that of their bytes in UTF-8. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const areSimple = !/[\ud800-\uffff]/.test(one) && !/[\ud800-\uffff]/.test(other);
  if (areSimple) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The order of two values of one type; undefined where they have none. */
export function compareValues(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined && other.S !== undefined) return compareTexts(one.S, other.S);
  if (one.N !== undefined && other.N !== undefined) return readNumber(one.N) - readNumber(other.N);
  return undefined;
}

export function areEqual(one: AttributeValue, other: AttributeValue): boolean {
  if (one.L !== undefined && other.L !== undefined) {
    const others = other.L;
    return one.L.length === others.length && one.L.every((part, i) => areEqual(part, others[i] ?? { NULL: true }));
  }
  if (one.M !== undefined && other.M !== undefined) {
    const [parts, others] = [Object.entries(one.M), other.M];
    return (
      parts.length === Object.keys(others).length &&
      parts.every(([name, part]) => others[name] !== undefined && areEqual(part, others[name]))
    );
  }
  const type = readType(one);
  return type === readType(other) && type !== 'L' && type !== 'M' && one[type] === other[type];
}

/**
 * The number of elements, or the length of a text in UTF-16 code units, as DynamoDB Local counts it. DynamoDB's
 * documentation names no unit, so the service asks the size of lists and maps alone. Undefined for what has no size.
 */
export function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return value.S.length;
  if (value.L !== undefined) return value.L.length;
  return value.M === undefined ? undefined : Object.keys(value.M).length;
}
