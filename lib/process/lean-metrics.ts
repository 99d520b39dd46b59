import { machineTime } from './clock.ts';
import type { Config } from './config.ts';
import {
  buildDimension,
  figures,
  NAMESPACE,
  openOtherMetrics,
  type Figure,
  type FigureName,
  type Metrics,
} from './figures.ts';

/**
 * Writes the lines of `openMetrics` without its 20 KB and their load time
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function openLeanMetrics({ stage, logLevel }: Pick<Config, 'stage' | 'logLevel'>): Metrics {
  const other = openOtherMetrics(logLevel === 'SILENT');
  if (other !== undefined) return other;
  const shared = buildDimension(stage);
  let values = new Map<FigureName, number[]>();
  return {
    measure(name, value = 1, by) {
      const { by: dimension }: Figure = figures[name];
      if (dimension !== undefined && by !== undefined)
        writeLine({ ...shared, [dimension]: by }, new Map([[name, [value]]]));
      else values.set(name, [...(values.get(name) ?? []), value]);
    },
    flush() {
      if (values.size > 0) writeLine(shared, values);
      values = new Map();
    },
  };
}

function writeLine(dimensions: Record<string, string>, values: ReadonlyMap<FigureName, readonly number[]>): void {
  const line = {
    _aws: {
      Timestamp: machineTime().getTime(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [...values.keys()].map((Name) => ({ Name, Unit: figures[Name].unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries([...values].map(([name, numbers]) => [name, numbers.length === 1 ? numbers[0] : numbers])),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
