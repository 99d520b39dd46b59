import type { JobName } from '../../lib/jobs.ts';
import type { Client } from './client.ts';
import type { Shop } from './shop.ts';

/** The facts that the steps learn from each other. */
export type Run = { client: Client; shop: Shop; site: string; email: string };

export type Step = {
  name: string;
  /** Functions without a route of the route table that the step shows to work. */
  proves?: readonly (JobName | 'console')[];
  run: (run: Run) => Promise<void>;
};
