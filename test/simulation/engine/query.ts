import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../../../lib/dynamo/schema.ts';
import type { Operations } from '../../../lib/dynamo/wire.ts';
import { awsError, NotSimulated, validationError } from './errors.ts';
import { namesOf, valueOf, type Aliases } from './evaluate.ts';
import { parseCondition, type ConditionTree } from './grammar.ts';
import { nameOfKey, type Store, type StoredKey } from './store.ts';
import { bytesOfItems, compareTexts, type AttributeItem } from './values.ts';

const KNOWN = [
  'TableName',
  'IndexName',
  'ConsistentRead',
  'KeyConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'Limit',
  'ScanIndexForward',
  'ExclusiveStartKey',
];

type Entry = { key: StoredKey; sort: string };
type EngineAnswer = Omit<Operations['Query'][1], '$metadata'>;

/** One page of a query holds at most so many bytes. The service's partitions of one page are far from it. */
const PAGE_BYTES = 1_000_000;

export function runQuery(
  { tableName, store }: { tableName: string; store: Store },
  input: QueryCommandInput,
): EngineAnswer {
  const other = Object.entries(input).find(([name, value]) => value !== undefined && !KNOWN.includes(name));
  if (other !== undefined) throw new NotSimulated(`the field ${other[0]} of a query`);
  if (input.TableName !== tableName) throw awsError('ResourceNotFoundException', 'Requested resource not found');
  const index = tableSchema.indexes.find(({ name }) => name === input.IndexName);
  if (input.IndexName !== undefined && index === undefined) throw validationError('there is no such index');
  if (index && input.ConsistentRead === true) throw validationError('an index is not read consistently');
  if (!index && input.ConsistentRead !== true) throw new NotSimulated('a query of the table that may be stale');
  const schema = index ?? tableSchema;
  const { pk, isIn } = readKeyCondition(input, schema);
  const all = store.list(pk, index?.name).filter(({ sort }) => isIn(sort));
  if (input.ScanIndexForward === false) all.reverse();
  const shown = (entry: Entry): AttributeItem => showEntry(store, entry, index, pk);
  const rest = afterStart(all, input, schema);
  const limit = input.Limit ?? Infinity;
  const Items = rest.slice(0, limit).map(shown);
  if (bytesOfItems(Items) > PAGE_BYTES) throw new NotSimulated('a page of a query that is too long');
  const last = rest.length >= limit ? rest[limit - 1] : undefined;
  const page = { Items, Count: Items.length, ScannedCount: Items.length };
  return last === undefined ? page : { ...page, LastEvaluatedKey: keysOf(shown(last), schema) };
}

type Schema = { partitionKey: string; sortKey: string };

const keysOf = (item: AttributeItem, { partitionKey, sortKey }: Schema): Record<string, AttributeItem[string]> =>
  Object.fromEntries(Object.entries(item).filter(([name]) => ['pk', 'sk', partitionKey, sortKey].includes(name)));

/** An index holds keys only: those of the item, and its own. */
function showEntry(store: Store, { key, sort }: Entry, index: Schema | undefined, pk: string): AttributeItem {
  if (index)
    return { pk: { S: key.pk }, sk: { S: key.sk }, [index.partitionKey]: { S: pk }, [index.sortKey]: { S: sort } };
  const item = store.get(key);
  if (item === undefined) throw new Error('a partition lists an item that it does not have');
  return item;
}

/** The key of the partition that a query reads. */
export const readQueriedKey = (input: QueryCommandInput): string | undefined => {
  const [first] = readTerms(input);
  return first?.kind === 'compare' ? valueOf(input, first.value).S : undefined;
};

function readTerms(input: QueryCommandInput): readonly ConditionTree[] {
  const tree = parseCondition(input.KeyConditionExpression ?? '');
  return tree.kind === 'all' ? tree.of : [tree];
}

function readKeyCondition(
  input: QueryCommandInput & Aliases,
  { partitionKey, sortKey }: Schema,
): { pk: string; isIn: (sort: string) => boolean } {
  const [first, second, third] = readTerms(input);
  if (first?.kind !== 'compare' || first.is !== '=' || third !== undefined)
    throw new NotSimulated('the condition of a query');
  if (namesOf(input, first.path).join('.') !== partitionKey) throw validationError('Query condition missed key schema');
  const pk = valueOf(input, first.value).S;
  if (pk === undefined) throw validationError('Query condition of another type');
  if (second === undefined) return { pk, isIn: () => true };
  const isIn = readRange(second, input);
  if (!('path' in second) || namesOf(input, second.path).join('.') !== sortKey)
    throw validationError('Query condition missed key schema');
  return { pk, isIn };
}

function readRange(tree: ConditionTree, aliases: Aliases): (sort: string) => boolean {
  const text = (alias: string): string => valueOf(aliases, alias).S ?? '';
  if (tree.kind === 'begins') {
    const begins = text(tree.value);
    return (sort) => sort.startsWith(begins);
  }
  if (tree.kind !== 'between') throw new NotSimulated('the range of a query');
  const [from, to] = [text(tree.from), text(tree.to)];
  if (compareTexts(from, to) > 0) throw validationError('the BETWEEN operator has no lower bound');
  return (sort) => compareTexts(from, sort) <= 0 && compareTexts(sort, to) <= 0;
}

/** The entries after the start key, which itself need not exist any more. */
function afterStart(all: readonly Entry[], input: QueryCommandInput, { sortKey }: Schema): readonly Entry[] {
  const { ExclusiveStartKey: start } = input;
  if (start === undefined) return all;
  const [pk, sk, sort] = [start['pk']?.S, start['sk']?.S, start[sortKey]?.S];
  if (pk === undefined || sk === undefined || sort === undefined)
    throw validationError('The provided starting key is invalid');
  const isAfter = (entry: Entry): boolean => {
    const order = compareTexts(entry.sort, sort) || compareTexts(nameOfKey(entry.key), nameOfKey({ pk, sk }));
    return input.ScanIndexForward === false ? order < 0 : order > 0;
  };
  return all.filter(isAfter);
}
