import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import type { Config } from './config.ts';
import { buildDimension, figures, NAMESPACE, openOtherMetrics, type Figure, type Metrics } from './figures.ts';

/**
 * Writes figures as lines of CloudWatch's embedded metric format, with the dimension `service` and the figure's own. A
 * line costs by its bytes, so the figures of one call share one, and a call without figures writes none. A silent
 * logger writes no figures either.
 */
export function openMetrics({ stage, logLevel }: Pick<Config, 'stage' | 'logLevel'>): Metrics {
  const other = openOtherMetrics(logLevel === 'SILENT');
  if (other !== undefined) return other;
  const metrics = new EmbeddedMetrics({ namespace: NAMESPACE, serviceName: buildDimension(stage).service });
  return {
    measure(name, value = 1, by) {
      const { unit, by: dimension }: Figure = figures[name];
      const hasOwn = dimension !== undefined && by !== undefined;
      const line = hasOwn ? metrics.singleMetric().addDimension(dimension, by) : metrics;
      line.addMetric(name, unit, value);
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
