import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { awsError, NotSimulated, validationError } from './errors.ts';
import { assertSound, holds, touchedBy, updated, type Aliases } from './evaluate.ts';
import { findAliases } from './grammar.ts';
import { assertIndexable, readKey, type StoredKey } from './store.ts';
import { assertSimulated, type AttributeItem } from './values.ts';

/** One write as every operation has it: its key, its guard, and the item after it. */
type PlannedWrite = {
  key: StoredKey;
  isGuarded: (before: AttributeItem | undefined) => boolean;
  /** `same` for a write that only checks. */
  after: (before: AttributeItem | undefined) => AttributeItem | 'same' | undefined;
  showsItem: boolean;
};

type Fields = Aliases & {
  TableName?: string | undefined;
  Key?: Record<string, AttributeValue> | undefined;
  Item?: Record<string, AttributeValue> | undefined;
  UpdateExpression?: string | undefined;
  ConditionExpression?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
};

const KNOWN = [
  'TableName',
  'Key',
  'Item',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

export function assertKnownFields(input: object, known: readonly string[]): void {
  const other = Object.entries(input).find(([name, value]) => value !== undefined && !known.includes(name));
  if (other !== undefined) throw new NotSimulated(`the field ${other[0]} of a request`);
}

/** DynamoDB refuses names and values that no expression of the request uses. */
function assertAllUsed(aliases: Aliases, ...expressions: (string | undefined)[]): void {
  const isUsed = (alias: string): boolean =>
    expressions.some((text) => text !== undefined && findAliases(text).has(alias));
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = aliases;
  for (const given of [names, values])
    if (given !== undefined && (Object.keys(given).length === 0 || !Object.keys(given).every(isUsed)))
      throw validationError('an alias is not used in expressions');
  for (const value of Object.values(values ?? {})) assertSimulated(value);
}

export function planUpdate(input: Fields): PlannedWrite {
  const { UpdateExpression: text } = input;
  if (text === undefined) throw new NotSimulated('an update without an expression');
  const key = readKey(input.Key);
  return {
    ...planGuard(input, key),
    after: (before) => {
      if (touchedBy(text, input).some(([name]) => name === 'pk' || name === 'sk'))
        throw validationError('This attribute is part of the key');
      const after = updated(before ?? { pk: { S: key.pk }, sk: { S: key.sk } }, text, input);
      assertIndexable(after);
      return after;
    },
  };
}

function planGuard(input: Fields, key: StoredKey): Omit<PlannedWrite, 'after'> {
  assertKnownFields(input, KNOWN);
  const { ConditionExpression: guard, UpdateExpression: update } = input;
  assertAllUsed(input, guard, update);
  assertSound(guard, update, input);
  return {
    key,
    isGuarded: (before) => holds(guard, before, input),
    showsItem: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

/** Reads one write of a transaction. */
export function planWrite(tableName: string, { Put, Update, Delete, ConditionCheck }: TransactWriteItem): PlannedWrite {
  const input: Fields | undefined = Put ?? Update ?? Delete ?? ConditionCheck;
  if (input === undefined) throw validationError('a write of a transaction is empty');
  if (input.TableName !== tableName) throw awsError('ResourceNotFoundException', 'Requested resource not found');
  if (Update) return planUpdate(Update);
  if (Put) {
    const item = Put.Item ?? {};
    for (const value of Object.values(item)) assertSimulated(value);
    assertIndexable(item);
    return { ...planGuard(Put, readKey(item)), after: () => item };
  }
  const guarded = planGuard(input, readKey(input.Key));
  if (ConditionCheck?.ConditionExpression === '') throw validationError('a condition is empty');
  return { ...guarded, after: Delete ? () => undefined : () => 'same' };
}
