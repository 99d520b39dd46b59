import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from './alarm-rule.ts';
import { listEntries } from './job-lists.ts';
import type { Watched } from './measures.ts';

/** A promise to callers, held over 30 days (docs/slo.md). */
type Objective = {
  /** The promise as a sentence without its full stop. */
  promises: string;
  /** The share of calls that keep it, in percent. */
  percent: number;
  /** Left out, a call keeps the promise unless the answer is 5xx. */
  within?: { function: string; ms: number };
  /** The beginning of its two sections in docs/runbook.md. */
  page: string;
};

export const objectives = {
  availability: {
    promises: '99.9 % of all calls are answered without 5xx',
    percent: 99.9,
    page: 'the-availability-budget-burns',
  },
  'check-latency': {
    promises: '99 % of checks take at most 300 ms',
    percent: 99,
    within: { function: 'check-license', ms: 300 },
    page: 'a-latency-budget-burns',
  },
  'activate-latency': {
    promises: '99 % of activations take at most 1 second',
    percent: 99,
    within: { function: 'activate-license', ms: 1_000 },
    page: 'a-latency-budget-burns',
  },
} as const satisfies Record<string, Objective>;

/** The days over which a budget lasts at a burn rate of 1. */
export const BUDGET_DAYS = 30;

/** An alarm rings when the mean burn rate of this many hours is so high. */
export const burnWindows = {
  fast: { hours: 1, rate: 14.4, says: 'two percent of it in one hour' },
  slow: { hours: 6, rate: 6, says: 'five percent of it in six hours' },
} as const;

/** Two alarms for each objective (docs/decisions/0190-burn-rates-of-one-window.md). */
export function sloRules(watched: Watched): Rule[] {
  return listEntries<string, Objective>(objectives).flatMap(([name, objective]) =>
    listEntries(burnWindows).map(([speed, { hours, rate, says }]) => ({
      name: `slo-${name}-${speed}`,
      page: `${objective.page}-${speed}`,
      says: `Too many calls broke a promise (${objective.promises}): its budget goes ${rate} times too fast, ${says}`,
      metric: burnRate(watched, objective, Duration.hours(hours)),
      threshold: rate,
      values: [1, 1] as const,
    })),
  );
}

/** Calls below this number are no base for a share: one failure at night would be an outage. */
const FEWEST_MISSES = 10;

/** The share of calls that miss the promise, as a multiple of the share that may. */
function burnRate(watched: Watched, objective: Objective, period: Duration): IMetric {
  const allowed = formatShare(100 - objective.percent);
  const { missed, usingMetrics } = missesOf(watched, objective, period);
  return new MathExpression({
    label: 'burn rate',
    expression: `IF(${missed} >= ${FEWEST_MISSES}, 100 * ${missed} / calls / ${allowed}, 0)`,
    usingMetrics,
    period,
  });
}

/** The part of the budget of 30 days that is left, in percent; below zero when the promise is broken. */
export function budgetLeft(watched: Watched, name: keyof typeof objectives): IMetric {
  const objective: Objective = objectives[name];
  const period = Duration.days(BUDGET_DAYS);
  const { missed, usingMetrics } = missesOf(watched, objective, period);
  const allowed = formatShare(100 - objective.percent);
  const expression = `100 - 100 * (100 * ${missed} / calls / ${allowed})`;
  return new MathExpression({ label: objective.promises, expression, usingMetrics, period });
}

/** An expression for the calls that missed the promise, and its metrics; `calls` are all of them. */
function missesOf(
  { api, functions }: Watched,
  { within }: Objective,
  period: Duration,
): { missed: string; usingMetrics: Record<string, IMetric> } {
  if (within === undefined) {
    const failed = api.metricServerError({ period, statistic: Stats.SUM });
    return { missed: 'failed', usingMetrics: { failed, calls: api.metricCount({ period, statistic: Stats.SUM }) } };
  }
  const answering = functions.find(({ name }) => name === within.function);
  if (answering === undefined) throw new Error(`there is no function ${within.function}`);
  const intime = answering.function.metricDuration({ period, statistic: Stats.percentileRank(within.ms) });
  return {
    missed: '(calls * (100 - intime) / 100)',
    usingMetrics: { intime, calls: answering.function.metricInvocations({ period, statistic: Stats.SUM }) },
  };
}

/** 100 − 99.9 is not 0.1 in binary. */
const formatShare = (percent: number): string => String(Number(percent.toFixed(6)));
