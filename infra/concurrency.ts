import { routes } from '../lib/api/routes.ts';
import { jobs } from '../lib/jobs.ts';
import { readReserved } from './route-function.ts';
import type { Stage } from './stages.ts';

/** Lambda itself keeps these of an account's quota for functions that reserve nothing. */
const UNRESERVED = 100;

/**
 * Checks that the account's quota of concurrent calls holds what the stage reserves, what its queues may use at once,
 * and what must stay unreserved. Returns one sentence if it does not.
 */
export function findConcurrencyProblem(stage: Stage): string | undefined {
  const names = [...new Set(routes.map((route) => route.function))];
  const reserved = names
    .map(
      (name) =>
        readReserved(
          stage,
          routes.filter((route) => route.function === name),
        ) ?? 0,
    )
    .reduce((sum, own) => sum + own, 0);
  if (reserved === 0) return undefined;
  const byQueues = listQueueConcurrency().reduce((sum, most) => sum + most, 0);
  const { accountConcurrency } = stage.alarms;
  if (reserved + byQueues + UNRESERVED <= accountConcurrency) return undefined;
  return (
    `Stage ${stage.name} reserves ${reserved} concurrent calls for its functions, its queues may use ${byQueues}, ` +
    `and ${UNRESERVED} must stay unreserved: more than the ${accountConcurrency} of alarms.accountConcurrency. ` +
    'Ask AWS for a higher quota, or remove reservedConcurrency from the stage.'
  );
}

const listQueueConcurrency = (): number[] =>
  Object.values(jobs).flatMap((job) => ('queues' in job ? job.queues.map(({ concurrency }) => concurrency) : []));
