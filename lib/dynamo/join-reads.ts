import type { BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operations, Wire } from './wire.ts';

type BatchGet = Operations['BatchGetItem'];
type Answered = Omit<BatchGetItemCommandOutput, '$metadata'>;
type ReadKey = NonNullable<NonNullable<BatchGet[0]['RequestItems']>[string]['Keys']>[number];
type Waiting = {
  keys: readonly ReadKey[];
  signal: AbortSignal;
  resolve: (answer: Answered) => void;
  reject: (reason: unknown) => void;
};

/** DynamoDB's limit for one batch. */
const MOST_KEYS = 100;

const origins = new WeakMap<object, object>();

/** The wire of the container: what is remembered is remembered by it, however a call sends its reads. */
export const findOrigin = (wire: object): object => origins.get(wire) ?? wire;

/**
 * A wire that sends the batch reads of one table which are asked for at the same moment as one request. Every reader
 * gets the whole answer, and as unprocessed only its own keys.
 */
export function joinReads<O extends keyof Operations>(wire: Wire<O | 'BatchGetItem'>): Wire<O | 'BatchGetItem'> {
  const waiting = new Map<string, Waiting[]>();
  const flush = (table: string, all: readonly Waiting[]): void => {
    waiting.delete(table);
    for (const group of groupsOf(all)) void send(wire, table, group);
  };
  const join = (input: BatchGet[0], signal: AbortSignal): Promise<Answered> => {
    const [asked] = Object.entries({ ...input.RequestItems });
    if (asked === undefined) throw new Error('a batch read names no table');
    const [table, { Keys: keys = [] }] = asked;
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const one = { keys, signal, resolve, reject };
    const others = waiting.get(table);
    if (others !== undefined) others.push(one);
    else {
      const all = [one];
      waiting.set(table, all);
      queueMicrotask(() => flush(table, all));
    }
    return promise;
  };
  const joined = (<K extends O | 'BatchGetItem'>(operation: K, input: Operations[K][0], signal: AbortSignal) =>
    operation === 'BatchGetItem' ? join(input as BatchGet[0], signal) : wire(operation, input, signal)) as Wire<
    O | 'BatchGetItem'
  >;
  origins.set(joined, findOrigin(wire));
  return joined;
}

async function send(wire: Wire<'BatchGetItem'>, table: string, group: Group): Promise<void> {
  const unique = new Map(group.flatMap(({ keys }) => keys.map((key) => [JSON.stringify(key), key] as const)));
  try {
    const RequestItems = { [table]: { Keys: [...unique.values()], ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await wire('BatchGetItem', { RequestItems }, group[0].signal);
    const left = new Set(UnprocessedKeys?.[table]?.Keys?.map((key) => JSON.stringify(key)));
    for (const { keys, resolve } of group) {
      const own = keys.filter((key) => left.has(JSON.stringify(key)));
      resolve({ Responses, UnprocessedKeys: own.length === 0 ? {} : { [table]: { Keys: own } } });
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

type Group = [Waiting, ...Waiting[]];

function groupsOf(all: readonly Waiting[]): Group[] {
  const groups: Group[] = [];
  let room = 0;
  for (const one of all) {
    const group = groups.at(-1);
    if (group !== undefined && one.keys.length <= room) group.push(one);
    else {
      groups.push([one]);
      room = MOST_KEYS;
    }
    room -= one.keys.length;
  }
  return groups;
}
