import { afterFailure, trialUntil, type EndpointHealth } from '../domain/webhook-health.ts';
import { webhookKeys } from './keys.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { isNew, type Condition, allOf, equals } from '../dynamo/condition.ts';
import { updateItem } from '../dynamo/update.ts';

export const parseHealthItem = ({ pk: _pk, sk: _sk, ...health }: Item): EndpointHealth => health as EndpointHealth;

export async function endpointHealth(
  table: Table<'GetItem'>,
  brand: string,
  endpointId: string,
): Promise<EndpointHealth | undefined> {
  const item = await getOne(table, webhookKeys.health(brand, endpointId));
  return item && parseHealthItem(item);
}

const unchanged = (previous: EndpointHealth | undefined): Condition =>
  previous === undefined
    ? isNew
    : allOf(equals('failures', previous.failures), equals('open_until', previous.open_until));

/** Lanes of one endpoint may fail at the same time; a lane that loses this many races need not be counted. */
const TRIES = 5;

async function putHealth(
  table: Table<'UpdateItem'>,
  brand: string,
  endpointId: string,
  health: Partial<EndpointHealth>,
  known: EndpointHealth | undefined,
): Promise<boolean> {
  const key = webhookKeys.health(brand, endpointId);
  const { isWritten } = await updateItem(table, key, { set: health }, { guard: unchanged(known) });
  return isWritten;
}

/** Counts a failure. Returns the endpoint's health afterwards. */
export async function noteFailure(
  table: Table<'GetItem' | 'UpdateItem'>,
  brand: string,
  endpointId: string,
  failure: { known: EndpointHealth | undefined; nowMs: number; retryAfterSeconds?: number | undefined },
): Promise<EndpointHealth> {
  let known = failure.known;
  for (let attempt = 1; ; attempt += 1) {
    const health = afterFailure(known, failure.nowMs, failure.retryAfterSeconds);
    if (attempt > TRIES || (await putHealth(table, brand, endpointId, health, known))) return health;
    known = await endpointHealth(table, brand, endpointId);
  }
}

/** Claims the one message that tests whether a receiver is back; false if another worker has it. */
export function takeTrial(
  table: Table<'UpdateItem'>,
  brand: string,
  endpointId: string,
  known: EndpointHealth,
  nowMs: number,
): Promise<boolean> {
  return putHealth(table, brand, endpointId, { open_until: trialUntil(nowMs) }, known);
}

export const forgetHealth = (brand: string, endpointId: string): Write<never> => ({
  remove: webhookKeys.health(brand, endpointId),
});

/** Clears the failures after a success. */
export async function noteSuccess(table: Table, brand: string, endpointId: string): Promise<void> {
  await transact<never>(table, [forgetHealth(brand, endpointId)]);
}
