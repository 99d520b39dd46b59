import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import type { Config } from './config.ts';
import { dimensionOf, figures, NAMESPACE, noMetrics, type Measure, type Metrics } from './figures.ts';

let instead: Measure | undefined;

/** Who is told of figures in place of CloudWatch: on one machine, where there is none. */
export function tellInstead(listener: Measure | undefined): void {
  instead = listener;
}

/**
 * Figures as lines of CloudWatch's embedded metric format, under the dimension `service` and what a figure is told apart by. A line costs what it has in bytes, so
 * those of one call share one, and a call that has none to tell writes none. Who is to say nothing at all says no figures either.
 */
export function openMetrics({ stage, logLevel }: Pick<Config, 'stage' | 'logLevel'>): Metrics {
  if (instead !== undefined) return { measure: instead, flush: () => undefined };
  if (logLevel === 'SILENT') return noMetrics;
  const metrics = new EmbeddedMetrics({ namespace: NAMESPACE, serviceName: dimensionOf(stage).service });
  return {
    measure(name, value = 1, by) {
      const figure = figures[name];
      const line = 'by' in figure && by !== undefined ? metrics.singleMetric().addDimension(figure.by, by) : metrics;
      line.addMetric(name, figure.unit, value);
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
