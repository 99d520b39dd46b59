import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readEventsConfig } from '../config.ts';
import type { Runtime } from '../context.ts';
import { openAsideQueue } from './aside.ts';
import { openBrandSlugs } from './brand-slugs.ts';
import { openBus } from './bus.ts';
import { relay, type RelayParts } from './relay.ts';

/** The handler of the table's stream. Its parts are made at the first batch and kept for all later ones. */
export function serveStream(
  openRuntime: () => Runtime,
): (event: DynamoDBStreamEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<DynamoDBBatchResponse> {
  let parts: RelayParts | undefined;
  return async ({ Records }, context) => {
    parts ??= openParts(openRuntime());
    const unsent = await relay(parts, Records as Parameters<typeof relay>[1], context.getRemainingTimeInMillis());
    return { batchItemFailures: unsent === undefined ? [] : [{ itemIdentifier: unsent }] };
  };
}

function openParts(runtime: Runtime): RelayParts {
  const config = readEventsConfig();
  return { bus: openBus(config), aside: openAsideQueue(config), slugOf: openBrandSlugs(runtime), logger: runtime.logger };
}
