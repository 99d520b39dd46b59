import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { Context, EventBridgeEvent } from 'aws-lambda';
import { readConfig } from '../process/config.ts';
import type { OutgoingEvent } from '../events/outgoing.ts';
import { ConsumedEvents } from '../table/consumed.ts';
import { DAY_S } from '../domain/time.ts';

/** Longer than a queue keeps an event that its consumer could not handle (14 days). */
const REMEMBERED_FOR_S = 15 * DAY_S;

export type Consume = (
  event: Pick<EventBridgeEvent<string, OutgoingEvent>, 'detail'>,
  context: Context,
) => Promise<void>;

/**
 * A consumer's handler: the bus delivers each event at least once, `handle` processes it once. It rejects, so that the
 * event is delivered again, when `handle` rejects, and while another call processes the same event. A crashed call
 * keeps the event until its time is up.
 */
export function consumeOnce(consumer: string, handle: (event: OutgoingEvent) => Promise<void>): Consume {
  let once: ReturnType<typeof openOnce> | undefined;
  return async ({ detail }, context) => {
    once ??= openOnce(consumer, handle);
    once.config.registerLambdaContext(context);
    await once.handle(detail.id, detail);
  };
}

function openOnce(consumer: string, handle: (event: OutgoingEvent) => Promise<void>) {
  const config = new IdempotencyConfig({ expiresAfterSeconds: REMEMBERED_FOR_S });
  const byId = async (_id: string, event: OutgoingEvent): Promise<void> => handle(event);
  return {
    config,
    handle: makeIdempotent(byId, { persistenceStore: new ConsumedEvents(readConfig()), config, keyPrefix: consumer }),
  };
}
