import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BatchWriteItemCommand, ScanCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sleep } from '../../lib/process/timers.ts';
import { tableSchema } from '../../lib/dynamo/schema.ts';

type Item = Record<string, AttributeValue>;
export type TableLocation = { client: DynamoDBClient; tableName: string };
/** The hash of each item, by its key: enough to compare two tables without keeping both. */
export type Digests = Map<string, string>;
export type OnProgress = (items: number) => void;

const BATCH = 25;
const LONGEST_PAUSE_MS = 2_000;

/** Every item, consistently read, in the order of the engine. */
async function* scan({ client, tableName }: TableLocation): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** Writes all items into a file, one a line in DynamoDB's own JSON and compressed, as its export to S3 does. */
export async function exportTable(from: TableLocation, file: string, onProgress: OnProgress): Promise<Digests> {
  const digests: Digests = new Map();
  async function* lines(): AsyncGenerator<string> {
    for await (const item of scan(from)) {
      digests.set(keyOf(item), digestOf(item));
      onProgress(digests.size);
      yield `${JSON.stringify({ Item: item })}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  return digests;
}

/** Puts all items of such a file into a table that is there. */
export async function restoreTable(file: string, to: TableLocation, onProgress: OnProgress): Promise<number> {
  let restored = 0;
  let batch: Item[] = [];
  const put = async (): Promise<void> => {
    if (batch.length === 0) return;
    await putAll(to, batch);
    restored += batch.length;
    batch = [];
    onProgress(restored);
  };
  const unpacked = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input: unpacked })) {
    batch.push((JSON.parse(line) as { Item: Item }).Item);
    if (batch.length === BATCH) await put();
  }
  await put();
  return restored;
}

/** Items that the table did not accept are written again. */
async function putAll({ client, tableName }: TableLocation, items: readonly Item[]): Promise<void> {
  let open = items.map((Item) => ({ PutRequest: { Item } }));
  for (let pauseMs = 50; open.length > 0; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }));
    open = (UnprocessedItems?.[tableName] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
    );
    if (open.length > 0) await sleep(pauseMs);
  }
}

export async function computeDigests(of: TableLocation): Promise<Digests> {
  const digests: Digests = new Map();
  for await (const item of scan(of)) digests.set(keyOf(item), digestOf(item));
  return digests;
}

export type Difference = { missing: string[]; changed: string[]; added: string[] };

/** Key by key: what of the first the second lacks, has otherwise, and has besides. */
export function compareDigests(first: Digests, second: Digests): Difference {
  const missing = [...first.keys()].filter((key) => !second.has(key));
  const changed = [...first].flatMap(([key, digest]) => (second.has(key) && second.get(key) !== digest ? [key] : []));
  const added = [...second.keys()].filter((key) => !first.has(key));
  return { missing, changed, added };
}

const keyOf = (item: Item): string =>
  [tableSchema.partitionKey, tableSchema.sortKey].map((name) => item[name]?.S ?? '').join(' ');

/** Covers every attribute, whatever order the engine gives them in. */
const digestOf = (item: Item): string =>
  createHash('sha256')
    .update(JSON.stringify(inOrder(item)))
    .digest('base64url');

function inOrder(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, inOrder(inner)]));
}
