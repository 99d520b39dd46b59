import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { readFileSync } from 'node:fs';
import { grantsIn, statementsOfFunction, statementsOfRole } from './policies.ts';
import { functionNamed, synthesize, type Resource, type Synthesized } from './synthesize.ts';

const off = synthesize('dev');
const on = synthesize('dev with a nightly audit');
const nightly = ({ ofType }: Synthesized): Resource[] =>
  ofType('AWS::Scheduler::Schedule').filter(({ logicalId }) => logicalId.startsWith('NightlyAudit'));
const alarmsOf = ({ ofType }: Synthesized): Record<string, unknown>[] =>
  ofType('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties)
    .filter(({ AlarmName }) => /-audit-(?:violations|not-run)$/.test(String(AlarmName)));

test('a stage that does not ask for it has no nightly audit and no alarm of it', () => {
  expect(nightly(off)).toEqual([]);
  expect(alarmsOf(off)).toEqual([]);
});

test('a stage that asks for it begins an audit each night by one message, which names the night', () => {
  expect(nightly(on).map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      ScheduleExpression: 'cron(17 2 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      Target: expect.objectContaining({
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^QueuesAudit[0-9A-F]{8}$/), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^QueuesAuditDead[0-9A-F]{8}$/), 'Arn'] } },
        Input: '{"night":"<aws.scheduler.scheduled-time>"}',
      }),
    }),
  ]);
  expect(functionNamed(on, 'audit-segment').Properties['Environment']).toMatchObject({
    Variables: { AUDIT_SEGMENTS: '98' },
  });
});

test('the schedule may only send to the queue of audits and its dead-letter queue', () => {
  const { RoleArn } = z.object({ RoleArn: z.unknown() }).parse(nightly(on)[0]?.Properties['Target']);
  expect(grantsIn(statementsOfRole(on, RoleArn))).toEqual([
    expect.stringMatching(/^sqs:SendMessage on \$\{QueuesAudit[0-9A-F]{8}\.Arn\}$/),
    expect.stringMatching(/^sqs:SendMessage on \$\{QueuesAuditDead[0-9A-F]{8}\.Arn\}$/),
  ]);
});

test('the function has a quarter of an hour, and may neither write to the table nor open a secret', () => {
  expect(functionNamed(on, 'audit-segment').Properties['Timeout']).toBe(900);
  const grants = grantsIn(statementsOfFunction(on, 'audit-segment'));
  expect(grants.filter((grant) => /^(?:kms|secretsmanager):|:(?:Put|Update|Delete)Item/.test(grant))).toEqual([]);
});

test('an alarm rings for a week after a violation, and when two nights were not read; each has a page', () => {
  expect(alarmsOf(on)).toEqual([
    expect.objectContaining({
      AlarmName: 'license-service-dev-audit-violations',
      MetricName: 'audit_violations',
      Statistic: 'Maximum',
      Period: 86_400,
      Threshold: 1,
      EvaluationPeriods: 7,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    }),
    expect.objectContaining({
      AlarmName: 'license-service-dev-audit-not-run',
      MetricName: 'Invocations',
      TreatMissingData: 'breaching',
    }),
  ]);
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  for (const title of ['## The audit found a broken promise', '## The nightly audit stopped'])
    expect(runbook).toContain(title);
  for (const { AlarmName } of alarmsOf(on))
    expect(runbook).toContain(`\`${String(AlarmName).replace('license-service-dev-', '')}\``);
});
