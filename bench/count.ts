import type { Route } from '../lib/api/route.ts';
import type { Call } from '../test/support/service/service.ts';
import type { CountingProxy } from './counting-proxy.ts';
import type { BenchService } from './service.ts';

/** Counts the requests that one call sends to DynamoDB, without authentication. */
export type Count = (route: Route, request: Call, statuses?: readonly number[]) => Promise<number>;

export function openCount(service: BenchService, proxy: CountingProxy): Count {
  return async (route, request, statuses) => {
    const sent = await proxy.during(() => service.call(route, request, statuses));
    return sent.filter(({ isAuthentication }) => !isAuthentication).length;
  };
}
