import {
  BatchGetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type ConsumedCapacity,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { createTable } from '../local/create-table.ts';
import { activateLicense } from '../lib/api/activate.ts';
import { deactivateLicense } from '../lib/api/deactivate.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { atMost, type Row } from './rows.ts';
import type { BenchService, Shop } from './service.ts';
import type { RawItem } from '../test/support/table/scan.ts';

const GROUP = 'Index write units on dynoxide, one item at a time';

/** One sent item of a transaction, and the item under its key before. */
type Written = {
  kind: 'license' | 'key' | 'journal' | 'seat' | 'other';
  write: TransactWriteItem;
  before: RawItem | undefined;
};

/**
 * An engine reports the index units of a transaction as a whole. So each of its items is written alone, over the item
 * before it, into a second table of the same definition: the units of that write in the indexes are that item's share.
 */
export async function measureIndexUnits(
  service: BenchService,
  proxy: CountingProxy,
  shop: Shop,
  product: string,
): Promise<Row[]> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [product], max_seats: 5 });
  const body = { license_key, product, instance_identifier: 'one.example.com' };
  const first = await writtenBy(service, proxy, () => service.call(activateLicense, { body }, [201]));
  const freed = await writtenBy(service, proxy, () => service.call(deactivateLicense, { body }));
  const back = await writtenBy(service, proxy, () => service.call(activateLicense, { body }, [201]));
  const bought = await writtenBy(service, proxy, () => service.buy(shop, { products: [product] }));
  const scratch = `${service.tableName}-one-by-one`;
  await createTable(service.client, scratch, { stream: false });
  const row = async (what: string, goal: number, kind: Written['kind'], changes: Written[]): Promise<Row> =>
    atMost(GROUP, what, goal, await mostUnits(service, scratch, kind, changes));
  const changes = [...first, ...freed, ...back];
  return [
    await row('the license item, on any seat change', 0, 'license', changes),
    await row('the new journal item', 1, 'journal', changes),
    await row("an instance's first activation", 1, 'seat', first),
    await row('a new license key', 1, 'key', bought),
    await row('a deactivation or a reactivation', 0, 'seat', [...freed, ...back]),
  ];
}

/** The items of the transactions that an action sends. */
async function writtenBy(
  { client }: BenchService,
  proxy: CountingProxy,
  action: () => Promise<unknown>,
): Promise<Written[]> {
  const written: Written[] = [];
  proxy.onTransaction = async (items) => {
    for (const write of items) {
      const { table, key } = targetOf(write);
      const { Responses } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key], ConsistentRead: true } } }),
      );
      written.push({ kind: kindOf(key), write, before: Responses?.[table]?.[0] });
    }
  };
  try {
    await action();
  } finally {
    proxy.onTransaction = undefined;
  }
  return written;
}

/** The most units that one item of this kind uses in the indexes. */
async function mostUnits(
  { client }: BenchService,
  TableName: string,
  kind: Written['kind'],
  changes: readonly Written[],
): Promise<number> {
  const units: number[] = [];
  for (const { write, before } of changes.filter((change) => change.kind === kind)) {
    if (before) await client.send(new PutItemCommand({ TableName, Item: before }));
    const { Put, Update } = write;
    const asked = { TableName, ReturnConsumedCapacity: 'INDEXES' as const };
    if (Put)
      units.push(indexUnits((await client.send(new PutItemCommand({ ...asked, Item: Put.Item }))).ConsumedCapacity));
    else if (Update)
      units.push(indexUnits((await client.send(new UpdateItemCommand({ ...Update, ...asked }))).ConsumedCapacity));
  }
  if (units.length === 0) throw new Error(`no ${kind} item was written`);
  return Math.max(...units);
}

const indexUnits = (consumed: ConsumedCapacity | undefined): number =>
  Object.values(consumed?.GlobalSecondaryIndexes ?? {}).reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);

function targetOf({ Put, Update }: TransactWriteItem): { table: string; key: RawItem } {
  const table = Put?.TableName ?? Update?.TableName;
  const from = Put?.Item ?? Update?.Key;
  if (table === undefined || from?.['pk'] === undefined || from['sk'] === undefined)
    throw new Error('a seat change neither puts nor updates this item');
  return { table, key: { pk: from['pk'], sk: from['sk'] } };
}

function kindOf({ sk }: RawItem): Written['kind'] {
  const text = sk?.S ?? '';
  if (text === 'license' || text === 'key') return text;
  return text.startsWith('journal#') ? 'journal' : text.startsWith('seat#') ? 'seat' : 'other';
}
