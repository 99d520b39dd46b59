import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { stageNames } from '../../infra/stages.ts';
import { grantsIn, statementsOfRole } from './policies.ts';
import { functionNamed, synthesize, textOf, type Resource, type Synthesized } from './synthesize.ts';

const dev = synthesize('dev');

/** The functions that run every minute, and the queues of calls that Lambda could not deliver. */
const SWEEPS = [
  ['sweep-due', 'SweepDead'],
  ['sweep-webhooks', 'SweepWebhooksDead'],
] as const;

/** The schedule that calls a function. */
function scheduleOf(synthesized: Synthesized, name: string): Resource | undefined {
  const arn = JSON.stringify({ 'Fn::GetAtt': [functionNamed(synthesized, name).logicalId, 'Arn'] });
  return synthesized
    .ofType('AWS::Scheduler::Schedule')
    .find(({ Properties }) => JSON.stringify(Properties['Target']).includes(arn));
}

describe.each(stageNames)('the sweeps of stage %s', (stageName) => {
  const synthesized = synthesize(stageName);

  test('have exactly one schedule each', () => {
    // And the daily jobs that make the key set again and archive histories.
    expect(synthesized.ofType('AWS::Scheduler::Schedule')).toHaveLength(SWEEPS.length + 2);
  });

  test.each(SWEEPS)('are called every minute, and keep a failed call in a dead-letter queue: %s', (name, missed) => {
    expect(scheduleOf(synthesized, name)?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: {
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^Queues${missed}[0-9A-F]{8}$`)), 'Arn'] },
        },
      },
    });
  });

  test.each(SWEEPS)('end each run before the next begins, and repeat none: %s', (name, _) => {
    const sweep = functionNamed(synthesized, name);
    expect(sweep.Properties['Timeout']).toBeLessThan(60);
    Template.fromJSON(synthesized.template).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: sweep.logicalId },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

test.each(SWEEPS)(
  'the schedule of %s may only call it and send to its dead-letter queue, within this account',
  (name, missed) => {
    const target = z
      .object({ RoleArn: z.unknown(), Arn: z.unknown() })
      .parse(scheduleOf(dev, name)?.Properties['Target']);
    expect(grantsIn(statementsOfRole(dev, target.RoleArn))).toEqual([
      `lambda:InvokeFunction on ${textOf(target.Arn)}`,
      expect.stringMatching(new RegExp(`^sqs:SendMessage on \\$\\{Queues${missed}[0-9A-F]{8}\\.Arn\\}$`)),
    ]);
    Template.fromJSON(dev.template).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ],
      },
    });
  },
);
