import type { DisabledReason, EndpointStatus } from '../domain/webhook.ts';
import { keys, type Key } from './keys.ts';
import { getOne, query, type Item, type Table } from './table.ts';
import { isNew, unchangedSince, type Write } from './transact.ts';

export type WebhookEndpoint = {
  id: string;
  url: string;
  description: string | null;
  event_types: string[];
  /** Ids of the products whose events it gets; null is all events, those of no product too. */
  products: string[] | null;
  payload_version: string;
  status: EndpointStatus;
  disabled_reason: DisabledReason | null;
  /** Since when nothing is sent to it; what happened from then on goes out when it is resumed. */
  stopped_at: string | null;
  /** Sealed, bound to `secretPlace`. The one before it signs too, until its time has come. */
  secret: string;
  previous_secret: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
  seq: number;
};

const endpointOf = ({ pk: _pk, sk: _sk, ...endpoint }: Item): WebhookEndpoint => endpoint as WebhookEndpoint;

/** To what an endpoint's secrets are bound when they are sealed. */
export const secretPlace = (brand: string, id: string): string => Object.values(keys.webhookEndpoint(brand, id)).join('\n');

export async function webhookEndpointById(table: Table<'GetItem'>, brand: string, id: string): Promise<WebhookEndpoint | undefined> {
  const item = await getOne(table, keys.webhookEndpoint(brand, id));
  return item && endpointOf(item);
}

/** One page of a brand's endpoints, newest first. */
export async function webhookEndpointsOf(
  table: Table<'Query'>,
  brand: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ endpoints: WebhookEndpoint[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: keys.webhookEndpoint(brand, '').pk, begins: 'endpoint#', newestFirst: true, ...page });
  return { endpoints: items.map(endpointOf), last };
}

export function putNewWebhookEndpoint(brand: string, endpoint: WebhookEndpoint): Write<never> {
  return { put: { ...keys.webhookEndpoint(brand, endpoint.id), ...endpoint }, guard: isNew };
}

export function putChangedWebhookEndpoint<R>(brand: string, endpoint: WebhookEndpoint, refused: () => R): Write<R> {
  return { put: { ...keys.webhookEndpoint(brand, endpoint.id), ...endpoint }, guard: unchangedSince(endpoint.seq - 1), refused };
}

export function removeWebhookEndpoint<R>(brand: string, endpoint: WebhookEndpoint, refused: () => R): Write<R> {
  return { remove: keys.webhookEndpoint(brand, endpoint.id), guard: unchangedSince(endpoint.seq), refused };
}
