import type { JobSchedule } from '../lib/jobs.ts';

/** A function that watches a deployed stage from outside. A run that fails is counted, and the next one comes soon. */
type Watcher = { timeoutS: number; schedule: Pick<JobSchedule, 'everyS' | 'does' | 'tries'> };

export const watchers = {
  /** Four calls over the Internet, one of them to Secrets Manager, with cold starts. */
  canary: { timeoutS: 30, schedule: { everyS: 300, does: 'uses the service as a site does', tries: 1 } },
} as const satisfies Record<string, Watcher>;
