import { pick } from '../domain/pick.ts';
import type { Key } from '../dynamo/schema.ts';
import { decideBreaker } from '../domain/webhook-health.ts';
import { MAX_ENDPOINTS, type DisabledReason, type EndpointStatus } from '../domain/webhook.ts';
import { webhookKeys } from './keys.ts';
import { getMany, getOne, readItems, type Item, type ItemAt, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { parseFlowItem } from './webhook-flow.ts';
import { parseHealthItem } from './webhook-health.ts';
import { REPLAY_KINDS, parseReplayItem, type Replay, type ReplayKind } from './webhook-replays.ts';
import { isNew, unchangedSince, equals } from '../dynamo/condition.ts';

export type WebhookEndpoint = {
  id: string;
  url: string;
  description: string | null;
  event_types: string[];
  /** Ids of the products whose events it gets; null means all events, with or without a product. */
  products: string[] | null;
  payload_version: string;
  status: EndpointStatus;
  disabled_reason: DisabledReason | null;
  /** The time since which nothing is sent to it. Events after it are sent when it is resumed. */
  stopped_at: string | null;
  /** Encrypted, and bound to `secretContext`. The previous one signs too, until its overlap ends. */
  secret: string;
  previous_secret: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
  seq: number;
};

/** The values of fields that an endpoint of an older version may lack. */
const NEWER_FIELDS = {
  description: null,
  products: null,
  disabled_reason: null,
  stopped_at: null,
  previous_secret: null,
  previous_secret_until: null,
} as const;

export const parseEndpointItem = ({ pk: _pk, sk: _sk, ...endpoint }: Item): WebhookEndpoint =>
  ({ ...NEWER_FIELDS, ...endpoint }) as WebhookEndpoint;

/** The context to which an endpoint's secrets are bound when they are encrypted. */
export const secretContext = (brand: string, id: string): string =>
  Object.values(webhookKeys.endpoint(brand, id)).join('\n');

export async function webhookEndpointById(
  table: Table<'GetItem'>,
  brand: string,
  id: string,
): Promise<WebhookEndpoint | undefined> {
  const item = await getOne(table, webhookKeys.endpoint(brand, id));
  return item && parseEndpointItem(item);
}

/** Reads an endpoint, and items at other keys, in one round trip. */
export async function readEndpointAndItems(
  table: Table<'BatchGetItem'>,
  brand: string,
  id: string,
  alsoRead: readonly Key[],
): Promise<{ endpoint: WebhookEndpoint | undefined; itemAt: ItemAt }> {
  const key = webhookKeys.endpoint(brand, id);
  const itemAt = await readItems(table, [key, ...alsoRead]);
  const item = itemAt(key);
  return { endpoint: item && parseEndpointItem(item), itemAt };
}

/** An endpoint, its health, and its last replay of each kind, in one round trip. */
export async function webhookEndpointState(table: Table<'BatchGetItem'>, brand: string, id: string) {
  const healthKey = webhookKeys.health(brand, id);
  const flowKey = webhookKeys.flow(brand, id);
  const replayKey = (kind: ReplayKind): Key => webhookKeys.replay(brand, id, kind);
  const alsoRead = [healthKey, flowKey, ...REPLAY_KINDS.map(replayKey)];
  const { endpoint, itemAt } = await readEndpointAndItems(table, brand, id, alsoRead);
  const replayIn = (item: Item | undefined): Replay | undefined => item && parseReplayItem(item);
  const health = itemAt(healthKey);
  return {
    endpoint,
    health: health && parseHealthItem(health),
    flow: parseFlowItem(itemAt(flowKey)),
    replay: replayIn(itemAt(replayKey('replay'))),
    catch_up: replayIn(itemAt(replayKey('catch_up'))),
  };
}

/** The number of a brand's endpoints, and the last one made (undefined: none ever). */
export async function webhookEndpointCount(
  table: Table<'Query'>,
  brand: string,
): Promise<{ count: number; newest: string | undefined }> {
  const { pk, sk } = webhookKeys.newestEndpoint(brand);
  const { items } = await query(table, { pk, limit: MAX_ENDPOINTS + 1 });
  const newest = items.find((item) => item['sk'] === sk)?.['id'] as string | undefined;
  return { count: items.filter((item) => item['sk'] !== sk).length, newest };
}

/** Marks an endpoint as the newest, if `newest` still is: of two created at the same count, the second counts again. */
export function putNewestWebhookEndpoint<R>(
  brand: string,
  id: string,
  newest: string | undefined,
  refused: () => R,
): Write<R> {
  const guard = newest === undefined ? isNew : equals('id', newest);
  return { put: { ...webhookKeys.newestEndpoint(brand), id }, guard, refused };
}

/** One page of a brand's endpoints, newest first. */
export async function readWebhookEndpoints(
  table: Table<'Query'>,
  brand: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ endpoints: WebhookEndpoint[]; last: Key | undefined }> {
  const { items, last } = await query(table, {
    pk: webhookKeys.endpoint(brand, '').pk,
    begins: 'endpoint#',
    newestFirst: true,
    ...page,
  });
  return { endpoints: items.map(parseEndpointItem), last };
}

/** All of a brand's endpoints. */
export async function everyWebhookEndpoint(table: Table<'Query'>, brand: string): Promise<WebhookEndpoint[]> {
  const all: WebhookEndpoint[] = [];
  let after: Key | undefined;
  do {
    const { endpoints, last } = await readWebhookEndpoints(table, brand, { limit: 100, after });
    all.push(...endpoints);
    after = last;
  } while (after !== undefined);
  return all;
}

/** The endpoints that get nothing now because their last attempts failed, though the brand has not stopped them. */
export async function countFailingEndpoints(
  table: Table<'Query' | 'BatchGetItem'>,
  brand: string,
  nowMs: number,
): Promise<number> {
  const sending = (await everyWebhookEndpoint(table, brand)).filter(({ status }) => status === 'active');
  const health = await getMany(
    table,
    sending.map(({ id }) => webhookKeys.health(brand, id)),
  );
  return health.filter((item) => item !== undefined && decideBreaker(parseHealthItem(item), nowMs) !== 'closed').length;
}

export function putNewWebhookEndpoint(brand: string, endpoint: WebhookEndpoint): Write<never> {
  return { put: { ...webhookKeys.endpoint(brand, endpoint.id), ...endpoint }, guard: isNew };
}

export function putChangedWebhookEndpoint<R>(brand: string, endpoint: WebhookEndpoint, refused: () => R): Write<R> {
  return {
    put: { ...webhookKeys.endpoint(brand, endpoint.id), ...endpoint },
    guard: unchangedSince(endpoint.seq - 1),
    refused,
  };
}

export function removeWebhookEndpoint<R>(brand: string, endpoint: WebhookEndpoint, refused: () => R): Write<R> {
  return { remove: webhookKeys.endpoint(brand, endpoint.id), guard: unchangedSince(endpoint.seq), refused };
}

/** Writes nothing, and holds for as long as nobody has changed or deleted the endpoint. */
export function checkWebhookEndpoint<R>(brand: string, endpoint: WebhookEndpoint, refused: () => R): Write<R> {
  return { check: webhookKeys.endpoint(brand, endpoint.id), guard: unchangedSince(endpoint.seq), refused };
}

const JOURNALLED = ['host', 'description', 'event_types', 'products', 'status'] as const;

/** An endpoint in its journal, with only the host of its URL: the rest may be a secret. */
export const webhookEndpointFields = (endpoint: WebhookEndpoint) =>
  pick(JOURNALLED, { ...endpoint, host: new URL(endpoint.url).host });
