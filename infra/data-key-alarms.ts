import { Duration } from 'aws-cdk-lib';
import { Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from './alarm-rule.ts';
import { TOUCHED_PAGE } from './data-key-watch.ts';
import { buildFigureMetric, type Watched } from './measures.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

export function dataKeyRules({ stage, dataKey }: Watched): Rule[] {
  const faults = (reason: 'away' | 'unreadable' | 'changed', period: Duration): IMetric =>
    buildFigureMetric(stage, 'data_key_faults', { period, statistic: Stats.SUM }, reason);
  return [
    {
      name: 'data-key-changed',
      page: 'the-data-key-changed',
      says:
        'The secret of the data key has another value than the table is written under:' +
        ' nothing is sold and no key text opens',
      metric: faults('changed', MINUTE),
      threshold: 1,
      values: [1, 1],
    },
    {
      name: 'data-key-unreadable',
      page: 'the-data-key-cannot-be-read',
      says: 'The secret of the data key is missing, or a function may not read it',
      metric: faults('unreadable', FIVE_MINUTES),
      threshold: 1,
      values: [1, 1],
    },
    {
      name: 'data-key-away',
      page: 'the-data-key-cannot-be-read',
      says: 'New containers could not read the data key in three of five minutes',
      metric: faults('away', MINUTE),
      threshold: 1,
      values: [3, 5],
    },
    {
      name: 'data-key-touched',
      page: TOUCHED_PAGE,
      says: 'Somebody changed or removed the data key or the key that encrypts it, or tried to',
      metric: dataKey.metricCalls({ period: FIVE_MINUTES }),
      threshold: 1,
      values: [1, 1],
    },
  ];
}
