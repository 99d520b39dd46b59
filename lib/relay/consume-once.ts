import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { Context } from 'aws-lambda';
import { readConfig } from '../process/config.ts';
import { ConsumedEvents } from '../table/consumed.ts';
import { DAY_S } from '../domain/time.ts';

/** Longer than a queue keeps an event that its consumer could not handle (14 days). */
const REMEMBERED_FOR_S = 15 * DAY_S;

/**
 * A consumer's handler. What sends events delivers each at least once, and `handle` processes each id once. It rejects,
 * so that the event is delivered again, when `handle` rejects, and while another call processes the same event. A
 * crashed call keeps the event until its time is up.
 */
export function openHandlingOnce<E>(
  consumer: string,
  handle: (event: E) => Promise<void>,
): (id: string, event: E, context: Context) => Promise<void> {
  let once: ReturnType<typeof openOnce<E>> | undefined;
  return async (id, event, context) => {
    once ??= openOnce(consumer, handle);
    once.config.registerLambdaContext(context);
    await once.handle(id, event);
  };
}

function openOnce<E>(consumer: string, handle: (event: E) => Promise<void>) {
  const config = new IdempotencyConfig({ expiresAfterSeconds: REMEMBERED_FOR_S });
  const byId = async (_id: string, event: E): Promise<void> => handle(event);
  return {
    config,
    handle: makeIdempotent(byId, { persistenceStore: new ConsumedEvents(readConfig()), config, keyPrefix: consumer }),
  };
}
