import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readEventsConfig } from '../process/config.ts';
import type { Runtime } from '../context.ts';
import { makeOnce } from '../process/make-once.ts';
import { saying } from '../process/logger.ts';
import { openSlugs } from './slugs.ts';
import { openAsideQueue } from './aside.ts';
import { openBus } from './bus.ts';
import { relay, type RelayParts } from './relay.ts';

/** The handler of the table's stream. Its parts are made at the first batch and reused for later ones. */
export function serveStream(
  openRuntime: () => Runtime,
): (
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse> {
  const opened = makeOnce(() => open(openRuntime()));
  return async ({ Records }, context) => {
    const { parts, flush } = opened();
    const ofThisCall = { ...parts, logger: saying(parts.logger, { request_id: context.awsRequestId }) };
    const unsent = await relay(
      ofThisCall,
      Records as Parameters<typeof relay>[1],
      context.getRemainingTimeInMillis(),
    ).finally(flush);
    return { batchItemFailures: unsent === undefined ? [] : [{ itemIdentifier: unsent }] };
  };
}

function open(runtime: Runtime): { parts: RelayParts; flush: () => void } {
  const config = readEventsConfig();
  const { logger, now, metrics } = runtime;
  const parts = {
    bus: openBus(config),
    aside: openAsideQueue(config),
    slugOf: openSlugs(runtime),
    logger,
    measure: metrics.measure,
    now,
  };
  return { parts, flush: metrics.flush };
}
