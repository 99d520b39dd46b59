import { afterFailure, trialUntil, type EndpointHealth } from '../domain/webhook-health.ts';
import { webhookKeys } from './keys.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { isNew, transact, type Condition, type Write } from '../dynamo/transact.ts';
import { updateOne } from '../dynamo/update.ts';

export const healthOf = ({ pk: _pk, sk: _sk, ...health }: Item): EndpointHealth => health as EndpointHealth;

export async function endpointHealth(
  table: Table<'GetItem'>,
  brand: string,
  endpointId: string,
): Promise<EndpointHealth | undefined> {
  const item = await getOne(table, webhookKeys.health(brand, endpointId));
  return item && healthOf(item);
}

const unchanged = (was: EndpointHealth | undefined): Condition =>
  was === undefined
    ? isNew
    : {
        expression: '#failures = :readFailures AND #open = :readOpen',
        names: { '#failures': 'failures', '#open': 'open_until' },
        values: { ':readFailures': was.failures, ':readOpen': was.open_until },
      };

/** Lanes of one endpoint fail at the same time; one that is outrun so often is not needed for the count. */
const TRIES = 5;

/** Counts a failure. Answers with how the endpoint is then known to be. */
export async function noteFailure(
  table: Table<'GetItem' | 'UpdateItem'>,
  brand: string,
  endpointId: string,
  failure: { known: EndpointHealth | undefined; nowMs: number; retryAfterSeconds?: number | undefined },
): Promise<EndpointHealth> {
  let known = failure.known;
  for (let attempt = 1; ; attempt += 1) {
    const health = afterFailure(known, failure.nowMs, failure.retryAfterSeconds);
    if (attempt > TRIES || (await updateOne(table, webhookKeys.health(brand, endpointId), health, unchanged(known))))
      return health;
    known = await endpointHealth(table, brand, endpointId);
  }
}

/** Takes the one message that may be sent to see whether a receiver is back; false where another worker has it. */
export function takeTrial(
  table: Table<'UpdateItem'>,
  brand: string,
  endpointId: string,
  known: EndpointHealth,
  nowMs: number,
): Promise<boolean> {
  return updateOne(table, webhookKeys.health(brand, endpointId), { open_until: trialUntil(nowMs) }, unchanged(known));
}

export const forgetHealth = (brand: string, endpointId: string): Write<never> => ({
  remove: webhookKeys.health(brand, endpointId),
});

/** After a success: nothing is failing any more. */
export async function noteSuccess(table: Table, brand: string, endpointId: string): Promise<void> {
  await transact<never>(table, [forgetHealth(brand, endpointId)]);
}
