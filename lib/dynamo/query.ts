import { queryFields } from './expressions.ts';
import { tableSchema, type IndexName, type Key } from './schema.ts';
import { assertOwned, fromItem, toItem, type Item, type Table } from './table.ts';

export type Page = { items: Item[]; last: Key | undefined };

export type Span = {
  pk: string;
  index?: IndexName;
  /** Only sort keys that begin with this. */
  begins?: string;
  /** Only sort keys from the first to the second, both included. */
  between?: readonly [string, string];
  limit: number;
  newestFirst?: boolean;
  /** The page begins after this key: `last` of the page before. */
  after?: Record<string, unknown> | undefined;
};

/** One page of a partition, either of the table (consistent) or of an index (keys only, may lag). */
export async function query(table: Table<'Query'>, span: Span): Promise<Page> {
  assertOwned(table, span.pk);
  const index = tableSchema.indexes.find(({ name }) => name === span.index);
  const { partitionKey, sortKey } = index ?? tableSchema;
  const answer = await table.wire(
    'Query',
    {
      TableName: table.name,
      ...(index ? { IndexName: index.name } : { ConsistentRead: true }),
      ...queryFields({ name: partitionKey, value: span.pk }, sortRange(span, sortKey)),
      Limit: span.limit,
      ScanIndexForward: span.newestFirst !== true,
      ...(span.after ? { ExclusiveStartKey: fromItem(span.after) } : {}),
    },
    table.signal,
  );
  return {
    items: (answer.Items ?? []).map(toItem),
    last: answer.LastEvaluatedKey && (toItem(answer.LastEvaluatedKey) as Key),
  };
}

function sortRange({ begins, between }: Span, name: string) {
  if (begins !== undefined) return { kind: 'begins', name, begins } as const;
  return between && ({ kind: 'between', name, from: between[0], to: between[1] } as const);
}
