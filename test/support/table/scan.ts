import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { engineEndpoint } from '../run/engine-endpoint.ts';

export type RawItem = Record<string, AttributeValue>;

/** The engine requires a signature and checks none. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.Scan',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
  // A kept connection may be closed from the other end just as it is used again, and nobody repeats a scan of a test.
  connection: 'close',
};

/**
 * Every item of a table in this run's engine, read directly. Without the SDK, which takes longer to read a page than
 * the engine to send it.
 */
export async function scanTable(tableName: string): Promise<RawItem[]> {
  const items: RawItem[] = [];
  let start: RawItem | undefined;
  do {
    const body = JSON.stringify({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: start });
    const response = await fetch(engineEndpoint(), { method: 'POST', headers: HEADERS, body });
    if (!response.ok) throw new Error(`scanning ${tableName}: ${await response.text()}`);
    const page = (await response.json()) as { Items: RawItem[]; LastEvaluatedKey?: RawItem };
    items.push(...page.Items);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
