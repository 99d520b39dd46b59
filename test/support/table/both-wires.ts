import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { leanWire } from '../../../lib/dynamo/lean-wire.ts';
import { sdkWire } from '../../../lib/dynamo/sdk-wire.ts';
import type { Operations, Wire } from '../../../lib/dynamo/wire.ts';
import type { Credentials } from '../../../lib/process/signature.ts';
import { keepDeployedWires } from '../run/deployed-wires.ts';

keepDeployedWires();

export const REGION = 'eu-west-1';
export const LOCAL: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Opens a wire to an endpoint. Credentials that are a function are read for each request, as each wire does it. */
export type OpenWire = (endpoint: string, credentials?: Credentials) => Wire;

/** Both wires, by the name that tests give them. */
export const bothWires: [name: string, open: OpenWire][] = [
  [
    'the lean wire',
    (endpoint, credentials = LOCAL) => leanWire({ region: REGION, endpoint, credentials: () => credentials }),
  ],
  ['the SDK’s wire', (endpoint, credentials = LOCAL) => openSdkWire(endpoint, credentials)],
];

export const openSdkWire = (endpoint: string, credentials: DynamoDBClientConfig['credentials'] = LOCAL): Wire =>
  sdkWire({ region: REGION, endpoint, credentials });

const Key = { pk: { S: 'TEST#thing' }, sk: { S: 'thing' } };
const UpdateExpression = 'SET note = :note';
const ExpressionAttributeValues = { ':note': { S: 'Grüße 🔑' } };

/** One request of each operation, for tests that do not look at what it does. */
export const sampleInputs: { [K in keyof Operations]: (TableName: string) => Operations[K][0] } = {
  GetItem: (TableName) => ({ TableName, Key }),
  BatchGetItem: (TableName) => ({ RequestItems: { [TableName]: { Keys: [Key] } } }),
  Query: (TableName) => ({
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': Key.pk },
  }),
  UpdateItem: (TableName) => ({ TableName, Key, UpdateExpression, ExpressionAttributeValues }),
  TransactWriteItems: (TableName) => ({
    TransactItems: [{ Update: { TableName, Key, UpdateExpression, ExpressionAttributeValues } }],
    ClientRequestToken: 'one-token',
  }),
};

export const operations = Object.keys(sampleInputs) as (keyof Operations)[];

/** The end of a request: its answer, or all members of its error, in a form that is the same for both wires. */
export async function readOutcome(request: Promise<object>): Promise<Record<string, unknown>> {
  try {
    const { $metadata: _, ...answer } = (await request) as Record<string, unknown>;
    return { answer };
  } catch (error) {
    return readError(error as Error);
  }
}

/** Fields by which each client describes an error in its own way, and those that are compared apart. */
const OWN_FIELDS = ['$metadata', '$fault', '$response', '__type', 'code', 'name', 'message', 'mayPass', 'cause'];

function readError(error: Error): Record<string, unknown> {
  const members = Object.entries(error).filter(([name, value]) => !OWN_FIELDS.includes(name) && value !== undefined);
  const isNamed = isNamedByAws(error);
  return {
    name: error.name,
    ...(isNamed || error.name === 'Unavailable' || error.name === 'Contention' ? { message: error.message } : {}),
    ...(isNamed ? Object.fromEntries(members) : {}),
    ...(error.cause instanceof Error && isNamedByAws(error.cause) ? { cause: readError(error.cause) } : {}),
  };
}

/** Each client words faults of the connection in its own way; the errors of the service are the same. */
function isNamedByAws(error: Error & { $metadata?: { httpStatusCode?: number } }): boolean {
  return (error.$metadata?.httpStatusCode ?? 0) >= 300 && error.name !== 'SyntaxError';
}
