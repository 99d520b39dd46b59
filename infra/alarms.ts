import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type Alarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { DAY_S, HOUR_S } from '../lib/domain/time.ts';
import { NEXT_BEFORE_S } from '../lib/domain/signing-keys.ts';
import { deadLetters } from '../lib/dead-letters.ts';
import { KEPT_DAYS, nightlyAudit } from '../lib/jobs.ts';
import { watchers } from './watchers.ts';
import type { Rule } from './alarm-rule.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { apiRules } from './api-alarms.ts';
import { dataKeyRules } from './data-key-alarms.ts';
import { listEntries, scheduled, waitWatched } from './job-lists.ts';
import { buildFigureMetric, tableErrors, tableThrottles, type Watched } from './measures.ts';
import { findRouteRate } from './route-throttles.ts';
import { replicationRules } from './second-region-alarms.ts';
import { sloRules } from './slo.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const DAY = Duration.days(1);
/** Four days before a dead-letter queue forgets a message. */
const OLD_DAYS = KEPT_DAYS - 4;

/**
 * Everything that may wake somebody. A function or queue that is watched gets its alarms by being in its list; each
 * alarm has a page in the runbook.
 */
export class Alarms extends AlarmTopic {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, watched: Watched) {
    const { stage } = watched;
    super(scope, id, stage, stage.alarms.topicArns);
    this.alarms = rulesFor(watched)
      .filter(({ metric }) => !stage.emulated || isTakenByEmulator(metric))
      .map((rule) => this.addAlarm(rule));
  }
}

/** The emulator takes no alarm that computes its value from several metrics. */
const isTakenByEmulator = (metric: IMetric): boolean => !(metric instanceof MathExpression);

function rulesFor(watched: Watched): Rule[] {
  return [
    ...apiRules(watched),
    ...sloRules(watched),
    ...watched.functions.map(ofFunction),
    ...ofOldClients(watched),
    ...ofEvents(watched),
    ...ofSchedules(watched),
    ...ofSweep(watched),
    ...ofAudit(watched),
    ...ofArchive(watched),
    ...ofWaitingMessages(watched),
    ...ofDeadLetters(watched),
    ...ofTable(watched),
    ...dataKeyRules(watched),
    ...ofSigningKeys(watched),
    ...ofCanary(watched),
    ...replicationRules(watched),
  ];
}

/**
 * A handler answers its own errors with a 500: what fails here ran out of time or memory, did not start, or was not let
 * in.
 */
function ofFunction({ name, function: watched }: Watched['functions'][number]): Rule {
  return {
    name: `function-${name}`,
    page: 'a-function-fails',
    says: `The function ${name} failed or was throttled three times within five minutes`,
    metric: new MathExpression({
      label: 'failed or throttled',
      expression: 'failed + throttled',
      usingMetrics: {
        failed: watched.metricErrors({ period: FIVE_MINUTES }),
        throttled: watched.metricThrottles({ period: FIVE_MINUTES }),
      },
      period: FIVE_MINUTES,
    }),
    threshold: 3,
    values: [1, 1],
  };
}

/** Above the throttle the gateway answers in its own words, after which old clients ask no more for an hour. */
function ofOldClients({ functions, stage }: Watched): Rule[] {
  const answering = functions.filter(({ name }) => name === 'edd' || name === 'not-found');
  const calls = answering.map(({ function: watched }, i) => [
    `m${String(i)}`,
    watched.metricInvocations({ period: MINUTE }),
  ]);
  return [
    {
      name: 'edd-half-of-throttle',
      page: 'old-clients-near-the-throttle',
      says: 'Clients of Easy Digital Downloads send half of the requests that their route lets through',
      metric: new MathExpression({
        label: 'requests a minute',
        expression: calls.map(([id]) => id).join(' + '),
        usingMetrics: Object.fromEntries(calls) as Record<string, IMetric>,
        period: MINUTE,
      }),
      threshold: (findRouteRate(stage, 'sites').requestsPerSecond / 2) * MINUTE.toSeconds(),
      values: [1, 1],
    },
  ];
}

function ofEvents({ jobs }: Watched): Rule[] {
  return [
    {
      name: 'events-wait',
      page: 'events-wait',
      says: 'Events have waited longer than five minutes for the bus; the stream keeps them for 24 hours',
      metric: jobs['relay-journal'].metric('IteratorAge', { period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
      threshold: FIVE_MINUTES.toMilliseconds(),
      values: [2, 2],
    },
  ];
}

/** No value rings like too few. A function that is called more seldom than each minute is watched by the day. */
function ofSchedules({ jobs }: Watched): Rule[] {
  return scheduled.map(({ name, schedule: { deadLetters: queue, page, otherwise, everyS } }) => ({
    name: `${queue}-not-run`,
    page,
    says: `The function ${name} was not called for ${everyS < HOUR_S ? 'ten minutes' : 'two days'}: ${otherwise}`,
    metric: jobs[name].metricInvocations({ period: everyS < HOUR_S ? FIVE_MINUTES : DAY }),
    threshold: 1,
    values: [2, 2],
    below: true,
    silenceRings: true,
  }));
}

/** Rings too when no run has measured it for two days. */
function ofSigningKeys({ stage }: Watched): Rule[] {
  return [
    {
      name: 'signing-keys-end',
      page: 'signing-keys-run-out',
      says: 'The signing key of proofs ends within 14 days and no other is published, or the daily job fails',
      metric: buildFigureMetric(stage, 'signing_keys_left_seconds', { period: DAY, statistic: Stats.MINIMUM }),
      threshold: NEXT_BEFORE_S,
      values: [2, 2],
      below: true,
      silenceRings: true,
    },
  ];
}

/** It fails when it does not run, too. One failure may be a packet that was lost on the way. */
function ofCanary({ functions }: Watched): Rule[] {
  return functions
    .filter(({ name }) => name === 'canary')
    .map(({ function: watched }) => ({
      name: 'canary-fails',
      page: 'the-canary-fails',
      says: 'The canary could not activate and check its license from outside, or did not run',
      metric: watched.metricErrors({ period: Duration.seconds(watchers.canary.schedule.everyS), statistic: Stats.SUM }),
      threshold: 1,
      values: [2, 3],
      silenceRings: true,
    }));
}

function ofSweep({ stage }: Watched): Rule[] {
  return [
    {
      name: 'sweep-late',
      page: 'the-sweep-is-late',
      says: 'Licenses were due for a quarter of an hour before it was announced',
      metric: buildFigureMetric(stage, 'sweep_lag_seconds', { period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
      threshold: HOUR_S / 4,
      values: [2, 2],
    },
    {
      name: 'sweep-unfinished',
      page: 'the-sweep-is-late',
      says: 'No run of the sweep came to its end in a quarter of an hour',
      metric: buildFigureMetric(stage, 'sweep_unfinished', { period: FIVE_MINUTES, statistic: Stats.MINIMUM }),
      threshold: 1,
      values: [3, 3],
    },
  ];
}

/** A segment is read once a week, so a violation rings until a week has found none. */
function ofAudit({ stage, jobs }: Watched): Rule[] {
  if (!stage.audit.nightly) return [];
  return [
    {
      name: 'audit-violations',
      page: 'the-audit-found-a-broken-promise',
      says: 'The nightly audit has found a broken promise in the table within the last week',
      metric: buildFigureMetric(stage, 'audit_violations', { period: DAY, statistic: Stats.MAXIMUM }),
      threshold: 1,
      values: [1, nightlyAudit.nights],
    },
    {
      name: 'audit-not-run',
      page: 'the-nightly-audit-stopped',
      says: 'The nightly audit has not run for two days: nobody looks for broken promises in the table',
      metric: jobs['audit-segment'].metricInvocations({ period: DAY }),
      threshold: 1,
      values: [2, 2],
      below: true,
      silenceRings: true,
    },
  ];
}

function ofArchive({ stage }: Watched): Rule[] {
  if (stage.archiveCancelledAfterMonths === undefined) return [];
  return [
    {
      name: 'archive-left',
      page: 'the-archive-stands-still',
      says: 'The histories of cancelled licenses were not all archived, two days in a row',
      metric: buildFigureMetric(stage, 'archive_left', { period: DAY, statistic: Stats.MAXIMUM }),
      threshold: 1,
      values: [2, 2],
    },
  ];
}

/** A message that waits in a queue has not been tried: a receiver that is down makes messages wait in the table. */
function ofWaitingMessages({ queues }: Watched): Rule[] {
  return waitWatched.map((name) => ({
    name: `${name}-wait`,
    page: 'webhooks-wait',
    says: 'The oldest message of a queue of webhooks had waited for five minutes',
    metric: queues.queues[name].metricApproximateAgeOfOldestMessage({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    threshold: FIVE_MINUTES.toSeconds(),
    values: [2, 2],
  }));
}

/** The second alarm is for messages that were seen and left: it rings before the queue forgets them. */
function ofDeadLetters({ queues }: Watched): Rule[] {
  return listEntries(deadLetters).flatMap(([name, { page, about }]): Rule[] => {
    const queue = queues.deadLetters[name];
    const measured = { period: FIVE_MINUTES, statistic: Stats.MAXIMUM };
    return [
      {
        name: `dead-letters-${name}`,
        page,
        says: `${about}: they are in a dead-letter queue`,
        metric: queue.metricApproximateNumberOfMessagesVisible(measured),
        threshold: 1,
        values: [1, 1],
      },
      {
        name: `dead-letters-${name}-old`,
        page,
        says: `${about}, ${OLD_DAYS} days ago: after ${KEPT_DAYS} days the queue deletes them`,
        metric: queue.metricApproximateAgeOfOldestMessage(measured),
        threshold: OLD_DAYS * DAY_S,
        values: [1, 1],
      },
    ];
  });
}

function ofTable({ table }: Watched): Rule[] {
  return [
    {
      name: 'table-throttles',
      page: 'the-table-throttles',
      says: 'The table or one of its indexes turns requests away',
      metric: tableThrottles(table, MINUTE),
      threshold: 1,
      values: [3, 5],
    },
    {
      name: 'table-fails',
      page: 'the-table-fails',
      says: 'DynamoDB answers with errors of its own',
      metric: tableErrors(table, MINUTE),
      threshold: 5,
      values: [3, 5],
    },
  ];
}
