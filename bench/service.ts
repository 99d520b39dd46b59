import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createTable, localClient } from '../local/create-table.ts';
import { buildSigningEnvironment } from '../local/signing-keys.ts';
import { createPlatformKey } from '../lib/commands/create-platform-key.ts';
import type { Route } from '../lib/api/route.ts';
import { provisionLicenses } from '../lib/api/licenses.ts';
import { activateLicense } from '../lib/api/activate.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import type { Table } from '../lib/dynamo/table.ts';
import { byOperation, eventFor, type Call } from '../test/support/service/service.ts';
import { renewKeys } from '../test/support/service/signing.ts';

export type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;
export type Body = Record<string, unknown>;
export type Bought = { licenseKey: string; licenseId: string; licenseIds: string[] };
export type Shop = { id: string; slug: string; prefix: string; apiKey: string };

/** The service's functions, on their own table behind one endpoint. One process can hold several. */
export type BenchService = {
  tableName: string;
  client: DynamoDBClient;
  platformKey: string;
  environment: Record<string, string>;
  /** Calls the function of a route; throws unless it answers with one of the statuses. */
  call: (route: Route, request: Call, statuses?: readonly number[]) => Promise<{ status: number; body: Body }>;
  handler: (route: Route) => Promise<Handler>;
  /** The table as these owners see it, without the service. */
  table: (...owners: string[]) => Table;
  newShop: (products: readonly string[]) => Promise<Shop>;
  buy: (shop: Shop, order: Body) => Promise<Bought>;
  activate: (licenseKey: string, product: string, instance: string) => Promise<void>;
  /** The current license key of a license. */
  keyOf: (shop: Shop, licenseId: string) => Promise<{ id: string; key: string }>;
  close: () => void;
};

const OK = [200, 201];

export const isOk = (status: number | undefined): boolean => status !== undefined && OK.includes(status);

/** Has no stream by default: nobody reads it, and it makes each write slower. */
export async function openService(
  endpoint: string,
  { stream = false }: { stream?: boolean } = {},
): Promise<BenchService> {
  const client = localClient(endpoint);
  const tableName = `bench-${randomUUID()}`;
  await createTable(client, tableName, { stream });
  const dataKeyFile = join(tmpdir(), `${tableName}.key`);
  const signingDir = join(tmpdir(), `${tableName}-signing`);
  writeFileSync(dataKeyFile, randomBytes(64));
  const environment = buildEnvironment({ tableName, endpoint, dataKeyFile, signingDir });
  // A function keeps the parts of its first request: the query gives each service its own copies.
  const handler = async (route: Route): Promise<Handler> => {
    const loaded = (await import(`../functions/${route.function}.ts?${tableName}`)) as { handler: Handler };
    return loaded.handler;
  };
  const call: BenchService['call'] = async (route, request, statuses = OK) => {
    const handle = await handler(route);
    Object.assign(process.env, environment);
    const { statusCode = 0, body = '' } = await handle(eventFor(route, request), {});
    if (!statuses.includes(statusCode)) throw new Error(`${route.operation} answered ${statusCode}: ${body}`);
    return { status: statusCode, body: JSON.parse(body) as Body };
  };
  const { table, wire } = openTable(endpoint, tableName);
  const platformKey = await newPlatformKey(table);
  Object.assign(process.env, environment);
  await renewKeys({ table });
  return {
    tableName,
    client,
    platformKey,
    environment,
    call,
    handler,
    table,
    newShop: (products) => newShop(call, platformKey, products),
    buy: (shop, order) => buy(call, shop, order),
    activate: async (license_key, product, instance_identifier) => {
      await call(activateLicense, { body: { license_key, product, instance_identifier } });
    },
    keyOf: ({ apiKey }, license_id) => readKey(call, apiKey, license_id),
    close: () => {
      for (const opened of [client, wire.client]) opened.destroy();
      rmSync(dataKeyFile, { force: true });
      rmSync(signingDir, { recursive: true, force: true });
    },
  };
}

type Places = Record<'tableName' | 'endpoint' | 'dataKeyFile' | 'signingDir', string>;

const buildEnvironment = ({ tableName, endpoint, dataKeyFile, signingDir }: Places): Record<string, string> => ({
  TABLE_NAME: tableName,
  DYNAMODB_ENDPOINT: endpoint,
  DATA_KEY_FILE: dataKeyFile,
  LOG_LEVEL: 'INFO',
  STAGE: 'bench',
  BASE_URL: 'https://licenses.example.com',
  ...buildSigningEnvironment(signingDir),
});

async function readKey(call: BenchService['call'], apiKey: string, license_id: string) {
  const { body } = await call(byOperation('get_license'), { apiKey, params: { license_id } });
  return body['license_key'] as { id: string; key: string };
}

function openTable(endpoint: string, name: string) {
  const wire = sdkWire({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = (...owners: string[]): Table => ({ wire, name, owners, signal: AbortSignal.timeout(30_000) });
  return { table, wire };
}

async function newPlatformKey(table: BenchService['table']): Promise<string> {
  const { api_key } = await createPlatformKey(
    { requestId: 'bench', nowMs: Date.now(), table },
    { name: 'bench', rate_limit_per_minute: 30_000 },
  );
  return api_key;
}

async function newShop(call: BenchService['call'], apiKey: string, products: readonly string[]): Promise<Shop> {
  const slug = `brand-${randomBytes(5).toString('hex')}`;
  const prefix = `B${randomBytes(4).toString('hex').toUpperCase()}`;
  const brand = await call(byOperation('create_brand'), {
    apiKey,
    body: { name: slug, slug, key_prefix: prefix, settings: { rate_limit_per_minute: 30_000 } },
  });
  const params = { brand_id: String(brand.body['id']) };
  for (const product of products)
    await call(byOperation('admin_create_product'), { apiKey, params, body: { name: product, slug: product } });
  const key = await call(byOperation('admin_create_api_key'), { apiKey, params, body: { name: 'bench' } });
  return { id: params.brand_id, slug, prefix, apiKey: String(key.body['api_key']) };
}

async function buy(call: BenchService['call'], { apiKey }: Shop, order: Body): Promise<Bought> {
  const body = { customer_email: `${randomUUID()}@example.com`, expiration_date: '2099-12-31', ...order };
  const answer = (await call(provisionLicenses, { apiKey, body })).body as {
    license_key: { key: string };
    licenses: { id: string }[];
  };
  const licenseIds = answer.licenses.map(({ id }) => id);
  return { licenseKey: answer.license_key.key, licenseId: licenseIds[0] ?? '', licenseIds };
}
