import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  PeriodOverride,
  SingleValueWidget,
  Stats,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { figureTexts } from '../lib/process/figure-texts.ts';
import { buildDimension, figures, NAMESPACE, type Figure, type FigureName } from '../lib/process/figures.ts';
import { listEntries, waitWatched } from './job-lists.ts';
import { buildFigureMetric, buildTableMetric, tableErrors, tableThrottles, type Watched } from './measures.ts';
import { BUDGET_DAYS, budgetLeft, objectives } from './slo.ts';

const WHOLE = 24;
const HALF = 12;
const THIRD = 8;
const HEIGHT = 6;
const period = Duration.minutes(5);

/**
 * The service on one page: from what callers see down to what lies underneath. What stands in a list of `Watched` or in
 * lib/process/figures.ts is on it by itself.
 */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, watched: Watched, alarms: readonly IAlarm[]) {
    super(scope, id);
    const rows: IWidget[][] = [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE, height: HEIGHT })],
      ofBudgets(watched),
      ofApi(watched),
      ofChecks(watched),
      ...rowsOf(Object.keys(groupedFigures()).map((group) => ofFigures(watched, group))),
      ofEvents(watched),
      ofFunctions(watched),
      ofTable(watched),
    ];
    new Dashboard(this, 'Dashboard', {
      dashboardName: `license-service-${watched.stage.name}`,
      defaultInterval: Duration.hours(6),
      periodOverride: PeriodOverride.INHERIT,
      widgets: rows,
    });
  }
}

type Graph = { title: string; left: IMetric[]; right?: IMetric[]; width?: number };

const graph = ({ title, left, right = [], width = HALF }: Graph): IWidget =>
  new GraphWidget({ title, left, right, width, height: HEIGHT });

function rowsOf(widgets: readonly IWidget[]): IWidget[][] {
  const perRow = WHOLE / THIRD;
  return Array.from({ length: Math.ceil(widgets.length / perRow) }, (_, row) =>
    widgets.slice(row * perRow, (row + 1) * perRow),
  );
}

/** All series of one kind, found by CloudWatch when the page is shown. */
const searchFor = (what: string, statistic: string): IMetric =>
  new MathExpression({ expression: `SEARCH('${what}', '${statistic}', ${period.toSeconds()})`, label: '', period });

/** The part of each error budget that the last 30 days have left. */
function ofBudgets(watched: Watched): IWidget[] {
  return listEntries(objectives).map(
    ([name]) =>
      new SingleValueWidget({
        title: `Error budget left of ${BUDGET_DAYS} days, %: ${name}`,
        metrics: [budgetLeft(watched, name)],
        period: Duration.days(BUDGET_DAYS),
        start: `-P${BUDGET_DAYS}D`,
        end: 'P0D',
        width: THIRD,
        height: HEIGHT / 2,
      }),
  );
}

function ofApi({ api, accessLogs }: Watched): IWidget[] {
  return [
    graph({
      title: 'Calls, refusals, failures',
      left: [
        api.metricCount({ period, label: 'calls' }),
        api.metricClientError({ period, statistic: Stats.SUM, label: '4xx' }),
      ],
      right: [api.metricServerError({ period, statistic: Stats.SUM, label: '5xx' })],
      width: THIRD,
    }),
    graph({
      title: 'Latency of the API, ms',
      left: [50, 90, 99].map((share) =>
        api.metricLatency({ period, statistic: Stats.percentile(share), label: `p${share}` }),
      ),
      width: THIRD,
    }),
    // Also in stages without metrics by route: the access log has the same figures.
    new LogQueryWidget({
      title: 'By route: calls, failures, latency in ms',
      logGroupNames: [accessLogs.logGroupName],
      view: LogQueryVisualizationType.TABLE,
      queryLines: [
        'stats count(*) as calls, sum(status >= 500) as failed, pct(ms, 50) as p50, pct(ms, 99) as p99 by route',
        'sort calls desc',
        'limit 100',
      ],
      width: THIRD,
      height: HEIGHT,
    }),
  ];
}

/** The check keeps no figures: its log lines have its verdicts (docs/decisions/0076-custom-metrics.md). */
function ofChecks({ check }: Watched): IWidget[] {
  const verdicts = (title: string, queryLines: string[], view: LogQueryVisualizationType): IWidget =>
    new LogQueryWidget({
      title,
      logGroupNames: [check.logGroup.logGroupName],
      view,
      queryLines,
      width: THIRD,
      height: HEIGHT,
    });
  const isAnswer = 'filter ispresent(status)';
  return [
    graph({
      title: 'Checks, and how long they take in ms',
      left: [50, 99].map((share) =>
        check.metricDuration({ period, statistic: Stats.percentile(share), label: `p${share}` }),
      ),
      right: [check.metricInvocations({ period, label: 'checks' })],
      width: THIRD,
    }),
    verdicts(
      'Checks by verdict or refusal',
      [isAnswer, 'stats count(*) as checks by code, status', 'sort checks desc'],
      LogQueryVisualizationType.TABLE,
    ),
    verdicts(
      'Sites that may not run, by brand',
      [
        isAnswer,
        "filter code not in ['valid', 'valid_in_grace', 'valid_maintained']",
        'stats count(*) as checks by brand, code',
        'sort checks desc',
      ],
      LogQueryVisualizationType.TABLE,
    ),
  ];
}

/** Groups them by the first word of their names. */
function groupedFigures(): Record<string, FigureName[]> {
  const groups: Record<string, FigureName[]> = {};
  for (const name of Object.keys(figures) as FigureName[]) {
    const group = name.split('_', 1).join('');
    groups[group] = [...(groups[group] ?? []), name];
  }
  return groups;
}

function ofFigures({ stage }: Watched, group: string): IWidget {
  const names = groupedFigures()[group] ?? [];
  const shown = (name: FigureName): IMetric => {
    const { unit, by }: Figure = figures[name];
    const { service } = buildDimension(stage.name);
    if (by !== undefined)
      return searchFor(`{${NAMESPACE},service,${by}} service="${service}" MetricName="${name}"`, Stats.SUM);
    return buildFigureMetric(stage, name, {
      period,
      statistic: unit === 'Count' ? Stats.SUM : Stats.MAXIMUM,
      label: figureTexts[name],
    });
  };
  const counts = names.filter((name) => figures[name].unit === 'Count');
  const others = names.filter((name) => figures[name].unit !== 'Count');
  return graph({
    title: `Figures: ${names.join(', ')}`,
    left: counts.map(shown),
    right: others.map(shown),
    width: THIRD,
  });
}

function ofEvents({ jobs, queues }: Watched): IWidget[] {
  return [
    graph({
      title: 'How long the oldest message of a queue of webhooks has waited, s',
      left: waitWatched.map((name) =>
        queues.queues[name].metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM, label: name }),
      ),
      width: THIRD,
    }),
    graph({
      title: 'How long the oldest record of the stream has waited, ms',
      left: [jobs['relay-journal'].metric('IteratorAge', { period, statistic: Stats.MAXIMUM, label: 'iterator age' })],
      width: THIRD,
    }),
    graph({
      title: 'Messages in dead-letter queues',
      left: listEntries(queues.deadLetters).map(([name, queue]) =>
        queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM, label: name }),
      ),
      width: THIRD,
    }),
  ];
}

function ofFunctions({ functions }: Watched): IWidget[] {
  const each = (title: string, of: (watched: Watched['functions'][number]) => IMetric): IWidget =>
    graph({ title, left: functions.map(of), width: THIRD });
  return [
    each('Functions: failed', ({ name, function: watched }) => watched.metricErrors({ period, label: name })),
    each('Functions: throttled', ({ name, function: watched }) => watched.metricThrottles({ period, label: name })),
    each('Functions: p99 of duration, ms', ({ name, function: watched }) =>
      watched.metricDuration({ period, statistic: Stats.percentile(99), label: name }),
    ),
  ];
}

function ofTable({ table }: Watched): IWidget[] {
  return [
    graph({
      title: 'Table: units read and written',
      left: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map((name) =>
        buildTableMetric(table, name, period),
      ),
      width: THIRD,
    }),
    graph({
      title: 'Table: turned away, and errors',
      left: [tableThrottles(table, period), tableErrors(table, period)],
      width: THIRD,
    }),
    graph({
      title: 'Table: failed conditions (refusals and lost races)',
      left: [buildTableMetric(table, 'ConditionalCheckFailedRequests', period)],
      width: THIRD,
    }),
  ];
}
