import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** One alarm: it rings when so many of the last values reached the threshold. */
export type Rule = {
  name: string;
  /** The section of docs/runbook.md, as its anchor. */
  page: string;
  /** The fault that it reports, as a sentence without its full stop. */
  says: string;
  metric: IMetric;
  threshold: number;
  /** Values that must be past the threshold, of how many. */
  values: readonly [past: number, of: number];
  below?: true;
  /** No value at all rings too. */
  silenceRings?: true;
};
