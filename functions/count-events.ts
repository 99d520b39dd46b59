import { serveCounts } from '../lib/relay/serve-counts.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serveCounts(openRuntime);
