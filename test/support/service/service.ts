import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context as LambdaContext } from 'aws-lambda';
import { createTable, localClient, openDocuments } from '../../../local/create-table.ts';
import { createPlatformKey } from '../../../lib/commands/create-platform-key.ts';
import { routeKey, type Route } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';
import { sdkWire } from '../../../lib/dynamo/sdk-wire.ts';
import type { Table } from '../../../lib/dynamo/table.ts';
import { engineEndpoint } from '../run/engine-endpoint.ts';
import { onItsRole } from '../run/roles.ts';
import { assertKeepsContract } from './route-contract.ts';
import { startEngineOfThisFile, tablesOfThisFile } from '../run/tables.ts';
import { setSigningEnvironment } from './signing.ts';
import { watchWrites } from '../table/writes-sent.ts';

export type Reply = { status: number; headers: Record<string, string>; body: Record<string, unknown>; text: string };
export type Call = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  rawBody?: string;
  isBase64Encoded?: boolean;
  headers?: Record<string, string | undefined>;
  apiKey?: string | undefined;
  sourceIp?: string;
};
export type TestBrand = { id: string; slug: string; key_prefix: string; apiKey: string; apiKeyId: string };

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: LambdaContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The service as deployed, handler by handler, on its own table in the real engine. */
export type Service = {
  tableName: string;
  client: DynamoDBClient;
  /** The same client for items as plain objects. */
  documents: DynamoDBDocumentClient;
  platformKey: string;
  /** Calls the function that serves a route, with an event in the gateway's format. */
  call: (route: Route, call?: Call) => Promise<Reply>;
  /** The table as these owners see it, without the service. */
  table: (...owners: string[]) => Table;
  /** A new brand with an API key and these products. */
  brand: (input?: {
    slug?: string;
    key_prefix?: string;
    products?: Record<string, object>;
    scopes?: string[];
  }) => Promise<TestBrand>;
};

/** `quick` is dynoxide where it can run, for files whose subject is neither the engine nor its stream. */
type ServiceOptions = { stream?: boolean | 'quick' };

/**
 * One for each test file: creates a table, and points this file's functions to it. A table with a stream gets its own
 * engine: each write takes longer the more records the engine's streams hold, even those of deleted tables.
 */
export async function startService({ stream = false }: ServiceOptions = {}): Promise<Service> {
  if (stream !== false) await startEngineOfThisFile(stream === 'quick' ? 'dynoxide' : 'dynamodb-local');
  const endpoint = engineEndpoint();
  const client = localClient(endpoint);
  const tableName = `test-${randomUUID()}`;
  await createTable(client, tableName, { stream: stream !== false });
  watchWrites(client, tableName);
  tablesOfThisFile.push({ endpoint, tableName });
  const dataKey = join(tmpdir(), `${tableName}.key`);
  writeFileSync(dataKey, randomBytes(64));
  setSigningEnvironment();
  Object.assign(process.env, {
    TABLE_NAME: tableName,
    DYNAMODB_ENDPOINT: endpoint,
    DATA_KEY_FILE: dataKey,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'SILENT',
    STAGE: 'local',
  });

  const wire = sdkWire({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {},
  });
  const table = (...owners: string[]): Table => ({
    wire,
    name: tableName,
    owners,
    signal: AbortSignal.timeout(30_000),
  });
  const { api_key: platformKey } = await createPlatformKey(
    { requestId: 'test', nowMs: Date.now(), table },
    { name: 'tests', rate_limit_per_minute: 30_000 },
  );
  const call = async (route: Route, request: Call = {}): Promise<Reply> =>
    callHandler(await loadHandler(route), route, request);
  const documents = openDocuments(client);
  const brand: Service['brand'] = (input) => newBrand(call, platformKey, input);
  return { tableName, client, documents, platformKey, call, table, brand };
}

/** The function that serves a route, as a container that the calls of this file share. */
export async function loadHandler(route: Route): Promise<Handler> {
  const { handler } = (await import(`../../../functions/${route.function}.ts`)) as { handler: Handler };
  return handler;
}

export async function callHandler(handler: Handler, route: Route, request: Call): Promise<Reply> {
  const result = await onItsRole(route, () => handler(eventFor(route, request), {} as LambdaContext));
  const text = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8').toString('utf8');
  const isJson = String(result.headers?.['content-type']).includes('json');
  const reply: Reply = {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    text,
  };
  assertKeepsContract(route, reply);
  return reply;
}

/** The default address of calls. */
export const SOURCE_IP = '203.0.113.7';

export function eventFor(
  route: Route,
  { params = {}, query = {}, body, rawBody, isBase64Encoded = false, headers = {}, apiKey, sourceIp = SOURCE_IP }: Call,
): APIGatewayProxyEventV2 {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `missing-${name}`);
  const rawQueryString = new URLSearchParams(query).toString();
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const sent = {
    ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
    ...headers,
  };
  return {
    version: '2.0',
    routeKey: routeKey(route),
    rawPath: path,
    rawQueryString,
    headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value])),
    ...(rawQueryString === '' ? {} : { queryStringParameters: query }),
    ...(Object.keys(params).length === 0 ? {} : { pathParameters: params }),
    requestContext: {
      http: { method: route.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'tests' },
      routeKey: routeKey(route),
    } as APIGatewayProxyEventV2['requestContext'],
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded,
  };
}

async function newBrand(
  call: Service['call'],
  apiKey: string,
  {
    slug = `brand-${randomBytes(5).toString('hex')}`,
    key_prefix,
    products = { 'wp-rocket': {}, imagify: {} },
    scopes,
  }: Parameters<Service['brand']>[0] = {},
): Promise<TestBrand> {
  const prefix = key_prefix ?? `T${randomBytes(4).toString('hex').toUpperCase()}`;
  const created = expectCreated(
    await call(byOperation('create_brand'), {
      apiKey,
      body: { name: slug, slug, key_prefix: prefix, settings: { rate_limit_per_minute: 30_000 } },
    }),
  );
  const params = { brand_id: String(created['id']) };
  for (const [product, more] of Object.entries(products)) {
    expectCreated(
      await call(byOperation('admin_create_product'), {
        apiKey,
        params,
        body: { name: product, slug: product, ...more },
      }),
    );
  }
  const key = expectCreated(
    await call(byOperation('admin_create_api_key'), {
      apiKey,
      params,
      body: { name: 'shop', ...(scopes ? { scopes } : {}) },
    }),
  );
  return { id: params.brand_id, slug, key_prefix: prefix, apiKey: String(key['api_key']), apiKeyId: String(key['id']) };
}

function expectCreated(reply: Reply): Record<string, unknown> {
  if (reply.status !== 201) throw new Error(`expected 201, got ${String(reply.status)}: ${reply.text}`);
  return reply.body;
}

export function byOperation(operation: string): Route {
  const route = routes.find((candidate) => candidate.operation === operation);
  if (route === undefined) throw new Error(`there is no operation ${operation}`);
  return route;
}
