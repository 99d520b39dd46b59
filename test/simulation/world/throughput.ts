import type { QueryCommandInput, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../../../lib/dynamo/schema.ts';
import { SECOND_MS } from '../../../lib/domain/time.ts';
import { readQueriedKey } from '../engine/query.ts';
import type { Store } from '../engine/store.ts';
import { bytesOfItem, bytesOfItems, type AttributeItem } from '../engine/values.ts';
import { readFootprint } from './footprint.ts';
import type { Request, Throughput } from './parts.ts';

/** DynamoDB gives each partition so many units in a second, as its documentation says. */
export const READ_UNITS = 3_000;
export const WRITE_UNITS = 1_000;
const READ_BYTES = 4_096;
const WRITE_BYTES = 1_024;

type Used = { reads: number; writes: number };

const partitionOf = (name: string): string => name.slice(0, name.indexOf('\n'));
/** No key of a partition has a line break. */
const partitionOfIndex = (index: string, pk: string): string => `${index}\n${pk}`;

function queriedPartition(input: QueryCommandInput): string {
  const pk = readQueriedKey(input) ?? '';
  return input.IndexName === undefined ? pk : partitionOfIndex(input.IndexName, pk);
}

/** The partitions of indexes that the new items of a request come to: one that is full refuses the whole request. */
function indexesWritten({ operation, input }: Request): string[] {
  if (operation !== 'TransactWriteItems') return [];
  const { TransactItems = [] } = input as TransactWriteItemsCommandInput;
  return TransactItems.flatMap(({ Put }) =>
    tableSchema.indexes.flatMap(({ name, partitionKey }) => {
      const pk = Put?.Item?.[partitionKey]?.S;
      return pk === undefined ? [] : [partitionOfIndex(name, pk)];
    }),
  );
}

function touchedBy(request: Request): string[] {
  if (request.operation === 'Query') return [queriedPartition(request.input as QueryCommandInput)];
  const { reads, writes } = readFootprint(request);
  return [...[...reads, ...writes].map(partitionOf), ...indexesWritten(request)];
}

/** A page takes a unit for each 4 KB together, and half of it where it may be stale, as it may in an index. */
function unitsOfPage({ IndexName }: QueryCommandInput, { Items = [] }: { Items?: AttributeItem[] }): number {
  const units = Math.max(1, Math.ceil(bytesOfItems(Items) / READ_BYTES));
  return IndexName === undefined ? units : units / 2;
}

export function openThroughput(nowMs: () => number, store: Pick<Store, 'get'>): Throughput {
  let second = -1;
  const used = new Map<string, Used>();
  const usedOf = (partition: string): Used => {
    const present = Math.floor(nowMs() / SECOND_MS);
    if (present !== second) used.clear();
    second = present;
    const known = used.get(partition) ?? { reads: 0, writes: 0 };
    used.set(partition, known);
    return known;
  };
  const bytesOf = (name: string): number => {
    const pk = partitionOf(name);
    const item = store.get({ pk, sk: name.slice(pk.length + 1) });
    return item === undefined ? 2 : bytesOfItem(item);
  };
  return {
    partitionsOf: touchedBy,
    hasRoom: (partitions) =>
      partitions.every((partition) => {
        const { reads, writes } = usedOf(partition);
        return reads < READ_UNITS && writes < WRITE_UNITS;
      }),
    take(request, answer) {
      if (request.operation === 'Query') {
        const input = request.input as QueryCommandInput;
        usedOf(queriedPartition(input)).reads += unitsOfPage(input, answer as { Items?: AttributeItem[] });
        return;
      }
      const { reads, writes } = readFootprint(request);
      // A write of a transaction, and a condition of one, is charged twice.
      const times = request.operation === 'TransactWriteItems' ? 2 : 1;
      for (const name of reads) usedOf(partitionOf(name)).reads += times * Math.ceil(bytesOf(name) / READ_BYTES);
      for (const name of writes) usedOf(partitionOf(name)).writes += times * Math.ceil(bytesOf(name) / WRITE_BYTES);
    },
    takeInIndexes({ before, after }) {
      // An index holds keys only, so an entry takes one unit where it leaves and one where it comes to.
      for (const { name, partitionKey, sortKey } of tableSchema.indexes) {
        const [from, to] = [before, after].map((item) => [item?.[partitionKey]?.S, item?.[sortKey]?.S]);
        if (from?.[0] === to?.[0] && from?.[1] === to?.[1]) continue;
        for (const pk of [from?.[0], to?.[0]]) if (pk !== undefined) usedOf(partitionOfIndex(name, pk)).writes += 1;
      }
    },
    heat(partitions) {
      for (const partition of partitions) Object.assign(usedOf(partition), { reads: READ_UNITS, writes: WRITE_UNITS });
    },
  };
}
