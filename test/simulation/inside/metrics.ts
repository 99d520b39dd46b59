import type { Metrics } from '../../../lib/process/figures.ts';

// Stands in for lib/process/metrics.ts in a simulated container: nobody reads its figures.

export const openMetrics = (): Metrics => ({ measure: () => undefined, flush: () => undefined });
